"""A small graph with one of everything, and RDF graphs as sets of triples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import rdflib
from pyoxigraph import Store

from kg.export.registry import ExportOptions
from kg.export.turtle import export_turtle
from kg.records import Hyperlink, Relation, Result, Span
from kg.tables import Tables
from kg.vocabulary import STANDARD_PREFIXES
from tests.extractions import extract_by_hand, stand_in, write_by_hand

Triple = tuple[str, str, tuple[str, str]]

FIRST = "We introduce CLIP, compare CLIP with ALIGN and reach 76.2% accuracy on ImageNet."
SECOND = "We probe CLIP on ImageNet. Code is at github.com/openai/clip."


def write_small_graph(folder: Path) -> Tables:
    """Tables of two abstracts that have one of everything that the tables can hold."""
    first = extract_by_hand(
        FIRST,
        [
            ("CLIP", "Model", "introduces"),
            ("ALIGN", "Model", "comparesWith"),
            ("ImageNet", "Dataset", "evaluatesOn"),
            ("accuracy", "Metric", "evaluatesOn"),
        ],
        [Relation("e1", "comparedWith", "e2", 0.7, Span(0, len(FIRST)))],
        key="a" * 16,
    )
    second = extract_by_hand(
        SECOND,
        [("CLIP", "Model", "studies"), ("ImageNet", "Dataset", "evaluatesOn")],
        key="b" * 16,
    )
    value = FIRST.index("76.2%")
    first = replace(
        first,
        results=(
            Result("e1", "76.2%", "e3", "e4", 76.2, "%", 0.8, Span(value, value + len("76.2%"))),
        ),
    )
    address = "github.com/openai/clip"
    start = SECOND.index(address)
    second = replace(
        second,
        hyperlinks=(
            Hyperlink(
                start,
                start + len(address),
                address,
                f"https://{address}",
                "repository",
                "github.com",
                "openai",
                "clip",
            ),
        ),
    )
    abstracts = [
        stand_in(
            first,
            title="Learning from text",
            authors=("Zoe Young", "Ann Old"),
            affiliations=("OpenAI",),
            year=2021,
            venue="ICML",
            doi="10.1000/1",
            url="https://example.org/a b",
            keywords=("vision",),
            extra={"pages": 7},
        ),
        stand_in(second, 2),
    ]
    return write_by_hand(folder, [first, second], abstracts)


def write_turtle(tables: Tables, path: Path, options: ExportOptions | None = None) -> Path:
    """The tables as the Turtle file `path`."""
    export_turtle(tables, path, options or ExportOptions())
    return path


def read_with_pyoxigraph(path: Path, syntax: pyoxigraph.RdfFormat) -> set[Triple]:
    """The triples of a file, each object with its datatype."""
    return {
        (quad.subject.value, quad.predicate.value, _describe(quad.object))
        for quad in pyoxigraph.parse(path=path, format=syntax)
    }


def read_with_rdflib(path: Path) -> set[Triple]:
    """The triples of a Turtle file, each object with its datatype."""
    return set(list_triples(rdflib.Graph().parse(path, format="turtle")))


def list_triples(graph: Iterable[tuple[rdflib.term.Node, ...]]) -> Iterable[Triple]:
    """The triples of a graph of rdflib, each object with its datatype."""
    for subject, predicate, object in graph:
        if isinstance(object, rdflib.Literal):
            yield str(subject), str(predicate), (str(object), str(object.datatype or _STRING))
        else:
            yield str(subject), str(predicate), (str(object), "")


_STRING = str(rdflib.XSD.string)


def _describe(term: object) -> tuple[str, str]:
    if isinstance(term, pyoxigraph.Literal):
        return term.value, term.datatype.value
    assert isinstance(term, pyoxigraph.NamedNode)
    return term.value, ""


def update_store(store: Store, sparql: str) -> None:
    """Change a graph; an update that changes nothing tests nothing."""
    before = {*map(str, store)}
    store.update(sparql, prefixes=dict(STANDARD_PREFIXES))
    assert {*map(str, store)} != before
