"""The syntaxes of answers, by media type, the preferred ones first."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pyoxigraph import QueryResultsFormat, RdfFormat

from kg.serve.negotiation import choose_media_type
from kg.serve.refusals import RefusalError

RESULT_SYNTAXES: Mapping[str, QueryResultsFormat] = MappingProxyType(
    {
        "application/sparql-results+json": QueryResultsFormat.JSON,
        "application/sparql-results+xml": QueryResultsFormat.XML,
        "text/csv": QueryResultsFormat.CSV,
        "text/tab-separated-values": QueryResultsFormat.TSV,
        "application/json": QueryResultsFormat.JSON,
        "application/xml": QueryResultsFormat.XML,
        "text/xml": QueryResultsFormat.XML,
    }
)
"""Of answers to SELECT and ASK (https://www.w3.org/TR/sparql11-protocol/#query-success)."""

GRAPH_SYNTAXES: Mapping[str, RdfFormat] = MappingProxyType(
    {
        "text/turtle": RdfFormat.TURTLE,
        "application/n-triples": RdfFormat.N_TRIPLES,
        "application/ld+json": RdfFormat.JSON_LD,
        "application/rdf+xml": RdfFormat.RDF_XML,
        "application/json": RdfFormat.JSON_LD,
        "application/xml": RdfFormat.RDF_XML,
    }
)
"""Of graphs."""

HTML = "text/html"


def choose_graph_type(accept: str | None) -> str:
    """The media type for a graph.

    Raises:
        RefusalError: The client takes none that there is.
    """
    chosen = choose_media_type(accept, GRAPH_SYNTAXES)
    if chosen is None:
        raise refuse_types("a graph", GRAPH_SYNTAXES)
    return chosen


def refuse_types(what: str, offers: Mapping[str, object]) -> RefusalError:
    """The refusal of a client that takes none of `offers`."""
    return RefusalError(
        406, f"{what} can be had as {', '.join(offers)}; name one of them in Accept"
    )


def write_content_type(media_type: str) -> str:
    """The header of an answer; all of them are UTF-8."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
