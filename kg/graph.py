"""The graph in Python: built or loaded, then asked, walked through and exported."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import rdflib

from kg.errors import GraphError
from kg.export.execution import find_current, run_export
from kg.export.registry import ExportOptions, ExportReport, find_format, make_options
from kg.output import read_manifest, stage_file, stage_folder
from kg.query import (
    QueryResult,
    find_agents,
    find_base_iri,
    find_title,
    open_graph,
    open_store,
    restore_tables,
    run_query,
)
from kg.tables import Tables

if TYPE_CHECKING:
    import networkx as nx
    import pyoxigraph

    from kg.collection import Input

_TABLES = "tables"
_TURTLE = "graph.ttl"
_STORE = "store"


class Graph:
    """A knowledge graph; `build` and `load` make it.

    Args:
        tables: The graph at rest.
        options: What its exports are to say.
        turtle: A Turtle file of the same graph, if there is one.
        stored: The folder of a persistent store of the same graph, if there is one.
    """

    def __init__(
        self,
        tables: Tables,
        options: ExportOptions,
        turtle: Path | None = None,
        stored: Path | None = None,
    ) -> None:
        self.tables, self.options, self._turtle, self._stored = tables, options, turtle, stored

    @cached_property
    def networkx(self) -> nx.MultiDiGraph[str]:
        """The graph in networkx: nodes by id, edges keyed by the id of their statement."""
        from kg.export.network import load_network

        return load_network(self.tables)

    @cached_property
    def store(self) -> pyoxigraph.Store:
        """The RDF in a SPARQL engine: the persistent store where there is one, opened read only."""
        if self._stored is not None:
            # Of another version, say: there is another way.
            with suppress(GraphError):
                return open_store(self._stored)
        with self._find_turtle() as path:
            return open_graph(path)

    def rdf(self) -> rdflib.Graph:
        """The RDF as rdflib knows it; a new copy at each call."""
        graph = rdflib.Graph()
        with self._find_turtle() as path:
            graph.parse(path, format="turtle")
        return graph

    def query(self, sparql: str) -> QueryResult:
        """Answer a SPARQL query; the prefixes that kg uses need not be declared.

        Raises:
            QueryError: It does not parse or cannot be answered.
        """
        return run_query(self.store, sparql)

    def export(
        self, format: str, path: str | Path, options: ExportOptions | None = None
    ) -> ExportReport:
        """Write the graph in a format of `kg formats`.

        Args:
            format: Its name.
            path: The file to write; for `store`, the folder.
            options: What it is to say; as the graph was built where absent.

        Raises:
            FormatError: There is no such format.
            OutputError: The file cannot be written.
        """
        exporter = find_format(format)
        stage = stage_folder if exporter.is_folder else stage_file
        with stage(Path(path)) as staged:
            return run_export(exporter, self.tables, staged, options or self.options)

    def to_html(self, path: str | Path) -> ExportReport:
        """Write the page to explore the graph in, as one offline file."""
        return self.export("html", path)

    def to_turtle(self, path: str | Path) -> ExportReport:
        """Write the RDF as Turtle."""
        return self.export("turtle", path)

    @contextmanager
    def _find_turtle(self) -> Iterator[Path]:
        if self._turtle is not None:
            yield self._turtle
            return
        with tempfile.TemporaryDirectory(prefix="kg-") as folder:
            path = Path(folder) / _TURTLE
            self.to_turtle(path)
            yield path

    def __repr__(self) -> str:
        counts = ", ".join(
            f"{self.tables.count(name)} {name}" for name in ("abstracts", "entities", "statements")
        )
        return f"<kg.Graph: {counts}>"


def build(
    inputs: Input | Sequence[Input],
    output: str | Path | None = None,
    *,
    formats: Iterable[str] = (),
    corrections: str | Path | None = None,
    min_confidence: float = 0.0,
    workers: int = 1,
    fresh: bool = False,
) -> Graph:
    """Build the graph of all abstracts in some files and folders.

    Args:
        inputs: A file or folder, or several.
        output: The folder to write; a temporary one, gone with the graph, where absent.
        formats: Export formats to write beside the tables.
        corrections: A corrections file (see `kg.resolve.corrections`).
        min_confidence: From 0 to 1; what is less sure is left out of the graph.
        workers: How many processes read abstracts at the most. More than this one import the
            main module, whose own work must stand behind `if __name__ == "__main__"`.
        fresh: Whether abstracts are read again that were read before.

    Raises:
        KgError: Something cannot be read or written.
    """
    from kg.extract import ReadingOptions
    from kg.pipeline import build as build_folder
    from kg.resolve import Corrections, read_corrections

    several = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    temporary = Path(tempfile.mkdtemp(prefix="kg-")) if output is None else None
    folder = temporary / "output" if temporary else Path(str(output))
    fixes = Corrections() if corrections is None else read_corrections(Path(corrections))
    try:
        build_folder(
            several,
            folder,
            formats=list(formats),
            corrections=fixes,
            reading=ReadingOptions(workers=workers, fresh=fresh),
            min_confidence=min_confidence,
        )
        graph = _load_folder(folder)
    except BaseException:
        if temporary is not None:
            shutil.rmtree(temporary)
        raise
    if temporary is not None:
        _remove_with(graph.tables, temporary)
    return graph


def load(path: str | Path) -> Graph:
    """Load the graph that a build left in a folder, or that a Turtle file or store of ours holds.

    Raises:
        GraphError: There is no graph.
    """
    path = Path(path)
    if not path.exists():
        raise GraphError(f"{path}: does not exist; give an output folder or a Turtle file")
    if path.is_dir() and not is_store(path):
        return _load_folder(path)
    store = open_store(path) if path.is_dir() else open_graph(path)
    temporary = Path(tempfile.mkdtemp(prefix="kg-"))
    try:
        restore_tables(store, temporary)
        tables = Tables(temporary)
    except GraphError as error:
        shutil.rmtree(temporary)
        raise GraphError(f"{path}: {error}") from None
    except BaseException:
        shutil.rmtree(temporary)
        raise
    _remove_with(tables, temporary)
    program, pipeline = find_agents(store)
    options = make_options(
        base_iri=find_base_iri(store),
        title=find_title(store),
        defaults=ExportOptions(program=program, pipeline=pipeline),
    )
    graph = Graph(tables, options, None if path.is_dir() else path)
    graph.__dict__["store"] = store  # parsed already
    return graph


def load_store(path: Path) -> pyoxigraph.Store:
    """The RDF of a graph in a SPARQL engine, without loading more than that.

    Args:
        path: An output folder, a persistent store, or a Turtle file of whatever origin.

    Raises:
        GraphError: There is no graph.
    """
    if not path.is_dir():
        return open_graph(path)
    return open_store(path) if is_store(path) else _load_folder(path).store


def is_store(folder: Path) -> bool:
    """Whether a folder is a persistent store that kg wrote.

    Raises:
        GraphError: It is nothing that kg wrote.
    """
    return read_manifest(folder).get("format") == _STORE


def _load_folder(folder: Path) -> Graph:
    manifest = read_manifest(folder)
    versions = manifest.get("versions")
    options = ExportOptions(
        base_iri=manifest["base_iri"],
        title=manifest["title"],
        program=versions.get("kg-abstracts") if isinstance(versions, dict) else None,
        pipeline=manifest.get("pipeline"),
    )
    turtle = folder / _TURTLE
    return Graph(
        Tables(folder / _TABLES),
        options,
        turtle if turtle.exists() else None,
        find_current(folder, _STORE, manifest),
    )


def _remove_with(tables: Tables, folder: Path) -> None:
    """Remove the temporary folder that holds the tables once nobody uses them."""
    weakref.finalize(tables, shutil.rmtree, folder, ignore_errors=True)
