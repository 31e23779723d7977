"""RDF 1.1 Turtle (https://www.w3.org/TR/turtle/): the graph by the ontology, to read and query."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from kg.export.rdf.descriptions import describe_graph
from kg.export.rdf.terms import TYPE, Description, Literal, Name
from kg.export.rdf.writing import Namespaces, Quoting, write_parts
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.tables import Tables

# The names that need no escape; less than the grammar has, and easy to see through.
_PLAIN = re.compile(r"[a-z]+:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")
_LINE_LENGTH = 80


def export_turtle(tables: Tables, path: Path, options: ExportOptions) -> ExportReport:
    """Write the graph as Turtle: with prefixes, grouped by subject, in a fixed order.

    U+0000, U+FFFE and U+FFFF, at which parsers stop, are replaced by U+FFFD.

    Raises:
        FormatError: The base IRI cannot be one.
        OutputError: The file cannot be written.
    """
    writer = TurtleWriter(Namespaces(options.base_iri))
    write_parts(path, write_graph(writer, tables, options))
    return ExportReport(writer.replaced)


def write_graph(writer: TurtleWriter, tables: Tables, options: ExportOptions) -> Iterator[str]:
    """The whole graph as Turtle, piece by piece."""
    yield writer.write_prefixes()
    yield from map(writer.write, describe_graph(tables, options))


class TurtleWriter:
    """Writes descriptions with the prefixes of `namespaces`."""

    def __init__(self, namespaces: Namespaces) -> None:
        self._namespaces = namespaces
        self._quoting = Quoting()
        # Vocabulary and entities come again and again.
        self.write_name = lru_cache(maxsize=65_536)(self._write_new_name)

    @property
    def replaced(self) -> int:
        """How many characters Turtle cannot hold, so far."""
        return self._quoting.replaced

    def write_prefixes(self) -> str:
        """What declares the prefixes."""
        prefixes = sorted(self._namespaces.prefixes.items())
        return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes)

    def write(self, description: Description) -> str:
        """All triples of one subject."""
        write_name, write_literal = self.write_name, self._write_literal
        lines = []
        for predicate, values in description.properties:
            verb = "a" if predicate == TYPE else write_name(predicate)
            if len(values) == 1:
                value = values[0]
                term = write_name(value) if isinstance(value, str) else write_literal(value)
                lines.append(f"{verb} {term}")
                continue
            written = [
                write_name(value) if isinstance(value, str) else write_literal(value)
                for value in values
            ]
            if sum(map(len, written)) <= _LINE_LENGTH:
                lines.append(f"{verb} {' , '.join(written)}")
            else:
                listed = " ,\n        ".join(written)
                lines.append(f"{verb}\n        {listed}")
        properties = " ;\n    ".join(lines)
        return f"\n{write_name(description.subject)} {properties} .\n"

    def _write_literal(self, literal: Literal) -> str:
        text, datatype = literal
        if datatype is None:
            return self._quoting.quote(text)
        if datatype == "xsd:integer" or (datatype == "xsd:decimal" and _DECIMAL.fullmatch(text)):
            return text
        return f"{self._quoting.quote(text)}^^{self.write_name(datatype)}"

    def _write_new_name(self, name: Name) -> str:
        return name if _PLAIN.fullmatch(name) else f"<{self._namespaces.expand(name)}>"


FORMAT = ExportFormat(
    "turtle",
    "graph.ttl",
    "RDF 1.1 Turtle by the ontology, for SPARQL",
    export_turtle,
    readers="kg query, triple stores, rdflib, Protégé",
)
