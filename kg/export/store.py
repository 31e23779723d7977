"""A persistent store of the RDF, from which pyoxigraph answers queries without loading it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from kg.errors import OutputError
from kg.export.rdf.writing import Namespaces
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.export.turtle import TurtleWriter, write_graph
from kg.tables import Tables

# Where and when the store was made, which nobody reads.
_LOGS = "LOG*"
# Where a pipe has a path; Windows has no such folder.
_DESCRIPTORS = Path("/dev/fd")
_CHUNK = 1 << 16


def export_store(tables: Tables, path: Path, options: ExportOptions) -> ExportReport:
    """Write the graph as a store of pyoxigraph (RocksDB) into the empty folder `path`.

    Raises:
        FormatError: The base IRI cannot be one.
        OutputError: The store cannot be written.
    """
    writer = TurtleWriter(Namespaces(options.base_iri))
    _fill(path, (part.encode() for part in write_graph(writer, tables, options)))
    return ExportReport(writer.replaced)


def convert_turtle(turtle: Path, path: Path) -> None:
    """Write the graph of a Turtle file as a store into the empty folder `path`.

    Raises:
        OutputError: The store cannot be written.
    """
    with turtle.open("rb") as file:
        _fill(path, iter(lambda: file.read(_CHUNK), b""))


def _fill(path: Path, turtle: Iterable[bytes]) -> None:
    """Make a store that loads Turtle while it comes: no file in between, and Ctrl-C ends it."""
    if not _DESCRIPTORS.is_dir():
        with tempfile.TemporaryDirectory(prefix="kg-") as folder:
            file = Path(folder) / "graph.ttl"
            with file.open("wb") as whole:
                whole.writelines(turtle)
            _load(path, file)
        return
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1) as executor:
        loading = executor.submit(_load_pipe, path, reading)
        try:
            with open(writing, "wb", _CHUNK) as pipe:
                pipe.writelines(turtle)
        except BrokenPipeError:
            # Nobody reads any more: the store has failed, and says why.
            loading.result()
            raise
        loading.result()


def _load_pipe(path: Path, descriptor: int) -> None:
    try:
        _load(path, _DESCRIPTORS / str(descriptor))
    finally:
        # Now who writes learns that nobody reads.
        os.close(descriptor)


def _load(path: Path, turtle: Path) -> None:
    """Load Turtle into a new store, which is not compacted: no query would be faster for it."""
    try:
        store = Store(str(path))
        store.bulk_load(path=turtle, format=RdfFormat.TURTLE)
        store.flush()
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from None
    # Closed, so that every file is whole and nothing is written after this.
    del store
    for log in path.glob(_LOGS):
        log.unlink()


FORMAT = ExportFormat(
    "store",
    "store",
    "a folder in which kg query finds answers without parsing anything",
    export_store,
    is_folder=True,
    source="turtle",
    convert=convert_turtle,
    readers="kg query, kg serve, pyoxigraph",
)
