"""Which part of the graph the page holds, and what of it the picture draws at first.

A graph that fits is held whole. Of a larger one the page holds the most important entities
and the abstracts behind them, and says so. What can be drawn at once and still be moved is
far less than what a file can hold: beyond `MAX_WHOLE` nodes the picture starts with an
overview (see `kg.export.html.overview`), from which the reader opens neighbourhoods.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.export.html.appearance import EDGE_LOOKS
from kg.export.html.overview import choose_overview, take_in_turns
from kg.tables import Row, Tables

if TYPE_CHECKING:
    from collections.abc import Mapping

# Held: a file of some 12 MB, which opens in about 2 seconds.
MAX_NODES = 6_000
MAX_EDGES = 25_000
# Drawn whole: what is there in little more than a second; of more, what the overview draws.
MAX_WHOLE = 700
OVERVIEW_NODES = 400

_ENTITY_SHARE = 0.6
_REPOSITORY_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows that the page holds, each table sorted by id.

    Attributes:
        numbers: From node id to its number in the page, counted over abstracts, entities
            and repositories in this order.
        notes: What is left out, in sentences for the reader; empty where nothing is.
        overview: Numbers of the nodes that the picture starts with; all where `None`.
    """

    abstracts: tuple[Row, ...]
    entities: tuple[Row, ...]
    repositories: tuple[Row, ...]
    statements: tuple[Row, ...]
    notes: tuple[str, ...]
    numbers: Mapping[str, int]
    overview: tuple[int, ...] | None = None

    @property
    def nodes(self) -> tuple[Row, ...]:
        """Abstracts, entities and repositories, in the order of their numbers."""
        return self.abstracts + self.entities + self.repositories


def select(
    tables: Tables,
    *,
    max_nodes: int = MAX_NODES,
    max_edges: int = MAX_EDGES,
    max_whole: int = MAX_WHOLE,
    overview_nodes: int = OVERVIEW_NODES,
) -> Selection:
    """Choose what the page holds and draws.

    Args:
        tables: The graph.
        max_nodes: Most nodes that are held.
        max_edges: Most edges that are held; of too many the roles stay, then relations,
            metadata and links, in each the heaviest and surest.
        max_whole: Most nodes that are all drawn at first.
        overview_nodes: How many are drawn at first of more.
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
    overview = None
    if len(rows) > max_whole:
        chosen = choose_overview(abstracts, entities, statements, overview_nodes)
        overview = tuple(sorted(numbers[id] for id in chosen))
    selection = Selection(
        abstracts, entities, repositories, statements, (), MappingProxyType(numbers), overview
    )
    return replace(selection, notes=tuple(_notes(tables, selection, found)))


def _select_important(
    tables: Tables, max_nodes: int
) -> tuple[tuple[Row, ...], tuple[Row, ...], tuple[Row, ...]]:
    entity_ids = _rank_entities(tables, int(max_nodes * _ENTITY_SHARE))
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


def _rank_entities(tables: Tables, most: int) -> list[str]:
    """Ids of the most important entities, the most important first."""
    table = tables.read("entities", ["id", "importance", "abstracts"])
    table = table.set_column(1, "importance", pc.fill_null(table["importance"], 0.0))
    order = pc.sort_indices(
        table,
        [("importance", "descending"), ("abstracts", "descending"), ("id", "ascending")],
    )
    ids: list[str] = table["id"].take(order[:most]).to_pylist()
    return ids


def _abstracts_behind(tables: Tables, entity_ids: Sequence[str], places: int) -> list[str]:
    """Abstracts that name the entities: in turns, each adds its best one not yet there.

    A graph of 100,000 abstracts has millions of roles, so they are kept as columns of numbers.
    """
    abstracts = tables.read("abstracts", ["id", "importance"])
    abstract_ids = abstracts["id"].combine_chunks()
    importance = pc.fill_null(abstracts["importance"], 0.0).to_numpy()
    # Ids are sorted in the table, so that an abstract's place stands for its id.
    wanted = pa.array(entity_ids, pa.string())
    found: list[tuple[Any, Any, Any]] = []
    for batch in tables.batches(
        "statements", ["category", "predicate", "subject", "object"], size=65_536
    ):
        batch = batch.filter(pc.equal(batch["category"], "role"))
        entity = pc.index_in(batch["object"], value_set=wanted)
        batch = batch.filter(entity.is_valid())
        found.append(
            (
                entity.drop_null().to_numpy(),
                pc.index_in(batch["subject"], value_set=abstract_ids).to_numpy(),
                pc.not_equal(batch["predicate"], "introduces").to_numpy(zero_copy_only=False),
            )
        )
    entity, abstract, is_other = (
        np.concatenate(parts) if parts else np.empty(0, np.int64)
        for parts in (zip(*found, strict=True) if found else ((), (), ()))
    )
    order = np.lexsort((abstract, -importance[abstract], is_other, entity))
    entity, abstract = entity[order], abstract[order]
    bounds = np.searchsorted(entity, np.arange(len(entity_ids) + 1))
    queues = [
        iter(abstract[first:last].tolist()) for first, last in pairwise(bounds) if first < last
    ]
    return [abstract_ids[place].as_py() for place in take_in_turns(queues, places)]


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


def _notes(tables: Tables, selection: Selection, edges_found: int) -> Iterable[str]:
    held = {
        "abstracts": len(selection.abstracts),
        "entities": len(selection.entities),
        "repositories": len(selection.repositories),
    }
    totals = {name: tables.count(name) for name in held}
    if held != totals:
        parts = ", ".join(
            f"{held[name]:,} of {totals[name]:,} {name}" for name in held if totals[name]
        )
        yield (
            f"The page holds the most important entities and abstracts behind them: {parts}. "
            "The tables and the other formats hold all."
        )
    if len(selection.statements) < edges_found:
        yield (
            f"Of {edges_found:,} edges between these nodes, it holds "
            f"{len(selection.statements):,}: those of links that only share an entity are left "
            "out first, the lightest first."
        )
    if selection.overview is not None:
        yield (
            f"The picture starts with {len(selection.overview):,} of {len(selection.nodes):,} "
            "nodes. The search and the table reach all; Expand opens the neighbours of a node."
        )
