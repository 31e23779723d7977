"""RDF 1.1 XML (https://www.w3.org/TR/rdf-syntax-grammar/), for tools that read nothing newer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kg.errors import FormatError
from kg.export.rdf.descriptions import describe_graph
from kg.export.rdf.terms import TYPE, Description, Name, Term
from kg.export.rdf.writing import INVISIBLE, Namespaces, write_parts
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.export.xml import replace_forbidden
from kg.tables import Tables
from kg.vocabulary import STANDARD_PREFIXES

_MARKUP = re.compile("[&<>\r]")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
# The longest end of an IRI that can be an element's name; less than the grammar has.
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")


class _Element(NamedTuple):
    """An element's qualified name, and the declaration of its namespace where it needs one."""

    name: str
    declaration: str = ""


def export_rdfxml(tables: Tables, path: Path, options: ExportOptions) -> ExportReport:
    """Write the graph as RDF/XML, in the order of the Turtle.

    What XML cannot hold, control characters above all, is replaced by U+FFFD.

    Raises:
        FormatError: The base IRI cannot be one, or a predicate cannot be written in XML.
        OutputError: The file cannot be written.
    """
    writer = _XmlWriter(Namespaces(options.base_iri))
    write_parts(path, _write_document(writer, tables, options))
    return ExportReport(writer.replaced)


def _write_document(writer: _XmlWriter, tables: Tables, options: ExportOptions) -> Iterator[str]:
    declarations = "".join(
        f'\n    xmlns:{prefix}="{iri}"' for prefix, iri in STANDARD_PREFIXES.items()
    )
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{declarations}>\n'
    yield from map(writer.write, describe_graph(tables, options))
    yield "</rdf:RDF>\n"


class _XmlWriter:
    def __init__(self, namespaces: Namespaces) -> None:
        self.replaced = 0
        self._namespaces = namespaces
        # Vocabulary and entities come again and again.
        self._write_iri = lru_cache(maxsize=65_536)(self._write_new_iri)
        self._name_element = lru_cache(maxsize=4_096)(self._name_new_element)

    def write(self, description: Description) -> str:
        """All triples of one subject: an element that its type names, one in it for each value."""
        element, properties = self._begin(description)
        name, declaration = element
        lines = [f'<{name}{declaration} rdf:about="{self._write_iri(description.subject)}">\n']
        for predicate, values in properties:
            verb = self._name_element(predicate)
            if verb is None:
                raise FormatError(
                    f"RDF/XML cannot hold the predicate {self._namespaces.expand(predicate)}; "
                    "choose another format"
                )
            lines += [self._write_value(verb, value) for value in values]
        lines.append(f"</{name}>\n")
        return "".join(lines)

    def _begin(self, description: Description) -> tuple[_Element, list[tuple[Name, list[Term]]]]:
        """The element of a node, and the properties that its name does not say."""
        properties = [(name, list(values)) for name, values in description.properties]
        for predicate, values in properties:
            if predicate == TYPE and isinstance(values[0], str):
                element = self._name_element(values[0])
                if element is not None:
                    del values[0]
                    return element, properties
        return _Element("rdf:Description"), properties

    def _write_value(self, verb: _Element, value: Term) -> str:
        name, declaration = verb
        if isinstance(value, str):
            return f'  <{name}{declaration} rdf:resource="{self._write_iri(value)}"/>\n'
        text, datatype = value
        typed = "" if datatype is None else f' rdf:datatype="{self._write_iri(datatype)}"'
        return f"  <{name}{declaration}{typed}>{self._escape(text)}</{name}>\n"

    def _name_new_element(self, name: Name) -> _Element | None:
        prefix, _, local = name.partition(":")
        if prefix in STANDARD_PREFIXES and _PLAIN.fullmatch(local):
            return _Element(name)
        iri = self._namespaces.expand(name)
        match = _LOCAL.search(iri)
        if match is None:
            return None
        return _Element(f"p:{match[0]}", f' xmlns:p="{self._escape(iri[: match.start()])}"')

    def _write_new_iri(self, name: Name) -> str:
        return self._escape(self._namespaces.expand(name))

    def _escape(self, text: str) -> str:
        if text.isascii() and text.isprintable():
            return _MARKUP.sub(_refer, text)
        text, count = replace_forbidden(text)
        self.replaced += count
        return INVISIBLE.sub(_refer, _MARKUP.sub(_refer, text))


def _refer(match: re.Match[str]) -> str:
    return _REFERENCES.get(match[0]) or f"&#x{ord(match[0]):X};"


_REFERENCES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

FORMAT = ExportFormat(
    "rdfxml",
    "graph.rdf",
    "RDF 1.1 XML",
    export_rdfxml,
    readers="RDF tools that read nothing newer",
)
