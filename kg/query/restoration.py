"""The tables of a graph, restored from its RDF.

With it, whatever reads tables also reads a Turtle file that kg wrote. RDF keeps no order and
the Turtle holds less than the tables: keywords come back sorted, authors by name; of the
sentences only those that something was read from; a mention with its entity's type and the
confidence of the entity's role; evidence with its statement's confidence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode, Store

from kg.errors import GraphError
from kg.identity import statement_id
from kg.query.resources import Passage, Resource, expand_name
from kg.query.store import find_base_iri
from kg.records import ENTITY_TYPES
from kg.tables import SCHEMAS, Row, write_table
from kg.vocabulary import STANDARD_PREFIXES

_METADATA = ("appearsIn", "hasAuthor", "hasAffiliation")
_KG = STANDARD_PREFIXES["kg"]
_SPAN = ("start", "end", "sentence_start", "sentence_end")
# What a row can do without; all else must be there.
_OPTIONAL = {
    "abstracts": ("title", "year", "venue", "doi", "url"),
    "documents": ("label",),
    "places": ("input_id",),
    "mentions": ("sentence_start", "sentence_end"),
    "hyperlinks": ("owner", "name", "repository"),
    "evidence": ("entity", *_SPAN),
    "results": ("on", "metric", "number", "unit", *_SPAN),
}


def restore_tables(store: Store, folder: Path) -> None:
    """Write the tables of the graph in `store` into `folder`.

    Raises:
        GraphError: The graph is none that kg wrote.
    """
    base_iri = find_base_iri(store)
    if base_iri is None:
        raise GraphError("no graph that kg wrote: it does not say its namespace")
    restoration = _Restoration(store, base_iri)
    try:
        for name in SCHEMAS:
            rows: Callable[[], Iterable[Row]] = getattr(restoration, f"_list_{name}")
            write_table(folder, name, _check_rows(name, rows()))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise GraphError(f"the graph is damaged or edited ({error}); build it again") from None


def _check_rows(table: str, rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        for column in SCHEMAS[table].names:
            if row.get(column) is None and column not in _OPTIONAL.get(table, ()):
                raise ValueError(f"a row of {table} has no {column}")
        yield row


class _Restoration:
    def __init__(self, store: Store, base_iri: str) -> None:
        self._store, self._base_iri = store, base_iri

    def _read(self, type: str) -> list[Resource]:
        pattern = (None, NamedNode(expand_name("rdf:type")), NamedNode(expand_name(type)))
        resources = (
            Resource(self._store, self._base_iri, quad.subject)
            for quad in self._store.quads_for_pattern(*pattern)
            if isinstance(quad.subject, NamedNode)
        )
        return sorted(resources, key=lambda resource: resource.id)

    def _find(self, id: str, kind: str) -> Resource:
        return self._named[kind][id]

    @cached_property
    def _abstracts(self) -> list[Resource]:
        return self._read("kg:Abstract")

    @cached_property
    def _entities(self) -> list[tuple[str, Resource]]:
        found = [(type, entity) for type in ENTITY_TYPES for entity in self._read(f"kg:{type}")]
        return sorted(found, key=lambda item: item[1].id)

    @cached_property
    def _statements(self) -> list[Resource]:
        return self._read("kg:Statement")

    @cached_property
    def _passages(self) -> dict[str, Passage]:
        texts = {abstract.id: abstract.text("kg:text") or "" for abstract in self._abstracts}
        positions = {p.id: p for p in self._read("oa:TextPositionSelector")}
        passages = {}
        for resource in self._read("oa:SpecificResource"):
            text = texts.get(resource.node("oa:hasSource") or "", "")
            for selector in resource.nodes("oa:hasSelector"):
                position = positions.get(selector)
                if position is not None:
                    start, end = position.integer("oa:start"), position.integer("oa:end")
                    if start is None or end is None:
                        raise ValueError(f"{selector} has no start or end")
                    passages[resource.id] = Passage(resource, start, end, text)
        return passages

    @cached_property
    def _named(self) -> dict[str, dict[str, Resource]]:
        kinds = ("Person", "Place", "Hyperlink")
        return {kind: {r.id: r for r in self._read(f"kg:{kind}")} for kind in kinds}

    def _list_abstracts(self) -> Iterator[Row]:
        organizations = {entity.id: entity.text("skos:prefLabel") for _, entity in self._entities}
        sentences: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for passage in self._passages.values():
            if passage.sentence["sentence_start"] is not None:
                span = (passage.sentence["sentence_start"], passage.sentence["sentence_end"])
                sentences[passage.abstract].add(span)
        for abstract in self._abstracts:
            authors = (self._find(id, "Person") for id in abstract.nodes("kg:hasAuthor"))
            affiliations = (organizations.get(id) for id in abstract.nodes("kg:hasAffiliation"))
            yield {
                "id": abstract.id,
                "text": abstract.text("kg:text"),
                "label": abstract.text("skos:prefLabel"),
                "title": abstract.text("dcterms:title"),
                "year": abstract.integer("dcterms:issued"),
                "venue": abstract.text("kg:venue"),
                "doi": abstract.text("bibo:doi"),
                "url": abstract.text("kg:url"),
                "authors": sorted(author.text("skos:prefLabel") or "" for author in authors),
                "affiliations": sorted(name for name in affiliations if name is not None),
                "keywords": abstract.texts("dcat:keyword"),
                "extra": abstract.text("kg:extra") or "{}",
                "sentences": [{"start": a, "end": b} for a, b in sorted(sentences[abstract.id])],
                **_read_rank(abstract),
            }

    def _list_documents(self) -> Iterator[Row]:
        for document in self._read("kg:Document"):
            yield {
                "id": document.id,
                "path": document.text("skos:prefLabel"),
                "sha256": document.text("kg:sha256"),
                "format": document.text("kg:format"),
                "label": document.text("dcterms:title"),
            }

    def _list_places(self) -> Iterator[Row]:
        for abstract in self._abstracts:
            places = [self._find(id, "Place") for id in abstract.nodes("kg:hasPlace")]
            rows: list[Row] = [
                {
                    "abstract": abstract.id,
                    "document": place.node("kg:document"),
                    "line": place.integer("kg:line"),
                    "input_id": place.text("dcterms:identifier"),
                }
                for place in places
            ]
            yield from sorted(rows, key=lambda row: (row["document"], row["line"]))

    def _list_entities(self) -> Iterator[Row]:
        for type, entity in self._entities:
            yield {
                "id": entity.id,
                "type": type,
                "name": entity.text("skos:prefLabel"),
                "aliases": entity.texts("skos:altLabel"),
                "abstracts": entity.integer("kg:abstractCount"),
                "mentions": entity.integer("kg:mentionCount"),
                **_read_rank(entity),
            }

    def _list_persons(self) -> Iterator[Row]:
        for person in self._read("kg:Person"):
            yield {
                "id": person.id,
                "name": person.text("skos:prefLabel"),
                "abstracts": person.integer("kg:abstractCount"),
            }

    def _list_repositories(self) -> Iterator[Row]:
        for repository in self._read("kg:Repository"):
            yield {
                "id": repository.id,
                **{
                    name: repository.text(f"kg:{name}") for name in ("host", "owner", "name", "url")
                },
            }

    def _list_communities(self) -> list[Row]:
        rows = [
            {
                "id": _read_number(community.id),
                "name": community.text("skos:prefLabel"),
                "abstracts": community.integer("kg:abstractCount"),
                "entities": community.integer("kg:entityCount"),
            }
            for community in self._read("kg:Community")
        ]
        return sorted(rows, key=lambda row: row["id"] or 0)

    def _list_mentions(self) -> list[Row]:
        types = {entity.id: type for type, entity in self._entities}
        confidences = {
            (statement.node("rdf:subject"), statement.node("rdf:object")): confidence
            for statement in self._statements
            if (confidence := statement.number("kg:confidence")) is not None
        }
        rows: list[Row] = [
            {
                "abstract": passage.abstract,
                "entity": entity,
                **passage.span,
                "form": passage.form,
                "type": types.get(entity),
                "confidence": confidences.get((passage.abstract, entity), 1.0),
                **passage.sentence,
            }
            for passage in self._passages.values()
            for entity in passage.entities
        ]
        return sorted(rows, key=lambda row: (row["abstract"], row["start"], row["end"]))

    def _list_hyperlinks(self) -> list[Row]:
        rows: list[Row] = []
        for abstract in self._abstracts:
            for id in abstract.nodes("kg:hasHyperlink"):
                link = self._find(id, "Hyperlink")
                passage = self._passages[link.node("oa:hasTarget") or ""]
                names = ("url", "kind", "host", "owner", "name")
                rows.append(
                    {
                        "abstract": abstract.id,
                        **passage.span,
                        "form": passage.form,
                        **{name: link.text(f"kg:{name}") for name in names},
                        "repository": link.node("kg:repository"),
                    }
                )
        return sorted(rows, key=lambda row: (row["abstract"], row["start"]))

    def _list_statements(self) -> list[Row]:
        rows: list[Row] = [
            {
                "id": statement.id,
                "subject": statement.node("rdf:subject"),
                "predicate": (statement.text("rdf:predicate") or "").removeprefix(_KG),
                "object": statement.node("rdf:object"),
                "category": statement.text("kg:category"),
                "confidence": statement.number("kg:confidence"),
                "weight": statement.number("kg:weight") or 1.0,
                "via": self._sort_by_rarity(statement.nodes("kg:via")),
                "evidence": len(statement.nodes("oa:hasTarget")),
            }
            for statement in self._statements
        ]
        rows += (
            {
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
            for subject, predicate, object_ in self._list_metadata()
        )
        return sorted(rows, key=lambda row: str(row["id"]))

    def _list_evidence(self) -> list[Row]:
        rows: list[Row] = []
        for statement in self._statements:
            via = set(statement.nodes("kg:via"))
            for id in statement.nodes("oa:hasTarget"):
                passage = self._passages[id]
                rows.append(
                    {
                        "statement": statement.id,
                        "abstract": passage.abstract,
                        "entity": next((e for e in passage.entities if e in via), None),
                        **passage.span,
                        **passage.sentence,
                        "confidence": statement.number("kg:confidence"),
                    }
                )
        rows += (
            {
                "statement": statement_id(subject, predicate, object_),
                "abstract": subject,
                "confidence": 1.0,
            }
            for subject, predicate, object_ in self._list_metadata()
        )
        return sorted(
            rows, key=lambda row: (row["statement"], row["abstract"], row.get("start") or 0)
        )

    def _list_results(self) -> Iterator[Row]:
        for result in self._read("kg:Result"):
            passage = self._passages.get(result.node("oa:hasTarget") or "")
            yield {
                "id": result.id,
                "abstract": result.node("prov:wasDerivedFrom"),
                **{end: result.node(f"kg:{end}") for end in ("of", "on", "metric")},
                "value": result.text("kg:value"),
                "number": result.number("kg:number"),
                "unit": result.text("kg:unit"),
                "confidence": result.number("kg:confidence"),
                **(passage.span | passage.sentence if passage else {}),
            }

    def _list_metadata(self) -> Iterator[tuple[str, str, str]]:
        for abstract in self._abstracts:
            for predicate in _METADATA:
                for object_ in abstract.nodes(f"kg:{predicate}"):
                    yield abstract.id, predicate, object_

    def _sort_by_rarity(self, entities: list[str]) -> list[str]:
        return sorted(entities, key=lambda entity: (self._frequencies.get(entity, 0), entity))

    @cached_property
    def _frequencies(self) -> dict[str, int]:
        return {entity.id: entity.integer("kg:abstractCount") or 0 for _, entity in self._entities}


def _read_number(id: str | None) -> int | None:
    return None if id is None else int(id.removeprefix("community/"))


def _read_rank(resource: Resource) -> Row:
    return {
        "importance": resource.number("kg:importance"),
        "community": _read_number(resource.node("kg:community")),
    }
