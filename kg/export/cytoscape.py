"""Cytoscape.js JSON (https://js.cytoscape.org/#notation/elements-json), for both Cytoscapes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pyarrow as pa

from kg.export.columns import read_attributes
from kg.export.edges import stream_edges
from kg.export.node_link import separate
from kg.export.nodes import stream_all_nodes
from kg.export.rdf.writing import write_parts
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.tables import Tables

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def export_cytoscape(tables: Tables, path: Path, options: ExportOptions) -> ExportReport:
    """Write the graph as Cytoscape.js JSON: `elements` with `nodes` and `edges`.

    Each element takes one line and has all its attributes as `data`. `cytoscape(file)` in a page
    shows it, and Cytoscape's desktop program imports it.

    Raises:
        OutputError: The file cannot be written.
    """
    write_parts(path, _write_document(tables, options))
    return ExportReport()


def _write_document(tables: Tables, options: ExportOptions) -> Iterator[str]:
    yield f'{{"data": {_encode({"name": options.title})},\n"elements": {{"nodes": [\n'
    yield from separate(_write_elements(stream_all_nodes(tables, text=False)))
    yield '\n], "edges": [\n'
    yield from separate(_write_elements(stream_edges(tables)))
    yield "\n]}}\n"


def _write_elements(batches: Iterator[pa.RecordBatch]) -> Iterator[str]:
    for attributes in chain.from_iterable(map(read_attributes, batches)):
        yield _encode({"data": attributes})


FORMAT = ExportFormat(
    "cytoscape",
    "graph.cyjs",
    "Cytoscape.js JSON: elements with data",
    export_cytoscape,
    readers="Cytoscape.js, Cytoscape",
)
