"""Node-link JSON, as `networkx.node_link_graph` and d3 read it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from kg.export.columns import read_attributes
from kg.export.edges import stream_edges
from kg.export.nodes import stream_all_nodes
from kg.export.rdf.writing import write_parts
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.tables import Tables

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def export_node_link(tables: Tables, path: Path, options: ExportOptions) -> ExportReport:  # noqa: ARG001
    """Write the graph as node-link JSON: `nodes`, and `edges` with the statement's id as `key`.

    Each node and each edge takes one line. Read it back with
    `networkx.node_link_graph(data, edges="edges")`.

    Raises:
        OutputError: The file cannot be written.
    """
    write_parts(path, _write_document(tables))
    return ExportReport()


def _write_document(tables: Tables) -> Iterator[str]:
    yield '{"directed": true, "multigraph": true, "graph": {},\n"nodes": [\n'
    nodes = chain.from_iterable(map(read_attributes, stream_all_nodes(tables, text=False)))
    yield from separate(map(_encode, nodes))
    yield '\n],\n"edges": [\n'
    edges = chain.from_iterable(map(read_attributes, stream_edges(tables)))
    yield from separate(_encode({"key": edge.pop("id"), **edge}) for edge in edges)
    yield "\n]}\n"


def separate(values: Iterator[str]) -> Iterator[str]:
    """Values of a JSON array, with a comma and a line feed between them."""
    separator = ""
    for value in values:
        yield separator + value
        separator = ",\n"


FORMAT = ExportFormat(
    "json",
    "graph.json",
    "node-link JSON",
    export_node_link,
    readers="networkx, d3",
)
