"""Answers of queries: to read, and in the syntaxes of the SPARQL and RDF standards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, cast, get_args

import pyoxigraph
from pyoxigraph import BlankNode, NamedNode, QueryBoolean, QuerySolutions, RdfFormat, Triple
from pyoxigraph import QueryResultsFormat as Syntax

from kg.errors import QueryError

QueryForm = Literal["select", "ask", "construct"]
ResultFormat = Literal["csv", "json", "ttl"]
RESULT_FORMATS: tuple[ResultFormat, ...] = get_args(ResultFormat)
Term = NamedNode | BlankNode | pyoxigraph.Literal | Triple

_PLAIN = re.compile(r"\w(?:[\w.-]*[\w-])?", re.ASCII)


@dataclass(frozen=True)
class QueryResult:
    """The answer of a query.

    Attributes:
        form: `construct` for DESCRIBE too.
        data: The answer in SPARQL 1.1 JSON; for `construct`, in N-Triples.
        prefixes: Those that the query could use, by which IRIs are written short.
    """

    form: QueryForm
    data: bytes = field(repr=False)
    prefixes: Mapping[str, str] = field(repr=False)

    @cached_property
    def boolean(self) -> bool | None:
        """The answer of ASK; `None` for another query."""
        if self.form != "ask":
            return None
        return bool(pyoxigraph.parse_query_results(self.data, Syntax.JSON))

    @cached_property
    def variables(self) -> tuple[str, ...] | None:
        """The variables of SELECT, in order; `None` for another query."""
        if self.form != "select":
            return None
        return tuple(variable.value for variable in self._solutions().variables)

    @cached_property
    def terms(self) -> tuple[tuple[Term | None, ...], ...]:
        """For each solution of SELECT a value for each variable, `None` where it is unbound.

        For CONSTRUCT and DESCRIBE the triples, sorted; for ASK nothing.
        """
        if self.form == "select":
            return tuple(tuple(solution) for solution in self._solutions())
        return tuple((t.subject, t.predicate, t.object) for t in self._triples())

    @cached_property
    def rows(self) -> tuple[tuple[str | None, ...], ...]:
        """The terms as a person reads them: IRIs short, literals without their type."""
        return tuple(tuple(map(self._shorten, row)) for row in self.terms)

    def serialize(self, format: str) -> str:
        """The answer as a file holds it.

        Args:
            format: `csv` or `json` (SPARQL 1.1 Query Results) for SELECT and ASK, `ttl` (Turtle)
                for CONSTRUCT and DESCRIBE.

        Raises:
            QueryError: The format cannot hold such an answer, or is not known.
        """
        if format not in RESULT_FORMATS:
            raise QueryError(f"{format!r} is no format; use {', '.join(RESULT_FORMATS)}")
        if self.form == "construct":
            if format != "ttl":
                raise QueryError(f"CONSTRUCT and DESCRIBE give triples, not {format}; use ttl")
            return self._write_turtle()
        if format == "ttl":
            raise QueryError("SELECT and ASK give no triples, hence no ttl; use csv or json")
        if format == "json":
            return f"{self.data.decode()}\n"
        return cast(bytes, self._parse().serialize(format=Syntax.CSV)).decode()

    def _parse(self) -> QuerySolutions | QueryBoolean:
        return pyoxigraph.parse_query_results(self.data, Syntax.JSON)

    def _solutions(self) -> QuerySolutions:
        return cast(QuerySolutions, self._parse())

    def _triples(self) -> list[Triple]:
        if self.form != "construct":
            return []
        quads = pyoxigraph.parse(self.data, RdfFormat.N_TRIPLES)
        return sorted({quad.triple for quad in quads}, key=str)

    def _write_turtle(self) -> str:
        triples = self._triples()
        iris = {iri for triple in triples for term in triple for iri in _list_iris(term)}
        used = {
            prefix: namespace
            for prefix, namespace in sorted(self.prefixes.items())
            if any(iri.startswith(namespace) for iri in iris)
        }
        written = pyoxigraph.serialize(triples, format=RdfFormat.TURTLE, prefixes=used)
        return cast(bytes, written).decode()

    def _shorten(self, term: Term | None) -> str | None:
        if term is None or isinstance(term, pyoxigraph.Literal):
            return term and term.value
        if not isinstance(term, NamedNode):
            return str(term)
        for prefix, namespace in self.prefixes.items():
            local = term.value.removeprefix(namespace)
            if local != term.value and _PLAIN.fullmatch(local):
                return f"{prefix}:{local}"
        return term.value


def _list_iris(term: Term) -> Iterator[str]:
    if isinstance(term, NamedNode):
        yield term.value
    elif isinstance(term, pyoxigraph.Literal):
        yield term.datatype.value
