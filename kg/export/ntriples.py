"""RDF 1.1 N-Triples (https://www.w3.org/TR/n-triples/): a line a triple, to stream and split."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from kg.export.rdf.descriptions import describe_graph
from kg.export.rdf.terms import Description, Literal, Name
from kg.export.rdf.writing import Namespaces, Quoting, write_parts
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.tables import Tables


def export_ntriples(tables: Tables, path: Path, options: ExportOptions) -> ExportReport:
    """Write the graph as N-Triples, in the order of the Turtle.

    U+0000, U+FFFE and U+FFFF, at which parsers stop, are replaced by U+FFFD.

    Raises:
        FormatError: The base IRI cannot be one.
        OutputError: The file cannot be written.
    """
    writer = _NTriplesWriter(Namespaces(options.base_iri))
    write_parts(path, map(writer.write, describe_graph(tables, options)))
    return ExportReport(writer.replaced)


class _NTriplesWriter:
    def __init__(self, namespaces: Namespaces) -> None:
        self._namespaces = namespaces
        self._quoting = Quoting()
        self._write_name = lru_cache(maxsize=65_536)(self._write_new_name)

    @property
    def replaced(self) -> int:
        return self._quoting.replaced

    def write(self, description: Description) -> str:
        subject = self._write_name(description.subject)
        lines = []
        for predicate, values in description.properties:
            start = f"{subject} {self._write_name(predicate)} "
            for value in values:
                term = (
                    self._write_name(value)
                    if isinstance(value, str)
                    else self._write_literal(value)
                )
                lines.append(f"{start}{term} .\n")
        return "".join(lines)

    def _write_literal(self, literal: Literal) -> str:
        text, datatype = literal
        quoted = self._quoting.quote(text)
        return quoted if datatype is None else f"{quoted}^^{self._write_name(datatype)}"

    def _write_new_name(self, name: Name) -> str:
        return f"<{self._namespaces.expand(name)}>"


FORMAT = ExportFormat(
    "ntriples",
    "graph.nt",
    "RDF 1.1 N-Triples, a line a triple, for bulk loading",
    export_ntriples,
    readers="triple stores, rdflib, line tools",
)
