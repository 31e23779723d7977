"""The graph in Python: built or loaded, then asked, walked through and exported."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import rdflib

from kg.errors import GraphError
from kg.export.registry import ExportOptions, ExportReport, find_format, make_options
from kg.output import read_manifest, stage_file
from kg.query import (
    QueryResult,
    find_agents,
    find_base_iri,
    find_title,
    open_graph,
    restore_tables,
    run_query,
)
from kg.tables import Tables

if TYPE_CHECKING:
    import networkx as nx
    import pyoxigraph

    from kg.pipeline import Input

_TABLES = "tables"
_TURTLE = "graph.ttl"


class Graph:
    """A knowledge graph; `build` and `load` make it.

    Args:
        tables: The graph at rest.
        options: What its exports are to say.
        turtle: A Turtle file of the same graph, if there is one.
    """

    def __init__(self, tables: Tables, options: ExportOptions, turtle: Path | None = None) -> None:
        self.tables, self.options, self._turtle = tables, options, turtle

    @cached_property
    def networkx(self) -> nx.MultiDiGraph[str]:
        """The graph in networkx: nodes by id, edges keyed by the id of their statement."""
        from kg.export.network import load_network

        return load_network(self.tables)

    @cached_property
    def store(self) -> pyoxigraph.Store:
        """The RDF in a SPARQL engine."""
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
            path: The file to write.
            options: What it is to say; as the graph was built where absent.

        Raises:
            FormatError: There is no such format.
            OutputError: The file cannot be written.
        """
        exporter = find_format(format)
        with stage_file(Path(path)) as file:
            return exporter.export(self.tables, file, options or self.options)

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
) -> Graph:
    """Build the graph of all abstracts in some files and folders.

    Args:
        inputs: A file or folder, or several.
        output: The folder to write; a temporary one, gone with the graph, where absent.
        formats: Export formats to write beside the tables.
        corrections: A corrections file (see `kg.resolve.corrections`).
        min_confidence: From 0 to 1; what is less sure is left out of the graph.

    Raises:
        KgError: Something cannot be read or written.
    """
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
    """Load the graph that a build left in a folder, or that a Turtle file of ours holds.

    Raises:
        GraphError: There is no graph.
    """
    path = Path(path)
    if not path.exists():
        raise GraphError(f"{path}: does not exist; give an output folder or a Turtle file")
    if path.is_dir():
        return _load_folder(path)
    store = open_graph(path)
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
    graph = Graph(tables, options, path)
    graph.__dict__["store"] = store  # parsed already
    return graph


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
    return Graph(Tables(folder / _TABLES), options, turtle if turtle.exists() else None)


def _remove_with(tables: Tables, folder: Path) -> None:
    """Remove the temporary folder that holds the tables once nobody uses them."""
    weakref.finalize(tables, shutil.rmtree, folder, ignore_errors=True)
