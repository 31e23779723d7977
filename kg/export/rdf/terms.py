"""RDF terms, and the description of a resource: the triples that have it as subject."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, TypeAlias

Name: TypeAlias = str
"""An IRI: a prefix of `kg.vocabulary`, `:`, and what follows, not yet encoded: `kg:line`.

The empty prefix stands for the namespace of the data. An IRI of no prefix stands in `<` and `>`.
"""


class Literal(NamedTuple):
    """A literal: its lexical form, and its datatype; a string where there is none."""

    text: str
    datatype: Name | None = None


Term = Name | Literal
Property = tuple[Name, Sequence[Term]]


class Description(NamedTuple):
    """All triples of one subject: its properties, each with its values, in order."""

    subject: Name
    properties: Sequence[Property]


DATASET = ":"  # the graph as a whole goes by its namespace
TYPE = "rdf:type"
LABEL = "skos:prefLabel"


def name_node(id: str) -> Name:
    """The name of the node with the id `id`, such as `model/gpt-4o`."""
    return id.replace("/", ":", 1)


def state(predicate: Name, value: Term | None) -> tuple[Property, ...]:
    """A property with the value, if there is one."""
    return () if value is None else ((predicate, (value,)),)


def state_all(predicate: Name, values: Iterable[Term]) -> tuple[Property, ...]:
    """A property with all the values, each once; nothing where there are none."""
    distinct = tuple(dict.fromkeys(values))
    return ((predicate, distinct),) if distinct else ()


def make_text(value: str | None) -> Literal | None:
    """A string."""
    return None if value is None else Literal(value)


@lru_cache(maxsize=4_096)
def make_integer(value: int | None) -> Literal | None:
    """An `xsd:integer`."""
    return None if value is None else Literal(str(value), "xsd:integer")


def make_decimal(value: float | None) -> Literal | None:
    """An `xsd:decimal`, for a number of few digits such as a confidence."""
    if value is None:
        return None
    text = repr(value)
    # Most are written so already.
    return Literal(text if text[-1].isdigit() and "e" not in text else _expand(text), "xsd:decimal")


def make_double(value: float | None) -> Literal | None:
    """An `xsd:double`."""
    return None if value is None else Literal(_SPECIAL.get(repr(value), repr(value)), "xsd:double")


def make_uri(value: str | None) -> Literal | None:
    """An address as it was found, which need not be a valid IRI, as an `xsd:anyURI`."""
    return None if value is None else Literal(value, "xsd:anyURI")


def make_year(value: int | None) -> Literal | None:
    """An `xsd:gYear`."""
    if value is None:
        return None
    return Literal(f"{value:05d}" if value < 0 else f"{value:04d}", "xsd:gYear")


def make_json(value: str | None) -> Literal | None:
    """An `rdf:JSON` literal, from a JSON text."""
    return None if value is None else Literal(value, "rdf:JSON")


def _expand(number: str) -> str:
    return f"{Decimal(number):f}"


_SPECIAL = {"nan": "NaN", "inf": "INF", "-inf": "-INF"}
