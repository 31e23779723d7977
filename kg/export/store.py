"""A persistent store of the RDF, from which pyoxigraph answers queries without loading it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from kg.errors import OutputError
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.export.turtle import export_turtle
from kg.tables import Tables

# Where and when the store was made, which nobody reads.
_LOGS = "LOG*"


def export_store(tables: Tables, path: Path, options: ExportOptions) -> ExportReport:
    """Write the graph as a store of pyoxigraph (RocksDB) into the empty folder `path`.

    Raises:
        FormatError: The base IRI cannot be one.
        OutputError: The store cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        turtle = Path(folder) / "graph.ttl"
        report = export_turtle(tables, turtle, options)
        try:
            store = Store(str(path))
            store.bulk_load(path=turtle, format=RdfFormat.TURTLE)
            store.optimize()
            store.flush()
        except OSError as error:
            raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from None
    # Closed, so that every file is whole and nothing is written after this.
    del store
    for log in path.glob(_LOGS):
        log.unlink()
    return report


FORMAT = ExportFormat(
    "store",
    "store",
    "a folder in which kg query finds answers without parsing anything",
    export_store,
    is_folder=True,
)
