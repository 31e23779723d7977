"""Rows of the tables, each restored from the resource that the RDF has for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kg.identity import statement_id
from kg.query.resources import Passage, Resource
from kg.tables import Row
from kg.vocabulary import STANDARD_PREFIXES

_KG = STANDARD_PREFIXES["kg"]


def read_abstract(abstract: Resource, authors: Iterable[str], affiliations: Iterable[str]) -> Row:
    """The row of an abstract, without its sentences.

    Args:
        abstract: It.
        authors: Names of its authors.
        affiliations: Names of its authors' organizations.
    """
    return {
        "id": abstract.id,
        "text": abstract.text("kg:text"),
        "label": abstract.text("skos:prefLabel"),
        "title": abstract.text("dcterms:title"),
        "year": abstract.integer("dcterms:issued"),
        "venue": abstract.text("kg:venue"),
        "doi": abstract.text("bibo:doi"),
        "url": abstract.text("kg:url"),
        "authors": sorted(authors),
        "affiliations": sorted(affiliations),
        "keywords": abstract.texts("dcat:keyword"),
        "extra": abstract.text("kg:extra") or "{}",
        **_read_rank(abstract),
    }


def read_document(document: Resource) -> Row:
    """The row of a document."""
    return {
        "id": document.id,
        "path": document.text("skos:prefLabel"),
        "sha256": document.text("kg:sha256"),
        "format": document.text("kg:format"),
        "label": document.text("dcterms:title"),
    }


def read_places(abstract: str, places: Iterable[Resource]) -> list[Row]:
    """The rows of the places of the abstract with the id `abstract`."""
    rows: list[Row] = [
        {
            "abstract": abstract,
            "document": place.node("kg:document"),
            "line": place.integer("kg:line"),
            "input_id": place.text("dcterms:identifier"),
        }
        for place in places
    ]
    return sorted(rows, key=lambda row: (row["document"], row["line"]))


def read_entity(entity: Resource, type: str) -> Row:
    """The row of an entity."""
    return {
        "id": entity.id,
        "type": type,
        "name": entity.text("skos:prefLabel"),
        "aliases": entity.texts("skos:altLabel"),
        "abstracts": entity.integer("kg:abstractCount"),
        "mentions": entity.integer("kg:mentionCount"),
        **_read_rank(entity),
    }


def read_repository(repository: Resource) -> Row:
    """The row of a repository."""
    names = ("host", "owner", "name", "url")
    return {"id": repository.id, **{name: repository.text(f"kg:{name}") for name in names}}


def read_community(community: Resource) -> Row:
    """The row of a community."""
    return {
        "id": _read_number(community.id),
        "name": community.text("skos:prefLabel"),
        "abstracts": community.integer("kg:abstractCount"),
        "entities": community.integer("kg:entityCount"),
    }


def read_hyperlink(link: Resource, passage: Passage) -> Row:
    """The row of a hyperlink that stands in the text as `passage`."""
    names = ("url", "kind", "host", "owner", "name")
    return {
        "abstract": passage.abstract,
        **passage.span,
        "form": passage.form,
        **{name: link.text(f"kg:{name}") for name in names},
        "repository": link.node("kg:repository"),
    }


def read_statement(statement: Resource, via: Sequence[str]) -> Row:
    """The row of a statement.

    Args:
        statement: It.
        via: The entities that it rests on, the rarest first.
    """
    return {
        "id": statement.id,
        "subject": statement.node("rdf:subject"),
        "predicate": (statement.text("rdf:predicate") or "").removeprefix(_KG),
        "object": statement.node("rdf:object"),
        "category": statement.text("kg:category"),
        "confidence": statement.number("kg:confidence"),
        "weight": statement.number("kg:weight") or 1.0,
        "via": via,
        "evidence": len(statement.nodes("oa:hasTarget")),
    }


def state_metadata(subject: str, predicate: str, object_: str) -> Row:
    """The row of a statement that came as metadata, of which the RDF has the triple only."""
    return {
        "id": statement_id(subject, predicate, object_),
        "subject": subject,
        "predicate": predicate,
        "object": object_,
        "category": "metadata",
        "confidence": 1.0,
        "weight": 1.0,
        "via": [],
        "evidence": 1,
    }


def read_evidence(statement: Resource, passages: Iterable[Passage]) -> Iterator[Row]:
    """The rows of a statement's evidence.

    Args:
        statement: It.
        passages: Those that it was read from.
    """
    via = set(statement.nodes("kg:via"))
    for passage in passages:
        yield {
            "statement": statement.id,
            "abstract": passage.abstract,
            "entity": next((entity for entity in passage.entities if entity in via), None),
            **passage.span,
            **passage.sentence,
            "confidence": statement.number("kg:confidence"),
        }


def read_result(result: Resource, passage: Passage | None) -> Row:
    """The row of a reported result, and of the passage that states it, if it is known."""
    return {
        "id": result.id,
        "abstract": result.node("prov:wasDerivedFrom"),
        **{end: result.node(f"kg:{end}") for end in ("of", "on", "metric")},
        "value": result.text("kg:value"),
        "number": result.number("kg:number"),
        "unit": result.text("kg:unit"),
        "confidence": result.number("kg:confidence"),
        **(passage.span | passage.sentence if passage else {}),
    }


def _read_number(id: str | None) -> int | None:
    return None if id is None else int(id.removeprefix("community/"))


def _read_rank(resource: Resource) -> Row:
    return {
        "importance": resource.number("kg:importance"),
        "community": _read_number(resource.node("kg:community")),
    }
