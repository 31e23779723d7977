"""What the shape of the graph tells: how important a node is, and what belongs together."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

import igraph
import networkx as nx

from kg.records import Community

NAMED_BY = 3
"""A community is named by this many of its entities."""


def measure_importance(network: nx.MultiDiGraph[str]) -> dict[str, float]:
    """PageRank (Brin and Page 1998) of abstracts and entities, with edges taken both ways.

    Scaled so that the average is 1, rounded to four decimals.
    """
    graph, ids = _to_igraph(network)
    if not ids:
        return {}
    ranks = graph.pagerank(directed=False, weights="weight")
    return {id: round(rank * len(ids), 4) for id, rank in zip(ids, ranks, strict=True)}


def find_communities(
    network: nx.MultiDiGraph[str], importance: Mapping[str, float]
) -> tuple[Community, ...]:
    """Communities by the Leiden algorithm (Traag et al. 2019) on modularity, largest first.

    Args:
        network: Nodes carry `kind` and `label`.
        importance: By which the entities that name a community are chosen.
    """
    graph, ids = _to_igraph(network)
    if not ids:
        return ()
    igraph.set_random_number_generator(random.Random(0))
    try:
        parts = graph.community_leiden(
            objective_function="modularity", weights="weight", n_iterations=5
        )
    finally:
        igraph.set_random_number_generator(random)
    groups = sorted(
        ([ids[i] for i in sorted(part)] for part in parts), key=lambda ids: (-len(ids), ids)
    )
    return tuple(
        Community(number, _name_community(members, network, importance), tuple(members))
        for number, members in enumerate(groups)
    )


def _name_community(
    members: Iterable[str], network: nx.MultiDiGraph[str], importance: Mapping[str, float]
) -> str:
    """The entities that most of its abstracts name; importance breaks ties."""
    ids = set(members)

    def rank(id: str) -> tuple[bool, int, float, str]:
        named_by = {subject for subject in network.predecessors(id) if subject in ids}
        return network.nodes[id]["kind"] != "entity", -len(named_by), -importance[id], id

    return ", ".join(network.nodes[id]["label"] for id in sorted(ids, key=rank)[:NAMED_BY])


def _to_igraph(network: nx.MultiDiGraph[str]) -> tuple[igraph.Graph, list[str]]:
    """The part that the texts speak of: a document or an author is no subject."""
    ids = [id for id in network if network.nodes[id]["kind"] in ("abstract", "entity")]
    index = {id: i for i, id in enumerate(ids)}
    edges = [
        (index[subject], index[object_], attributes["weight"])
        for subject, object_, attributes in network.edges(data=True)
        if subject in index and object_ in index
    ]
    graph = igraph.Graph(n=len(ids), edges=[(a, b) for a, b, _ in edges])
    graph.es["weight"] = [weight for _, _, weight in edges]
    return graph, ids
