"""JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/), compact: the graph for those who read JSON.

The context, `ontology/context.jsonld`, stands at the head of the file, so that nothing has to be
fetched to read it. Nodes refer to each other by the ids of the tables, such as `model/gpt-4o`,
and each takes one line. Keys come in the order of https://www.w3.org/TR/json-ld11-streaming/.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from kg.errors import FormatError
from kg.export.rdf.descriptions import describe_graph
from kg.export.rdf.terms import TYPE, Description, Name, Term
from kg.export.rdf.writing import INVISIBLE, REPLACEMENT, STOPPING, Namespaces, write_parts
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.tables import Tables
from kg.vocabulary import NODE_KINDS, STANDARD_PREFIXES, ontology_folder

CONTEXT_FILE = "context.jsonld"

# Namespaces against which every parser resolves relative references in the same way.
_RESOLVABLE = re.compile(r"https?://[^?#]*/")
_DOT_SEGMENT = re.compile(r"/\.{1,2}/")
_COMPACT = re.compile("[a-z]+:[A-Za-z]+")


def read_context() -> dict[str, Any]:
    """The context that the package ships: the terms of the vocabularies that the data uses."""
    path = ontology_folder() / CONTEXT_FILE
    context: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["@context"]
    return context


def export_jsonld(tables: Tables, path: Path, options: ExportOptions) -> ExportReport:
    """Write the graph as compact JSON-LD, a node a line, in the order of the Turtle.

    U+0000, U+FFFE and U+FFFF are replaced by U+FFFD, as in the other syntaxes.

    Raises:
        FormatError: The base IRI cannot be one, or not in JSON-LD.
        OutputError: The file cannot be written.
    """
    writer = _JsonLdWriter(Namespaces(options.base_iri), read_context())
    write_parts(path, _write_document(writer, tables, options))
    return ExportReport(writer.replaced)


def _write_document(writer: _JsonLdWriter, tables: Tables, options: ExportOptions) -> Iterator[str]:
    yield f'{{"@context": {writer.write_context()},\n"@graph": [\n'
    separator = ""
    for description in describe_graph(tables, options):
        yield separator + writer.write(description)
        separator = ",\n"
    yield "\n]}\n"


class _JsonLdWriter:
    """Writes descriptions as JSON objects with the terms of a context."""

    def __init__(self, namespaces: Namespaces, context: Mapping[str, Any]) -> None:
        self.replaced = 0
        self._namespaces = namespaces
        self._context = context
        base_iri = namespaces.base_iri
        scheme, _, rest = base_iri.partition(":")
        if scheme in context and not rest.startswith("//"):
            raise FormatError(
                f"{base_iri!r} cannot be the base IRI in JSON-LD, where {scheme}: is a prefix; "
                "give one such as https://example.org/kg/"
            )
        self._relative = bool(_RESOLVABLE.fullmatch(base_iri)) and not _DOT_SEGMENT.search(base_iri)
        self._terms = {
            _read_name(definition): term
            for term, definition in context.items()
            if not term.startswith("@") and term not in STANDARD_PREFIXES
        }
        self._coercions = {
            term: definition["@type"]
            for term, definition in context.items()
            if isinstance(definition, dict) and "@type" in definition
        }
        self._coercions["type"] = "@vocab"
        self._encode = json.JSONEncoder(ensure_ascii=False).encode
        # Vocabulary and entities come again and again.
        self._write_id = lru_cache(maxsize=65_536)(self._write_new_id)
        self._choose_term = lru_cache(maxsize=4_096)(self._choose_new_term)

    def write_context(self) -> str:
        """The context with the namespace of the data."""
        context: Any = [self._context, {"@base": self._namespaces.base_iri}]
        return json.dumps(context if self._relative else self._context, indent=1)

    def write(self, description: Description) -> str:
        """All triples of one subject, as one line."""
        node: dict[str, Any] = {}
        for predicate, values in description.properties:
            term = "type" if predicate == TYPE else self._choose_term(predicate)
            coercion = self._coercions.get(term)
            if len(values) == 1:
                node[term] = self._write_value(values[0], coercion)
            else:
                node[term] = [self._write_value(value, coercion) for value in values]
        # The type comes before the id, as those who read it as a stream want it.
        head = {"type": node.pop("type")} if "type" in node else {}
        line = self._encode({**head, "id": self._write_id(description.subject), **node})
        return line if line.isascii() else INVISIBLE.sub(_escape, line)

    def _write_value(self, value: Term, coercion: str | None) -> Any:
        if isinstance(value, str):
            if coercion == "@id":
                return self._write_id(value)
            return (
                self._choose_term(value) if coercion == "@vocab" else {"id": self._write_id(value)}
            )
        text, datatype = value
        if datatype == "xsd:integer" and coercion is None:
            return int(text)
        text = self._replace(text)
        if datatype == coercion:
            return text
        return {"@value": text} if datatype is None else {"type": datatype, "@value": text}

    def _replace(self, text: str) -> str:
        if text.isascii() and "\x00" not in text:
            return text
        text, count = STOPPING.subn(REPLACEMENT, text)
        self.replaced += count
        return text

    def _choose_new_term(self, name: Name) -> str:
        """The term of the context for a name of a vocabulary, or a compact or whole IRI."""
        if name in self._terms:
            return self._terms[name]
        return name if _COMPACT.fullmatch(name) else self._namespaces.expand(name)

    def _write_new_id(self, name: Name) -> str:
        iri = self._namespaces.expand(name)
        if self._relative and name.partition(":")[0] in NODE_KINDS:
            relative = iri.removeprefix(self._namespaces.base_iri)
            # Not every parser keeps an empty segment when it resolves.
            if "//" not in relative:
                return relative
        return iri


def _escape(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]


def _read_name(definition: Any) -> Name:
    return definition if isinstance(definition, str) else str(definition["@id"])


FORMAT = ExportFormat(
    "jsonld",
    "graph.jsonld",
    "JSON-LD 1.1, compact, with its context",
    export_jsonld,
    readers="JSON tools, JSON-LD parsers, triple stores",
)
