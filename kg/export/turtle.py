"""RDF 1.1 Turtle (https://www.w3.org/TR/turtle/): the graph by the ontology, to read and query."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from kg.errors import OutputError
from kg.export.rdf.descriptions import describe_graph
from kg.export.rdf.terms import TYPE, Description, Literal, Name
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.tables import Tables
from kg.vocabulary import STANDARD_PREFIXES, check_base_iri, data_prefixes, encode_local_name

# The local names that need no escape; less than the grammar has, and easy to see through.
_PLAIN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")
# What a string must not hold, and what an eye would not see there: control characters, line
# separators, marks that turn the direction of the text, noncharacters.
_HIDDEN = re.compile(
    '[\x00-\x1f"\\\\\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufff9-\uffff]'
    "|[\U0001fffe\U0001ffff\U0010fffe\U0010ffff]"
)
_REPLACED = "\x00\ufffe\uffff"
_LINE_LENGTH = 80
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def export_turtle(tables: Tables, path: Path, options: ExportOptions) -> ExportReport:
    """Write the graph as Turtle: with prefixes, grouped by subject, in a fixed order.

    U+0000, U+FFFE and U+FFFF, at which parsers stop, are replaced by U+FFFD.

    Raises:
        FormatError: The base IRI cannot be one.
        OutputError: The file cannot be written.
    """
    check_base_iri(options.base_iri)
    prefixes = {**STANDARD_PREFIXES, **data_prefixes(options.base_iri)}
    writer = _TurtleWriter({**prefixes, "": options.base_iri})
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(
                f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in sorted(prefixes.items())
            )
            file.writelines(map(writer.write, describe_graph(tables, options)))
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from None
    return ExportReport(writer.replaced)


class _TurtleWriter:
    """Writes descriptions with the prefixes of `namespaces`."""

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        self.replaced = 0
        self._namespaces = namespaces
        # Vocabulary and entities come again and again.
        self._write_name = lru_cache(maxsize=65_536)(self._write_new_name)

    def write(self, description: Description) -> str:
        lines = []
        for predicate, values in description.properties:
            verb = "a" if predicate == TYPE else self._write_name(predicate)
            written = [
                self._write_name(value) if isinstance(value, Name) else self._write_literal(value)
                for value in values
            ]
            if len(written) == 1:
                lines.append(f"{verb} {written[0]}")
            elif sum(map(len, written)) <= _LINE_LENGTH:
                lines.append(f"{verb} {' , '.join(written)}")
            else:
                listed = " ,\n        ".join(written)
                lines.append(f"{verb}\n        {listed}")
        properties = " ;\n    ".join(lines)
        return f"\n{self._write_name(description.subject)} {properties} .\n"

    def _write_new_name(self, name: Name) -> str:
        if name.prefix and _PLAIN.fullmatch(name.local):
            return f"{name.prefix}:{name.local}"
        return f"<{self._namespaces[name.prefix]}{encode_local_name(name.local)}>"

    def _write_literal(self, literal: Literal) -> str:
        text, datatype = literal
        if datatype is None:
            return f'"{_HIDDEN.sub(self._escape, text)}"'
        if datatype.local == "integer" or (
            datatype.local == "decimal" and _DECIMAL.fullmatch(text)
        ):
            return text
        return f'"{_HIDDEN.sub(self._escape, text)}"^^{self._write_name(datatype)}'

    def _escape(self, match: re.Match[str]) -> str:
        character = match[0]
        if character in _REPLACED:
            self.replaced += 1
            return "\ufffd"
        code = ord(character)
        return _ESCAPES.get(character) or (f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}")


FORMAT = ExportFormat(
    "turtle",
    "graph.ttl",
    "RDF 1.1 Turtle by the ontology, for SPARQL and triple stores",
    export_turtle,
)
