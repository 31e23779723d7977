"""Graphs validated: by pySHACL where they are small, by queries of the store where they are not."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal, cast

import rdflib
from pyoxigraph import DefaultGraph, QuerySolutions, RdfFormat, Store
from rdflib import SH
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.term import Node

from kg.errors import KgError
from kg.validation.findings import Finding, shorten_iri
from kg.validation.queries import write_queries
from kg.validation.shapes import Constraint, load_shapes, read_constraints
from kg.validation.wording import describe_constraint

Engine = Literal["pyshacl", "store"]

PYSHACL_TRIPLES = 25_000
"""Up to how many triples pySHACL validates: about half a millisecond each on a laptop."""

_SUFFIX = "ConstraintComponent"


def validate(store: Store, engine: Engine | None = None) -> list[Finding]:
    """What in a graph violates the shapes of `ontology/shapes.ttl`, sorted; nothing is written.

    Args:
        store: The graph.
        engine: `pyshacl`, the reference, which asks every node for itself; or `store`, which
            asks the store once a constraint. By the size of the graph where absent.

    Raises:
        KgError: pySHACL is wanted and not installed.
    """
    if engine is None:
        engine = "pyshacl" if len(store) <= PYSHACL_TRIPLES else "store"
    find = _find_with_pyshacl if engine == "pyshacl" else _find_in_store
    return sorted(set(find(store)), key=lambda finding: finding.key)


def _find_in_store(store: Store) -> Iterator[Finding]:
    for constraint in read_constraints(load_shapes()):
        message = describe_constraint(constraint)
        for query in write_queries(constraint):
            solutions = cast(QuerySolutions, store.query(query))
            names = {variable.value for variable in solutions.variables}
            for row in solutions:
                path = row["path"] if "path" in names else None
                value = row["value"] if "value" in names else None
                if constraint.component == "SPARQL" and value is None:
                    value = row["this"]
                yield Finding(
                    _read(row["this"]),
                    shorten_iri(path.value) if path else _write_path(constraint),
                    None if value is None else _read(value),
                    constraint.component,
                    message,
                )


def _find_with_pyshacl(store: Store) -> Iterator[Finding]:
    try:
        import pyshacl
    except ImportError:
        raise KgError(
            "validating a small graph needs pySHACL; pip install 'kg-abstracts[validate]'"
        ) from None
    shapes = load_shapes()
    graph = _PreparedGraph()
    triples = store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    graph.parse(data=triples, format="nt")
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, inplace=True)
    constraints: dict[tuple[Node | None, str], Constraint] = {
        (constraint.source, constraint.component): constraint
        for constraint in read_constraints(shapes)
    }
    for result in report.objects(None, SH.result):
        source = report.value(result, SH.sourceConstraint) or report.value(result, SH.sourceShape)
        component = str(report.value(result, SH.sourceConstraintComponent))
        name = component.rpartition("#")[2].removesuffix(_SUFFIX)
        constraint = constraints[source, name]
        path = report.value(result, SH.resultPath)
        value = report.value(result, SH.value)
        yield Finding(
            str(report.value(result, SH.focusNode)),
            shorten_iri(str(path)) if isinstance(path, rdflib.URIRef) else _write_path(constraint),
            None if value is None else str(value),
            name,
            describe_constraint(constraint),
        )


class _PreparedGraph(rdflib.Graph):
    """A graph that parses a query once: pySHACL asks the same one for every node."""

    def query(self, query_object: Any, *arguments: Any, **options: Any) -> rdflib.query.Result:
        if isinstance(query_object, str):
            query_object = _prepare(query_object)
        return super().query(query_object, *arguments, **options)


@lru_cache
def _prepare(sparql: str) -> Query:
    return prepareQuery(sparql)


def _write_path(constraint: Constraint) -> str | None:
    return None if constraint.path is None else str(constraint.path)


def _read(term: Any) -> str:
    return str(term.value)
