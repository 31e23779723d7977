"""A graph of whatever form as the folder of a store that workers can open."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyoxigraph import Store

from kg.errors import GraphError
from kg.export.execution import find_current
from kg.output import MANIFEST, read_manifest
from kg.query.store import load_turtle

_STORE = "store"
_TURTLE = "graph.ttl"
# What every RocksDB folder has.
_STORE_FILE = "CURRENT"


@contextmanager
def open_store(path: Path) -> Iterator[Path]:
    """The folder of a store with the graph, for the time of the block.

    Args:
        path: The folder of a store, an output folder, or a Turtle file. Where there is no store
            yet, a temporary one is made.

    Raises:
        GraphError: There is no graph.
    """
    for folder in (path, path / _STORE):
        if (folder / _STORE_FILE).is_file() and not _is_stale(path, folder):
            yield folder
            return
    with tempfile.TemporaryDirectory(prefix="kg-") as temporary:
        folder = Path(temporary) / _STORE
        if path.is_dir():
            _load_output(path, folder)
        else:
            _load_turtle(path, folder)
        yield folder


def _is_stale(output: Path, store: Path) -> bool:
    """Whether the store in an output folder was made of other tables than are there now."""
    if store == output or not (output / MANIFEST).is_file():
        return False
    return find_current(output, _STORE, read_manifest(output)) is None


def _load_output(output: Path, folder: Path) -> None:
    from kg.graph import load

    if not (output / MANIFEST).is_file():
        raise GraphError(
            f"{output}: is no output of kg build and no store; "
            "give an output folder, a Turtle file or the folder of a store"
        )
    turtle = output / _TURTLE
    if turtle.is_file():
        _load_turtle(turtle, folder)
        return
    load(output).export(_STORE, folder)


def _load_turtle(turtle: Path, folder: Path) -> None:
    store = Store(str(folder))
    load_turtle(store, turtle)
    store.flush()
    store.optimize()
