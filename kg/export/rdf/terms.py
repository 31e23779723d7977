"""RDF terms, and the description of a resource: the triples that have it as subject."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple


class Name(NamedTuple):
    """An IRI: a prefix of `kg.vocabulary`, and what follows it, not yet encoded.

    The empty prefix stands for the namespace of the data.
    """

    prefix: str
    local: str


class Literal(NamedTuple):
    """A literal: its lexical form, and its datatype; a string where there is none."""

    text: str
    datatype: Name | None = None


Term = Name | Literal
Property = tuple[Name, list[Term]]


class Description(NamedTuple):
    """All triples of one subject: its properties, each with its values, in order."""

    subject: Name
    properties: list[Property]


TYPE = Name("rdf", "type")
LABEL = Name("skos", "prefLabel")

_INTEGER = Name("xsd", "integer")
_DECIMAL = Name("xsd", "decimal")
_DOUBLE = Name("xsd", "double")
_ANY_URI = Name("xsd", "anyURI")
_YEAR = Name("xsd", "gYear")
_JSON = Name("rdf", "JSON")


def name_node(id: str) -> Name:
    """The name of the node with the id `id`, such as `model/gpt-4o`."""
    prefix, _, local = id.partition("/")
    return Name(prefix, local)


def state(prefix: str, local: str, *values: Term | None) -> list[Property]:
    """A property with those of the values that there are; nothing where there are none."""
    return state_all(prefix, local, (value for value in values if value is not None))


def state_all(prefix: str, local: str, values: Iterable[Term]) -> list[Property]:
    """A property with all the values, each once; nothing where there are none."""
    distinct = list(dict.fromkeys(values))
    return [(Name(prefix, local), distinct)] if distinct else []


def make_text(value: str | None) -> Literal | None:
    """A string."""
    return None if value is None else Literal(value)


def make_integer(value: int | None) -> Literal | None:
    """An `xsd:integer`."""
    return None if value is None else Literal(str(value), _INTEGER)


def make_decimal(value: float | None) -> Literal | None:
    """An `xsd:decimal`, for a number of few digits such as a confidence."""
    return None if value is None else Literal(f"{Decimal(repr(value)):f}", _DECIMAL)


def make_double(value: float | None) -> Literal | None:
    """An `xsd:double`."""
    return None if value is None else Literal(_SPECIAL.get(repr(value), repr(value)), _DOUBLE)


def make_uri(value: str | None) -> Literal | None:
    """An address as it was found, which need not be a valid IRI, as an `xsd:anyURI`."""
    return None if value is None else Literal(value, _ANY_URI)


def make_year(value: int | None) -> Literal | None:
    """An `xsd:gYear`."""
    if value is None:
        return None
    return Literal(f"{value:05d}" if value < 0 else f"{value:04d}", _YEAR)


def make_json(value: str | None) -> Literal | None:
    """An `rdf:JSON` literal, from a JSON text."""
    return None if value is None else Literal(value, _JSON)


_SPECIAL = {"nan": "NaN", "inf": "INF", "-inf": "-INF"}
