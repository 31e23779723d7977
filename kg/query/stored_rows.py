"""Rows of the tables, looked up in a store by key, for who needs a small part of a large graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import cast

import pyoxigraph
from pyoxigraph import NamedNode, QuerySolutions, Store

from kg.query.resources import Passage, Resource, expand_name, read_node_id, read_passage
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
)
from kg.records import ENTITY_TYPES
from kg.tables import Row
from kg.vocabulary import STANDARD_PREFIXES, encode_local_name

_TYPE = NamedNode(expand_name("rdf:type"))
_NAME = NamedNode(expand_name("skos:prefLabel"))
_COUNT = NamedNode(expand_name("kg:abstractCount"))
_SOURCE = NamedNode(expand_name("oa:hasSource"))
_ENTITY_TYPES = {expand_name(f"kg:{type}"): type for type in ENTITY_TYPES}
_PASSAGES = """
SELECT ?start ?end ?entity ?sentence {
  ?passage oa:hasSource $abstract ; oa:hasSelector ?selector .
  ?selector oa:start ?start ; oa:end ?end .
  OPTIONAL { ?passage kg:mentionOf ?entity FILTER (isIRI(?entity)) }
  OPTIONAL { ?passage kg:sentence ?sentence FILTER (isLiteral(?sentence)) }
}
"""
_WHOLE = {
    "documents": ("kg:Document", read_document),
    "communities": ("kg:Community", read_community),
}


class StoredRows:
    """Gives rows as `kg.tables.Tables` does, each restored when it is asked for.

    What takes long to find and is nothing that a reader looks at is left out: the sentences of
    an abstract, and the confidence of a mention. What has been read is kept, so an object should
    live no longer than the request that it serves.

    Args:
        store: A graph that kg wrote.
        base_iri: Namespace of its data.
        most_evidence: How many passages are read for a statement; of more, the first by abstract.
    """

    def __init__(self, store: Store, base_iri: str, *, most_evidence: int) -> None:
        self._store, self._base_iri, self._most_evidence = store, base_iri, most_evidence
        self._resources: dict[str, Resource] = {}
        self._passages_of: dict[str, list[Passage]] = {}
        self._types: dict[str, str | None] = {}
        self._finders: Mapping[tuple[str, str], Callable[[str], Iterable[Row]]] = {
            ("abstracts", "id"): self._find_abstract,
            ("entities", "id"): self._find_entity,
            ("repositories", "id"): self._find_repository,
            ("statements", "id"): self._find_statement,
            ("mentions", "abstract"): self._find_mentions,
            ("hyperlinks", "abstract"): self._find_hyperlinks,
            ("places", "abstract"): self._find_places,
            ("results", "abstract"): self._find_results,
            ("evidence", "statement"): self._find_evidence,
        }

    def rows(self, name: str, columns: Sequence[str] | None = None) -> Iterator[Row]:
        """All rows of `documents` or `communities`, sorted by id."""
        type, read = _WHOLE[name]
        quads = self._store.quads_for_pattern(None, _TYPE, NamedNode(expand_name(type)))
        found = [read(self.resource(id)) for id in self._list_subjects(quads)]
        yield from _take(sorted(found, key=lambda row: row["id"]), columns)

    def rows_where(
        self,
        name: str,
        allowed: Mapping[str, Collection[str]],
        columns: Sequence[str] | None = None,
    ) -> Iterator[Row]:
        """The rows of `name` whose one column named in `allowed` has one of the values there.

        The column is the id of nodes and statements, the abstract of what belongs to one, the
        statement of evidence.
        """
        ((column, keys),) = allowed.items()
        find = self._finders[name, column]
        for key in sorted(set(keys)):
            yield from _take(find(key), columns)

    def find_type(self, id: str) -> str | None:
        """The type of the entity with this id, or None where it is no entity."""
        if id not in self._types:
            quads = self._store.quads_for_pattern(self.name_node(id), _TYPE, None)
            iris = {quad.object.value for quad in quads if isinstance(quad.object, NamedNode)}
            self._types[id] = next((t for iri, t in _ENTITY_TYPES.items() if iri in iris), None)
        return self._types[id]

    def resource(self, id: str) -> Resource:
        """The resource with this id; one of which the graph says nothing has no values."""
        if id not in self._resources:
            node = self.name_node(id)
            self._resources[id] = Resource(self._store, self._base_iri, node)
        return self._resources[id]

    def name_node(self, id: str) -> NamedNode:
        """The IRI of the node with this id."""
        return NamedNode(self._base_iri + encode_local_name(id))

    def _find_abstract(self, id: str) -> Iterator[Row]:
        abstract = self.resource(id)
        if expand_name("kg:Abstract") in abstract.texts("rdf:type"):
            authors = (self._find_name(author) for author in abstract.nodes("kg:hasAuthor"))
            homes = (self._find_name(home) for home in abstract.nodes("kg:hasAffiliation"))
            yield read_abstract(abstract, filter(None, authors), filter(None, homes))

    def _find_entity(self, id: str) -> Iterator[Row]:
        type = self.find_type(id)
        if type is not None:
            yield read_entity(self.resource(id), type)

    def _find_repository(self, id: str) -> Iterator[Row]:
        repository = self.resource(id)
        if expand_name("kg:Repository") in repository.texts("rdf:type"):
            yield read_repository(repository)

    def _find_statement(self, id: str) -> Iterator[Row]:
        statement = self.resource(id)
        if expand_name("kg:Statement") in statement.texts("rdf:type"):
            yield read_statement(
                statement, sorted(statement.nodes("kg:via"), key=self._rank_rarity)
            )

    def _find_mentions(self, abstract: str) -> list[Row]:
        rows = [
            {
                "abstract": abstract,
                "entity": entity,
                **passage.span,
                "form": passage.form,
                "type": self.find_type(entity),
                **passage.sentence,
            }
            for passage in self._list_passages(abstract)
            for entity in passage.entities
        ]
        return sorted(rows, key=lambda row: (row["start"], row["end"]))

    def _find_hyperlinks(self, abstract: str) -> list[Row]:
        links = (self.resource(id) for id in self.resource(abstract).nodes("kg:hasHyperlink"))
        rows = (
            read_hyperlink(link, passage)
            for link in links
            for target in link.nodes("oa:hasTarget")
            if (passage := self._find_passage(target)) is not None
        )
        return sorted(rows, key=lambda row: row["start"])

    def _find_places(self, abstract: str) -> list[Row]:
        places = self.resource(abstract).nodes("kg:hasPlace")
        return read_places(abstract, map(self.resource, places))

    def _find_results(self, abstract: str) -> Iterator[Row]:
        for id in self.resource(abstract).nodes("kg:reports"):
            result = self.resource(id)
            yield read_result(result, self._find_passage(result.node("oa:hasTarget") or ""))

    def _find_evidence(self, id: str) -> Iterator[Row]:
        statement = self.resource(id)
        targets = statement.nodes("oa:hasTarget")[: self._most_evidence]
        passages = (self._find_passage(target) for target in targets)
        return read_evidence(statement, (passage for passage in passages if passage is not None))

    def _list_passages(self, abstract: str) -> list[Passage]:
        """All passages of an abstract: there are many, so they are asked for at once."""
        if abstract in self._passages_of:
            return self._passages_of[abstract]
        text = self.resource(abstract).text("kg:text") or ""
        entities: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
        sentences: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
        query = _PASSAGES.replace("$abstract", str(self.name_node(abstract)))
        rows = self._store.query(query, prefixes=dict(STANDARD_PREFIXES))
        for start, end, entity, sentence in cast(QuerySolutions, rows):
            span = int(start.value), int(end.value)
            entities[span] |= {read_node_id(entity, self._base_iri)} if entity else set()
            sentences[span] |= {sentence.value} if sentence else set()
        self._passages_of[abstract] = [
            Passage(abstract, text, *span, sorted(entities[span]), sentences[span])
            for span in sorted(entities)
        ]
        return self._passages_of[abstract]

    def _find_passage(self, id: str) -> Passage | None:
        """The passage with this id, or None where its place in the text is not said."""
        resource = self.resource(id)
        text = self.resource(resource.node("oa:hasSource") or "").text("kg:text")
        for selector in map(self.resource, resource.nodes("oa:hasSelector")):
            start, end = selector.integer("oa:start"), selector.integer("oa:end")
            if text is not None and start is not None and end is not None:
                return read_passage(resource, text, start, end)
        return None

    def _list_subjects(self, quads: Iterable[pyoxigraph.Quad]) -> list[str]:
        subjects = (quad.subject for quad in quads)
        return sorted(
            read_node_id(node, self._base_iri) for node in subjects if isinstance(node, NamedNode)
        )

    def _find_name(self, id: str) -> str | None:
        return self._find_value(id, _NAME)

    def _rank_rarity(self, entity: str) -> tuple[int, str]:
        return int(self._find_value(entity, _COUNT) or 0), entity

    def _find_value(self, id: str, predicate: NamedNode) -> str | None:
        quads = self._store.quads_for_pattern(self.name_node(id), predicate, None)
        values = (q.object.value for q in quads if isinstance(q.object, pyoxigraph.Literal))
        return min(values, default=None)


def _take(rows: Iterable[Row], columns: Sequence[str] | None) -> Iterator[Row]:
    for row in rows:
        yield row if columns is None else {name: row[name] for name in columns}
