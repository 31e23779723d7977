"""GEXF 1.3 (https://gexf.net), for Gephi, Gephi Lite, Sigma.js and networkx."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from kg.export.edges import EDGE_SCHEMA, stream_edges
from kg.export.html.appearance import NODE_LOOKS
from kg.export.markup import Escaping, enclose, join, list_attributes
from kg.export.nodes import NODE_SCHEMAS, make_common_schema, stream_nodes
from kg.export.rdf.writing import write_parts
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.tables import Tables

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd" version="1.3">
"""
# What the element itself says; `kind` of an edge tells parallel edges apart, as GEXF 1.3 asks.
_NODE_STRUCTURE = ("id", "label")
_EDGE_STRUCTURE = ("id", "source", "target", "weight")
_SMALLEST, _LARGEST = 4.0, 40.0


def export_gexf(tables: Tables, path: Path, options: ExportOptions) -> ExportReport:
    """Write the graph as GEXF 1.3, with all attributes of nodes and edges but the texts.

    Nodes have the colours that the page has, and a size by their importance. Lists are joined by
    ` | `. What XML cannot hold is replaced by U+FFFD.

    Raises:
        OutputError: The file cannot be written.
    """
    escaping = Escaping()
    write_parts(path, _write_document(tables, options, escaping))
    return ExportReport(escaping.replaced)


def _write_document(tables: Tables, options: ExportOptions, escaping: Escaping) -> Iterator[str]:
    title = escaping.escape(pa.array([options.title]))[0].as_py()
    yield _HEAD
    yield f"<meta><creator>kg-abstracts</creator><description>{title}</description></meta>\n"
    yield '<graph defaultedgetype="directed" idtype="string" mode="static">\n'
    yield from _declare("node", make_common_schema(text=False), _NODE_STRUCTURE)
    yield from _declare("edge", EDGE_SCHEMA, _EDGE_STRUCTURE)
    yield "<nodes>\n"
    most = _find_highest_importance(tables)
    for kind in NODE_SCHEMAS:
        for nodes in stream_nodes(tables, kind, text=False):
            yield from _write_nodes(nodes, escaping, most)
    yield "</nodes>\n<edges>\n"
    for edges in stream_edges(tables):
        yield from _write_edges(edges, escaping)
    yield "</edges>\n</graph>\n</gexf>\n"


def _declare(element: str, schema: pa.Schema, structure: tuple[str, ...]) -> Iterator[str]:
    yield f'<attributes class="{element}">\n'
    for name, type in list_attributes(schema):
        if name not in structure:
            yield f'<attribute id="{name}" title="{name}" type="{type}"/>\n'
    yield "</attributes>\n"


def _find_highest_importance(tables: Tables) -> float:
    return max(
        (
            pc.max(batch["importance"]).as_py() or 0.0
            for table in ("abstracts", "entities")
            for batch in tables.batches(table, ["importance"])
        ),
        default=0.0,
    )


def _write_nodes(nodes: pa.RecordBatch, escaping: Escaping, most: float) -> Iterator[str]:
    columns = {name: escaping.escape(nodes[name]) for name in nodes.schema.names}
    return join(
        *('<node id="', columns["id"], '" label="', columns["label"], '">'),
        *_write_values(columns, _NODE_STRUCTURE),
        *_color(nodes),
        *_size(nodes, most),
        "</node>\n",
    )


def _write_edges(edges: pa.RecordBatch, escaping: Escaping) -> Iterator[str]:
    columns = {name: escaping.escape(edges[name]) for name in edges.schema.names}
    return join(
        *('<edge id="', columns["id"], '" source="', columns["source"]),
        *('" target="', columns["target"], '" kind="', columns["predicate"]),
        *('" label="', columns["predicate"], '"'),
        enclose(' weight="', columns["weight"], '"'),
        ">",
        *_write_values(columns, _EDGE_STRUCTURE),
        "</edge>\n",
    )


def _write_values(
    columns: dict[str, pa.Array], structure: tuple[str, ...]
) -> Iterator[str | pa.Array]:
    yield "<attvalues>"
    for name, column in columns.items():
        if name not in structure:
            yield enclose(f'<attvalue for="{name}" value="', column, '"/>')
    yield "</attvalues>"


def _color(nodes: pa.RecordBatch) -> Iterator[str | pa.Array]:
    colors = {
        name: "".join(
            f' {channel}="{int(look.light[place : place + 2], 16)}"'
            for channel, place in (("r", 1), ("g", 3), ("b", 5))
        )
        for name, look in NODE_LOOKS.items()
    }
    looks = nodes["type"] if "type" in nodes.schema.names else pc.utf8_capitalize(nodes["kind"])
    place = pc.index_in(looks, pa.array([*colors]))
    yield enclose("<viz:color", pa.array([*colors.values()]).take(place), "/>")


def _size(nodes: pa.RecordBatch, most: float) -> Iterator[str | pa.Array]:
    """The area of a node grows with its importance."""
    if "importance" in nodes.schema.names and most > 0:
        sizes = pc.add(
            _SMALLEST,
            pc.multiply((_LARGEST - _SMALLEST) / sqrt(most), pc.sqrt(nodes["importance"])),
        )
        yield enclose('<viz:size value="', pc.cast(pc.round(sizes, 1), pa.string()), '"/>')


FORMAT = ExportFormat(
    "gexf",
    "graph.gexf",
    "GEXF 1.3: the same, coloured by type, sized by importance",
    export_gexf,
    readers="Gephi, Gephi Lite, graphology with Sigma.js, networkx",
)
