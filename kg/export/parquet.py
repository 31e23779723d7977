"""Plain tables of nodes and edges as Parquet, for data frames and databases."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kg.export.edges import EDGE_SCHEMA, stream_edges
from kg.export.nodes import make_common_schema, stream_all_nodes
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.tables import Tables


def export_parquet(tables: Tables, path: Path, options: ExportOptions) -> ExportReport:  # noqa: ARG001
    """Write `nodes.parquet` and `edges.parquet` into the folder `path`.

    Raises:
        OSError: The files cannot be written.
    """
    nodes = stream_all_nodes(tables, text=True)
    _write(path / "nodes.parquet", make_common_schema(text=True), nodes)
    _write(path / "edges.parquet", EDGE_SCHEMA, stream_edges(tables))
    return ExportReport()


def _write(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
    with pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True) as writer:
        for batch in batches:
            writer.write_batch(batch)


FORMAT = ExportFormat(
    "parquet",
    "parquet",
    "nodes.parquet and edges.parquet",
    export_parquet,
    is_folder=True,
    readers="duckdb, polars, pandas, R, Spark",
)
