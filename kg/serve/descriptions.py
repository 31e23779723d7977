"""What the graph says of one resource."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Store, Triple

from kg.vocabulary import STANDARD_PREFIXES

TRIPLES_READ = 5_000
VALUES_SHOWN = 200

Term = NamedNode | BlankNode | pyoxigraph.Literal | Triple

_PREFERRED_LABEL = NamedNode(f"{STANDARD_PREFIXES['skos']}prefLabel")
_LABELS = (
    _PREFERRED_LABEL,
    NamedNode(f"{STANDARD_PREFIXES['dcterms']}title"),
    NamedNode(f"{STANDARD_PREFIXES['rdfs']}label"),
)
_TYPE = NamedNode(f"{STANDARD_PREFIXES['rdf']}type")
_STATEMENT_PARTS = tuple(
    NamedNode(f"{STANDARD_PREFIXES['rdf']}{name}") for name in ("subject", "predicate", "object")
)
_STRING = f"{STANDARD_PREFIXES['xsd']}string"
_SHORT = re.compile(r"\w(?:[\w.-]*[\w-])?")


def find_triples(store: Store, node: NamedNode) -> Iterator[Triple]:
    """The triples of the default graph with the node as their subject, then as their object."""
    default = DefaultGraph()
    for quad in store.quads_for_pattern(node, None, None, default):
        yield quad.triple
    for quad in store.quads_for_pattern(None, None, node, default):
        if quad.subject != node:
            yield quad.triple


def describe_resource(
    store: Store, node: NamedNode, prefixes: Mapping[str, str]
) -> dict[str, Any] | None:
    """What a page about a resource shows: label, types, and its triples in both directions.

    Args:
        store: The graph.
        node: The resource.
        prefixes: By which IRIs are written short.

    Returns:
        None where the graph says nothing of it. Of very many triples a part.
    """
    triples = list(islice(find_triples(store, node), TRIPLES_READ + 1))
    if not triples:
        return None
    outgoing: dict[NamedNode, set[Term]] = defaultdict(set)
    incoming: dict[NamedNode, set[Term]] = defaultdict(set)
    for triple in triples[:TRIPLES_READ]:
        if triple.subject == node:
            outgoing[triple.predicate].add(triple.object)
        else:
            incoming[triple.predicate].add(triple.subject)
    types = outgoing.pop(_TYPE, set())
    return {
        "iri": node.value,
        "label": _find_label(store, node, prefixes),
        "types": _list_values(store, types, prefixes),
        "outgoing": _list_properties(store, outgoing, prefixes),
        "incoming": _list_properties(store, incoming, prefixes),
        "complete": len(triples) <= TRIPLES_READ,
    }


def shorten(iri: str, prefixes: Mapping[str, str]) -> str:
    """The IRI with a prefix, where one fits."""
    for prefix, namespace in prefixes.items():
        local = iri.removeprefix(namespace)
        if local != iri and _SHORT.fullmatch(local):
            return f"{prefix}:{local}"
    return iri


def _list_properties(
    store: Store, properties: Mapping[NamedNode, set[Term]], prefixes: Mapping[str, str]
) -> list[dict[str, Any]]:
    listed = []
    for predicate, values in properties.items():
        name = shorten(predicate.value, prefixes)
        rank = (predicate in _STATEMENT_PARTS, predicate != _PREFERRED_LABEL, name)
        listed.append((rank, predicate, values))
    return [
        {
            "iri": predicate.value,
            "name": rank[-1],
            "values": _list_values(store, values, prefixes)[:VALUES_SHOWN],
            "more": max(0, len(values) - VALUES_SHOWN),
        }
        for rank, predicate, values in sorted(listed, key=lambda item: item[0])
    ]


def _list_values(
    store: Store, values: Iterable[Term], prefixes: Mapping[str, str]
) -> list[dict[str, Any]]:
    described = [_describe_value(store, value, prefixes) for value in values]
    return sorted(described, key=lambda value: (value["text"].casefold(), str(value)))


def _describe_value(store: Store, value: Term, prefixes: Mapping[str, str]) -> dict[str, Any]:
    if isinstance(value, NamedNode):
        return {"iri": value.value, "text": _find_label(store, value, prefixes)}
    if isinstance(value, pyoxigraph.Literal):
        datatype = value.datatype.value
        note = value.language or ("" if datatype == _STRING else shorten(datatype, prefixes))
        return {"text": value.value, "note": note}
    return {"text": str(value), "note": ""}


def _find_label(store: Store, node: NamedNode, prefixes: Mapping[str, str]) -> str:
    """The label of a node; of a statement what it says; or else its IRI, short."""
    for predicate in _LABELS:
        labels = sorted(
            term.value
            for term in _find_values(store, node, predicate)
            if isinstance(term, pyoxigraph.Literal)
        )
        if labels:
            return labels[0]
    parts = [next(_find_values(store, node, part), None) for part in _STATEMENT_PARTS]
    if all(isinstance(part, NamedNode) and part != node for part in parts):
        return " ".join(
            _find_short_label(store, part, prefixes)
            for part in parts
            if isinstance(part, NamedNode)
        )
    return shorten(node.value, prefixes)


def _find_short_label(store: Store, node: NamedNode, prefixes: Mapping[str, str]) -> str:
    labels = (
        term.value
        for term in _find_values(store, node, _PREFERRED_LABEL)
        if isinstance(term, pyoxigraph.Literal)
    )
    return min(labels, default=shorten(node.value, prefixes))


def _find_values(store: Store, node: NamedNode, predicate: NamedNode) -> Iterator[Term]:
    quads = store.quads_for_pattern(node, predicate, None, DefaultGraph())
    # Hostile data may give a node any number of labels.
    return (quad.object for quad in islice(quads, VALUES_SHOWN))
