"""The SPARQL 1.1 Service Description (https://www.w3.org/TR/sparql11-service-description/)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import quote

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.serve.syntaxes import GRAPH_SYNTAXES, RESULT_SYNTAXES
from kg.vocabulary import STANDARD_PREFIXES

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_TYPE = NamedNode(f"{STANDARD_PREFIXES['rdf']}type")
_FORMAT_NAMES: Mapping[str, str] = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/ld+json": "JSON-LD",
    "application/rdf+xml": "RDF_XML",
}
# What an IRI in a header keeps as it is; the rest is percent-encoded.
_IRI_CHARACTERS = "!#$&'()*+,/:;=?@[]~%"


def describe_service(endpoint: str, facts: Mapping[str, Any], media_type: str) -> bytes:
    """The description of the service as RDF.

    Args:
        endpoint: IRI at which queries are answered.
        facts: What the workers found out about the graph.
        media_type: The syntax.

    Raises:
        ValueError: `endpoint` is no IRI.
    """
    written = pyoxigraph.serialize(
        _list_triples(NamedNode(endpoint), facts),
        format=GRAPH_SYNTAXES[media_type],
        prefixes={
            "sd": _SD,
            "formats": _FORMATS,
            "dcterms": STANDARD_PREFIXES["dcterms"],
            "void": STANDARD_PREFIXES["void"],
        },
    )
    return cast(bytes, written)


def link_description(iri: str) -> str:
    """The header `Link` of an answer that describes the resource `iri`."""
    return f'<{quote(iri, safe=_IRI_CHARACTERS)}>; rel="describes"'


def _list_triples(endpoint: NamedNode, facts: Mapping[str, Any]) -> Iterator[Triple]:
    service, dataset, default = BlankNode("service"), BlankNode("dataset"), BlankNode("default")
    yield Triple(service, _TYPE, _name("Service"))
    yield Triple(service, _name("endpoint"), endpoint)
    yield Triple(service, _name("supportedLanguage"), _name("SPARQL11Query"))
    for media_type in (*RESULT_SYNTAXES, *GRAPH_SYNTAXES):
        if media_type in _FORMAT_NAMES:
            name = NamedNode(_FORMATS + _FORMAT_NAMES[media_type])
            yield Triple(service, _name("resultFormat"), name)
    yield Triple(service, _name("defaultDataset"), dataset)
    yield Triple(dataset, _TYPE, _name("Dataset"))
    yield Triple(dataset, _name("defaultGraph"), default)
    yield Triple(default, _TYPE, _name("Graph"))
    if facts["title"] is not None:
        title = Literal(facts["title"])
        yield Triple(default, NamedNode(f"{STANDARD_PREFIXES['dcterms']}title"), title)
    if facts["base_iri"] is not None:
        space = NamedNode(f"{STANDARD_PREFIXES['void']}uriSpace")
        yield Triple(default, space, Literal(facts["base_iri"]))
    for number, iri in enumerate(facts["named_graphs"]):
        graph = BlankNode(f"graph{number}")
        yield Triple(dataset, _name("namedGraph"), graph)
        yield Triple(graph, _TYPE, _name("NamedGraph"))
        yield Triple(graph, _name("name"), NamedNode(iri))


def _name(local: str) -> NamedNode:
    return NamedNode(_SD + local)
