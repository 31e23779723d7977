"""Which part of the graph the page shows.

A graph that fits is shown whole. Of a larger one the page shows the most important
entities and the abstracts behind them, and says so.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from kg.export.html.appearance import EDGE_LOOKS
from kg.tables import Row, Tables

MAX_NODES = 2_000
MAX_EDGES = 10_000

_ENTITY_SHARE = 0.6
_REPOSITORY_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows that the page shows, each table sorted by id.

    Attributes:
        numbers: From node id to its number in the page, counted over abstracts, entities
            and repositories in this order.
        notes: What is left out, in sentences for the reader; empty where nothing is.
    """

    abstracts: tuple[Row, ...]
    entities: tuple[Row, ...]
    repositories: tuple[Row, ...]
    statements: tuple[Row, ...]
    notes: tuple[str, ...]
    numbers: Mapping[str, int]

    @property
    def nodes(self) -> tuple[Row, ...]:
        """Abstracts, entities and repositories, in the order of their numbers."""
        return self.abstracts + self.entities + self.repositories


def select(tables: Tables, *, max_nodes: int = MAX_NODES, max_edges: int = MAX_EDGES) -> Selection:
    """Choose what the page shows.

    Args:
        tables: The graph.
        max_nodes: Most nodes that are shown.
        max_edges: Most edges that are shown; of too many the roles stay, then relations,
            metadata and links, in each the heaviest and surest.
    """
    total = sum(tables.count(name) for name in ("abstracts", "entities", "repositories"))
    if total <= max_nodes:
        abstracts = tuple(tables.rows("abstracts"))
        entities = tuple(tables.rows("entities"))
        repositories = tuple(tables.rows("repositories"))
    else:
        abstracts, entities, repositories = _select_important(tables, max_nodes)
    rows = (*abstracts, *entities, *repositories)
    numbers = {row["id"]: number for number, row in enumerate(rows)}
    statements, found = _select_statements(tables, list(numbers), max_edges)
    return Selection(
        abstracts,
        entities,
        repositories,
        statements,
        tuple(_notes(tables, abstracts, entities, repositories, len(statements), found)),
        MappingProxyType(numbers),
    )


def _select_important(
    tables: Tables, max_nodes: int
) -> tuple[tuple[Row, ...], tuple[Row, ...], tuple[Row, ...]]:
    ranked = heapq.nsmallest(
        int(max_nodes * _ENTITY_SHARE),
        tables.rows("entities", ["id", "importance", "abstracts"]),
        key=lambda row: (-(row["importance"] or 0.0), -row["abstracts"], row["id"]),
    )
    entity_ids = [row["id"] for row in ranked]
    places = max_nodes - len(entity_ids) - int(max_nodes * _REPOSITORY_SHARE)
    abstract_ids = _abstracts_behind(tables, entity_ids, places)
    repository_ids = Counter(
        row["object"]
        for row in tables.rows_where(
            "statements",
            {"subject": abstract_ids, "predicate": ["hasRepository"]},
            ["object"],
        )
    )
    linked = sorted(repository_ids, key=lambda item: (-repository_ids[item], item))
    kept = linked[: max_nodes - len(entity_ids) - len(abstract_ids)]
    return (
        tuple(tables.rows_where("abstracts", {"id": abstract_ids})),
        tuple(tables.rows_where("entities", {"id": entity_ids})),
        tuple(tables.rows_where("repositories", {"id": kept})),
    )


def _abstracts_behind(tables: Tables, entity_ids: Sequence[str], places: int) -> list[str]:
    """Abstracts that name the entities: in turns, each adds its best one not yet there."""
    importance = {
        row["id"]: row["importance"] or 0.0
        for row in tables.rows("abstracts", ["id", "importance"])
    }
    behind: defaultdict[str, list[tuple[bool, float, str]]] = defaultdict(list)
    for row in tables.rows_where(
        "statements",
        {"object": entity_ids, "category": ["role"]},
        ["subject", "predicate", "object"],
    ):
        abstract = row["subject"]
        behind[row["object"]].append(
            (row["predicate"] != "introduces", -importance.get(abstract, 0.0), abstract)
        )
    queues = [iter(sorted(behind[id])) for id in entity_ids if id in behind]
    chosen: dict[str, None] = {}
    while queues and len(chosen) < places:
        waiting = []
        for queue in queues:
            fresh = next((id for _, _, id in queue if id not in chosen), None)
            if fresh is not None and len(chosen) < places:
                chosen[fresh] = None
                waiting.append(queue)
        queues = waiting
    return list(chosen)


def _select_statements(
    tables: Tables, ids: Sequence[str], max_edges: int
) -> tuple[tuple[Row, ...], int]:
    found = 0

    def between() -> Iterable[Row]:
        nonlocal found
        for row in tables.rows_where("statements", {"subject": ids, "object": ids}):
            if (row["category"], row["predicate"]) in EDGE_LOOKS:
                found += 1
                yield row

    kept = heapq.nsmallest(max_edges, between(), key=_edge_rank)
    return tuple(sorted(kept, key=lambda row: row["id"])), found


_CATEGORY_RANK = {"role": 0, "relation": 1, "metadata": 2, "link": 3}


def _edge_rank(row: Row) -> tuple[Any, ...]:
    return (
        _CATEGORY_RANK[row["category"]],
        row["predicate"] == "sharesEntity",
        -(row["weight"] or 0.0),
        -(row["confidence"] or 0.0),
        row["id"],
    )


def _notes(
    tables: Tables,
    abstracts: Sequence[Row],
    entities: Sequence[Row],
    repositories: Sequence[Row],
    edges: int,
    edges_found: int,
) -> Iterable[str]:
    shown = {
        "abstracts": len(abstracts),
        "entities": len(entities),
        "repositories": len(repositories),
    }
    totals = {name: tables.count(name) for name in shown}
    if shown != totals:
        parts = ", ".join(
            f"{shown[name]:,} of {totals[name]:,} {name}" for name in shown if totals[name]
        )
        yield (
            f"The page shows the most important entities and abstracts behind them: {parts}. "
            "The tables and the other formats hold all."
        )
    if edges < edges_found:
        yield (
            f"Of {edges_found:,} edges between the nodes that are shown, the page holds {edges:,}: "
            "those of links that only share an entity are left out first, the lightest first."
        )
