"""The networkx graph: structure only, with the statement's id as the key of each edge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import networkx as nx

from kg.records import Statement


def build_network(
    nodes: Mapping[str, Mapping[str, Any]], statements: Iterable[Statement]
) -> nx.MultiDiGraph[str]:
    """A graph of all nodes and statements, in sorted order.

    Args:
        nodes: From node id to its attributes, among them `kind` and `label`.
        statements: The edges; both ends must be among the nodes.
    """
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for id in sorted(nodes):
        network.add_node(id, **nodes[id])
    for statement in sorted(statements, key=lambda s: s.id):
        network.add_edge(
            statement.subject,
            statement.object,
            key=statement.id,
            predicate=statement.predicate,
            category=statement.category,
            confidence=statement.confidence,
            weight=statement.weight,
        )
    return network
