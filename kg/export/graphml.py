"""GraphML (http://graphml.graphdrawing.org), for Gephi, Cytoscape, igraph and networkx."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from kg.export.edges import EDGE_SCHEMA, stream_edges
from kg.export.markup import Escaping, enclose, join, list_attributes
from kg.export.nodes import NODE_SCHEMAS, make_common_schema, stream_nodes
from kg.export.rdf.writing import write_parts
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.tables import Tables

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns
        http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""
# Not every reader keeps the ids of edges.
_EDGE_NAMES = {"id": "statement"}
_EDGE_ENDS = ("source", "target")


def export_graphml(tables: Tables, path: Path, options: ExportOptions) -> ExportReport:  # noqa: ARG001
    """Write the graph as GraphML, with all attributes of nodes and edges but the texts.

    The statement's id is that of its edge, and the edge's attribute `statement`. Lists are
    joined by ` | `. What XML cannot hold is replaced by U+FFFD.

    Raises:
        OutputError: The file cannot be written.
    """
    escaping = Escaping()
    write_parts(path, _write_document(tables, escaping))
    return ExportReport(escaping.replaced)


def _write_document(tables: Tables, escaping: Escaping) -> Iterator[str]:
    yield _HEAD
    yield from _declare("node", make_common_schema(text=False))
    yield from _declare("edge", EDGE_SCHEMA)
    yield '<graph edgedefault="directed">\n'
    for kind in NODE_SCHEMAS:
        for nodes in stream_nodes(tables, kind, text=False):
            yield from _write_nodes(nodes, escaping)
    for edges in stream_edges(tables):
        yield from _write_edges(edges, escaping)
    yield "</graph>\n</graphml>\n"


def _declare(element: str, schema: pa.Schema) -> Iterator[str]:
    for name, type in list_attributes(schema):
        if not _is_structure(element, name):
            key = _EDGE_NAMES.get(name, name)
            yield f'<key id="{key}" for="{element}" attr.name="{key}" attr.type="{type}"/>\n'


def _is_structure(element: str, name: str) -> bool:
    """Whether the element itself says what the attribute `name` would."""
    return name in _EDGE_ENDS if element == "edge" else name == "id"


def _write_nodes(nodes: pa.RecordBatch, escaping: Escaping) -> Iterator[str]:
    columns = {name: escaping.escape(nodes[name]) for name in nodes.schema.names}
    data = (
        enclose(f'<data key="{name}">', column, "</data>")
        for name, column in columns.items()
        if not _is_structure("node", name)
    )
    return join('<node id="', columns["id"], '">', *data, "</node>\n")


def _write_edges(edges: pa.RecordBatch, escaping: Escaping) -> Iterator[str]:
    columns = {name: escaping.escape(edges[name]) for name in edges.schema.names}
    ends = (part for name in _EDGE_ENDS for part in (f'" {name}="', columns[name]))
    data = (
        enclose(f'<data key="{_EDGE_NAMES.get(name, name)}">', column, "</data>")
        for name, column in columns.items()
        if not _is_structure("edge", name)
    )
    return join('<edge id="', columns["id"], *ends, '">', *data, "</edge>\n")


FORMAT = ExportFormat(
    "graphml",
    "graph.graphml",
    "GraphML: nodes and edges with their attributes and evidence",
    export_graphml,
    readers="Gephi, Cytoscape, igraph, networkx",
)
