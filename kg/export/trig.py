"""RDF 1.1 TriG (https://www.w3.org/TR/trig/): the graph under a name, to keep beside others.

The data is one named graph, called by the base IRI; what describes it as a dataset stands in
the default graph. So a store can hold several builds, and tell which triple is of which.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.export.rdf.dataset import Census, describe_dataset
from kg.export.rdf.descriptions import describe_resources
from kg.export.rdf.terms import DATASET
from kg.export.rdf.writing import Namespaces, write_parts
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.export.turtle import TurtleWriter
from kg.tables import Tables


def export_trig(tables: Tables, path: Path, options: ExportOptions) -> ExportReport:
    """Write the graph as TriG; what stands in the named graph is the Turtle's, in its order.

    U+0000, U+FFFE and U+FFFF, at which parsers stop, are replaced by U+FFFD.

    Raises:
        FormatError: The base IRI cannot be one.
        OutputError: The file cannot be written.
    """
    writer = TurtleWriter(Namespaces(options.base_iri))
    write_parts(path, _write_graphs(writer, tables, options))
    return ExportReport(writer.replaced)


def _write_graphs(writer: TurtleWriter, tables: Tables, options: ExportOptions) -> Iterator[str]:
    yield writer.write_prefixes()
    census = Census()
    yield f"\n{writer.write_name(DATASET)} {{\n"
    yield from map(writer.write, census.watch(describe_resources(tables)))
    yield "\n}\n"
    yield from map(writer.write, describe_dataset(tables, options, census))


FORMAT = ExportFormat(
    "trig",
    "graph.trig",
    "RDF 1.1 TriG: the graph under its base IRI as name, beside its description",
    export_trig,
    readers="triple stores with named graphs, rdflib",
)
