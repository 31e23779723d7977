"""The graph of some tables as networkx holds it."""

from __future__ import annotations

from typing import Any

import networkx as nx

from kg.tables import Row, Tables


def load_network(tables: Tables) -> nx.MultiDiGraph[str]:
    """Load the graph: every node with `kind`, `label` and what is known, every statement.

    Texts and evidence stay in the tables, under the node's id and the edge's key. Nodes and
    edges come in the order of their ids.
    """
    communities = {row["id"]: row["name"] for row in tables.rows("communities")}
    nodes: dict[str, dict[str, Any]] = {}
    for row in tables.rows("abstracts", _ABSTRACT):
        nodes[row["id"]] = _describe(row, "abstract", row["label"], communities)
    for row in tables.rows("entities"):
        nodes[row["id"]] = _describe(row, "entity", row["name"], communities)
    for row in tables.rows("documents"):
        path, label = row.pop("path"), row.pop("label")
        nodes[row["id"]] = {"header": label} | _describe(row, "document", path, communities)
    for row in tables.rows("persons"):
        nodes[row["id"]] = _describe(row, "person", row["name"], communities)
    for row in tables.rows("repositories"):
        label = f"{row['owner']}/{row['name']}"
        nodes[row["id"]] = _describe(row, "repository", label, communities)
    for attributes in nodes.values():
        for name in [name for name, value in attributes.items() if value is None or value == []]:
            del attributes[name]
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for id in sorted(nodes):
        network.add_node(id, **nodes[id])
    for row in tables.rows("statements", _STATEMENT):
        network.add_edge(
            row["subject"],
            row["object"],
            key=row["id"],
            predicate=row["predicate"],
            category=row["category"],
            confidence=row["confidence"],
            weight=row["weight"],
        )
    return network


_ABSTRACT = (
    "id", "label", "title", "year", "venue", "doi", "url", "keywords", "importance", "community",
)  # fmt: skip
_STATEMENT = ("id", "subject", "predicate", "object", "category", "confidence", "weight")


def _describe(row: Row, kind: str, label: str, communities: dict[int, str]) -> dict[str, Any]:
    known = {name: value for name, value in row.items() if name not in ("id", "name", "label")}
    community = known.get("community")
    if community is not None:
        known["community_name"] = communities[community]
    return {"kind": kind, "label": label, **known}
