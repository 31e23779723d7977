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
from kg.query.resources import Passage, Resource, expand_name, read_passage
from kg.query.rows import (
    read_abstract,
    read_community,
    read_document,
    read_entity,
    read_evidence,
    read_hyperlink,
    read_places,
    read_repository,
    read_result,
    read_statement,
    state_metadata,
)
from kg.query.store import find_base_iri
from kg.records import ENTITY_TYPES
from kg.tables import SCHEMAS, Row, write_table

_METADATA = ("appearsIn", "hasAuthor", "hasAffiliation")
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
                    passages[resource.id] = read_passage(resource, text, start, end)
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
                **read_abstract(
                    abstract,
                    [author.text("skos:prefLabel") or "" for author in authors],
                    [name for name in affiliations if name is not None],
                ),
                "sentences": [{"start": a, "end": b} for a, b in sorted(sentences[abstract.id])],
            }

    def _list_documents(self) -> Iterator[Row]:
        return map(read_document, self._read("kg:Document"))

    def _list_places(self) -> Iterator[Row]:
        for abstract in self._abstracts:
            places = (self._find(id, "Place") for id in abstract.nodes("kg:hasPlace"))
            yield from read_places(abstract.id, places)

    def _list_entities(self) -> Iterator[Row]:
        return (read_entity(entity, type) for type, entity in self._entities)

    def _list_persons(self) -> Iterator[Row]:
        for person in self._read("kg:Person"):
            yield {
                "id": person.id,
                "name": person.text("skos:prefLabel"),
                "abstracts": person.integer("kg:abstractCount"),
            }

    def _list_repositories(self) -> Iterator[Row]:
        return map(read_repository, self._read("kg:Repository"))

    def _list_communities(self) -> list[Row]:
        rows = map(read_community, self._read("kg:Community"))
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
        links = (
            self._find(id, "Hyperlink")
            for abstract in self._abstracts
            for id in abstract.nodes("kg:hasHyperlink")
        )
        rows = (
            read_hyperlink(link, self._passages[link.node("oa:hasTarget") or ""]) for link in links
        )
        return sorted(rows, key=lambda row: (row["abstract"], row["start"]))

    def _list_statements(self) -> list[Row]:
        rows = [
            read_statement(statement, self._sort_by_rarity(statement.nodes("kg:via")))
            for statement in self._statements
        ]
        rows += (state_metadata(*triple) for triple in self._list_metadata())
        return sorted(rows, key=lambda row: str(row["id"]))

    def _list_evidence(self) -> list[Row]:
        rows: list[Row] = []
        for statement in self._statements:
            passages = [self._passages[id] for id in statement.nodes("oa:hasTarget")]
            rows += read_evidence(statement, passages)
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
            yield read_result(result, self._passages.get(result.node("oa:hasTarget") or ""))

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
