"""Plain tables of nodes and edges as CSV, for data frames and databases."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from kg.export.delimited import CsvFile
from kg.export.edges import EDGE_SCHEMA, stream_edges
from kg.export.nodes import make_common_schema, stream_all_nodes
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.tables import Tables


def export_csv(tables: Tables, path: Path, options: ExportOptions) -> ExportReport:  # noqa: ARG001
    """Write `nodes.csv` and `edges.csv` into the folder `path`.

    Both have a header of the attributes' names; lists are JSON. U+0000 is replaced by U+FFFD.

    Raises:
        OSError: The files cannot be written.
    """
    nodes = stream_all_nodes(tables, text=True)
    replaced = _write(path / "nodes.csv", make_common_schema(text=True), nodes)
    replaced += _write(path / "edges.csv", EDGE_SCHEMA, stream_edges(tables))
    return ExportReport(replaced)


def _write(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
    with CsvFile(path, [(name, name) for name in schema.names]) as file:
        for batch in batches:
            file.write(batch)
    return file.replaced


FORMAT = ExportFormat(
    "csv",
    "csv",
    "nodes.csv and edges.csv",
    export_csv,
    is_folder=True,
    readers="duckdb, polars, pandas, R, igraph",
)
