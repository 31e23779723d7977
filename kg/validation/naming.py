"""What a node of a graph is called, and in which sentence it stands: for those who have to act."""

from __future__ import annotations

from pyoxigraph import Literal as StoreLiteral
from pyoxigraph import NamedNode, Store

from kg.vocabulary import STANDARD_PREFIXES

_WORDS = 60


def name_focus(store: Store, iri: str) -> str | None:
    """What a person calls the node: its name, or what it states or quotes and where."""
    node = NamedNode(iri)
    name = _text(store, node, "skos:prefLabel")
    if name is not None:
        return name
    subject, object = _node(store, node, "rdf:subject"), _node(store, node, "rdf:object")
    if subject is not None or object is not None:
        predicate = _node(store, node, "rdf:predicate")
        verb = "…" if predicate is None else predicate.value.rpartition("#")[2]
        return f"{_call(store, subject)} {verb} {_call(store, object)}"
    value = _text(store, node, "kg:value")
    if value is not None:
        return f"{value} of {_call(store, _node(store, node, 'kg:of'))}"
    passage = _find_passage(store, node)
    if passage is not None:
        words = next(iter(_quotes(store, passage)), "…")
        source = _call(store, _node(store, passage, "oa:hasSource"))
        return f"“{words if len(words) <= _WORDS else words[:_WORDS] + '…'}” in {source}"
    line, document = _text(store, node, "kg:line"), _node(store, node, "kg:document")
    if line is not None:
        return f"line {line} of {_call(store, document)}"
    return _text(store, node, "kg:url") or _text(store, node, "dcterms:title")


def find_sentence(store: Store, iri: str) -> str | None:
    """The sentence that a node was read from, or stands in, where the graph has it."""
    node = NamedNode(iri)
    passage = _find_passage(store, node) or _node(store, node, "oa:hasTarget")
    return None if passage is None else _text(store, passage, "kg:sentence")


def _find_passage(store: Store, node: NamedNode) -> NamedNode | None:
    """The passage that a node is, or that it selects."""
    if _node(store, node, "oa:hasSource") is not None:
        return node
    quads = store.quads_for_pattern(None, _expand("oa:hasSelector"), node)
    return next((quad.subject for quad in quads if isinstance(quad.subject, NamedNode)), None)


def _quotes(store: Store, passage: NamedNode) -> list[str]:
    selectors = store.quads_for_pattern(passage, _expand("oa:hasSelector"), None)
    quotes = (
        _text(store, quad.object, "oa:exact")
        for quad in selectors
        if isinstance(quad.object, NamedNode)
    )
    return sorted(quote for quote in quotes if quote is not None)


def _call(store: Store, node: NamedNode | None) -> str:
    if node is None:
        return "…"
    return _text(store, node, "skos:prefLabel") or node.value


def _text(store: Store, node: NamedNode, name: str) -> str | None:
    quads = store.quads_for_pattern(node, _expand(name), None)
    return min((q.object.value for q in quads if isinstance(q.object, StoreLiteral)), default=None)


def _node(store: Store, node: NamedNode, name: str) -> NamedNode | None:
    quads = store.quads_for_pattern(node, _expand(name), None)
    found = (quad.object for quad in quads if isinstance(quad.object, NamedNode))
    return min(found, key=str, default=None)


def _expand(name: str) -> NamedNode:
    prefix, _, local = name.partition(":")
    return NamedNode(STANDARD_PREFIXES[prefix] + local)
