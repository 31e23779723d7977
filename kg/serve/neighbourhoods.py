"""The nodes around a node, for the explorer, out of the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from types import MappingProxyType
from typing import cast

from pyoxigraph import NamedNode, QuerySolutions, Store

from kg.export.html.appearance import EDGE_LOOKS, HIDDEN_AT_FIRST
from kg.export.html.selection import Selection
from kg.identity import statement_id
from kg.query.resources import read_node_id
from kg.query.rows import state_metadata
from kg.query.stored_rows import StoredRows
from kg.tables import Row
from kg.vocabulary import STANDARD_PREFIXES

MAX_EDGES = 1_000

_TABLES = ("abstracts", "entities", "repositories")
_PREDICATES = tuple(dict.fromkeys(predicate for _, predicate in EDGE_LOOKS))
_FAINT = frozenset(predicate for _, predicate in HIDDEN_AT_FIRST)
_PLAIN = " ".join(f"kg:{name}" for name in _PREDICATES if name not in _FAINT)
_NEIGHBOURS = f"""
  VALUES ?predicate {{ {_PLAIN} }}
  {{ $node ?predicate ?other }} UNION {{ ?other ?predicate $node }}
  FILTER (isIRI(?other) && ?other != $node)
"""
_RANK = f"""
SELECT DISTINCT ?other ?importance {{
  {_NEIGHBOURS}
  OPTIONAL {{ ?other kg:importance ?importance }}
}}
"""
_COUNT = f"SELECT (COUNT(DISTINCT ?other) AS ?count) {{ {_NEIGHBOURS} }}"


def rank_neighbours(store: Store, base_iri: str, node: NamedNode) -> list[str]:
    """Ids of all neighbours of a node, the most important first.

    A neighbour is the other end of any edge that a picture shows, save those that it hides at
    first: links that only share an entity.
    """
    importance = {
        read_node_id(row["other"], base_iri): float(row["importance"].value)
        if row["importance"]
        else 0.0
        for row in _ask(store, _RANK, node)
    }
    return sorted(importance, key=lambda other: (-importance[other], other))


def count_neighbours(store: Store, node: NamedNode) -> int:
    """How many neighbours a node has."""
    return int(next(_ask(store, _COUNT, node))["count"].value)


def _ask(store: Store, query: str, node: NamedNode) -> QuerySolutions:
    asked = query.replace("$node", str(node))
    return cast(QuerySolutions, store.query(asked, prefixes=dict(STANDARD_PREFIXES)))


def select_nodes(rows: StoredRows, ids: Sequence[str], max_edges: int = MAX_EDGES) -> Selection:
    """The nodes with these ids, of those that a picture can show, and the edges between them.

    Args:
        rows: The graph.
        ids: Ids of nodes, the most wanted first.
        max_edges: Most edges; of too many, links that only share an entity are left out first,
            then those of the last nodes.
    """
    abstracts, entities, repositories = (
        tuple(rows.rows_where(table, {"id": ids})) for table in _TABLES
    )
    nodes = (*abstracts, *entities, *repositories)
    numbers = {row["id"]: number for number, row in enumerate(nodes)}
    wanted = [id for id in ids if id in numbers]
    found = islice(_list_edges(rows, wanted), max_edges)
    edges = sorted(found, key=lambda row: str(row["id"]))
    return Selection(abstracts, entities, repositories, tuple(edges), (), MappingProxyType(numbers))


def _list_edges(rows: StoredRows, ids: Sequence[str]) -> Iterator[Row]:
    """The rows of the edges between nodes, those of the first nodes first, faint ones last."""
    for triple in sorted(_list_triples(rows, ids), key=lambda triple: triple[1] in _FAINT):
        yield from _find_edge(rows, *triple)


def _list_triples(rows: StoredRows, ids: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """The triples between nodes, those of the first nodes first."""
    place = {id: number for number, id in enumerate(ids)}
    triples = [
        (subject, predicate, object)
        for subject in ids
        for predicate in _PREDICATES
        for object in rows.resource(subject).nodes(f"kg:{predicate}")
        if object in place
    ]
    yield from sorted(
        triples,
        key=lambda triple: (*sorted((place[triple[0]], place[triple[2]])), triple),
    )


def _find_edge(rows: StoredRows, subject: str, predicate: str, object: str) -> Iterator[Row]:
    if ("metadata", predicate) in EDGE_LOOKS and predicate != "hasRepository":
        yield state_metadata(subject, predicate, object)
        return
    found = rows.rows_where("statements", {"id": [statement_id(subject, predicate, object)]})
    for row in found:
        # Of a symmetric predicate there are two triples, and one statement.
        if (row["category"], row["predicate"]) in EDGE_LOOKS:
            yield row
