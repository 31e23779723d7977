"""What the shape of the graph tells: how important a node is, and what belongs together.

The graph is held in arrays for this, as igraph takes them: of two million statements, networkx
would take more memory than all that linking makes.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import igraph
import numpy as np
from numpy.typing import NDArray

from kg.records import Community, Statement

NAMED_BY = 3
"""A community is named by this many of its entities."""


@dataclass(frozen=True, slots=True)
class Structure:
    """Abstracts and entities, and the statements between them, as arrays.

    Attributes:
        ids: Node ids, sorted.
        ends: Places in `ids` of subject and object of each statement, statements x 2.
        weights: How strong each statement is.
    """

    ids: Sequence[str]
    ends: NDArray[np.int32]
    weights: NDArray[np.float64]

    def to_igraph(self) -> igraph.Graph:
        """The same as igraph has it."""
        graph = igraph.Graph(n=len(self.ids), edges=self.ends)
        graph.es["weight"] = self.weights
        return graph


def build_structure(ids: Iterable[str], statements: Sequence[Statement]) -> Structure:
    """The part of the graph between some nodes.

    Args:
        ids: Abstracts and entities, of which the texts speak: a document or an author is no
            subject.
        statements: All statements, sorted by id.
    """
    ordered = sorted(ids)
    places = {id: place for place, id in enumerate(ordered)}
    ends = np.fromiter(
        (places.get(end, -1) for s in statements for end in (s.subject, s.object)),
        np.int32,
        count=2 * len(statements),
    ).reshape(-1, 2)
    weights = np.fromiter((s.weight for s in statements), np.float64, count=len(statements))
    chosen = (ends >= 0).all(axis=1)
    ends, weights = ends[chosen], weights[chosen]
    order = np.argsort(ends[:, 0], kind="stable")
    return Structure(ordered, ends[order], weights[order])


def measure_importance(structure: Structure) -> dict[str, float]:
    """PageRank (Brin and Page 1998) of abstracts and entities, with edges taken both ways.

    Scaled so that the average is 1, rounded to four decimals.
    """
    ids = structure.ids
    if not ids:
        return {}
    ranks = structure.to_igraph().pagerank(directed=False, weights="weight")
    return {id: round(rank * len(ids), 4) for id, rank in zip(ids, ranks, strict=True)}


def find_communities(
    structure: Structure, names: Mapping[str, str], importance: Mapping[str, float]
) -> tuple[Community, ...]:
    """Communities by the Leiden algorithm (Traag et al. 2019) on modularity, largest first.

    Args:
        structure: The graph.
        names: From the id of each entity to its name, and of each abstract to its label; a
            community is named by those of its entities that most of its members have to do
            with, and importance breaks ties.
        importance: As `measure_importance` gives it.
    """
    ids = structure.ids
    if not ids:
        return ()
    igraph.set_random_number_generator(random.Random(0))
    try:
        parts = structure.to_igraph().community_leiden(
            objective_function="modularity", weights="weight", n_iterations=5
        )
    finally:
        igraph.set_random_number_generator(random)
    membership = np.asarray(parts.membership)
    named_by = _count_neighbours(structure.ends, membership)
    groups: dict[int, list[int]] = defaultdict(list)
    for place, group in enumerate(parts.membership):
        groups[group].append(place)

    def rank(place: int) -> tuple[bool, int, float, str]:
        id = ids[place]
        return id.startswith("abstract/"), -int(named_by[place]), -importance[id], id

    ordered = sorted(groups.values(), key=lambda members: (-len(members), members))
    return tuple(
        Community(
            number,
            ", ".join(names[ids[place]] for place in sorted(members, key=rank)[:NAMED_BY]),
            tuple(ids[place] for place in members),
        )
        for number, members in enumerate(ordered)
    )


def _count_neighbours(ends: NDArray[np.int32], membership: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many different nodes of its own community point at each node."""
    inside = ends[membership[ends[:, 0]] == membership[ends[:, 1]]]
    counts: NDArray[np.int64] = np.bincount(
        np.unique(inside, axis=0)[:, 1], minlength=len(membership)
    )
    return counts
