"""Resources of a graph in a store, with what is said of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import unquote

import pyoxigraph
from pyoxigraph import NamedNode, Store

from kg.tables import Row
from kg.vocabulary import STANDARD_PREFIXES


class Resource:
    """A resource of the graph and what is said of it, by prefixed names such as `kg:line`."""

    def __init__(self, store: Store, base_iri: str, node: NamedNode) -> None:
        self._base_iri = base_iri
        self.id = read_node_id(node, base_iri)
        self._values: dict[str, list[pyoxigraph.NamedNode | pyoxigraph.Literal]] = defaultdict(list)
        for quad in store.quads_for_pattern(node, None, None):
            if isinstance(quad.object, NamedNode | pyoxigraph.Literal):
                self._values[quad.predicate.value].append(quad.object)

    def texts(self, name: str) -> list[str]:
        """All values, sorted."""
        return sorted(term.value for term in self._values.get(expand_name(name), ()))

    def text(self, name: str) -> str | None:
        """The only value, if there is one."""
        found = self.texts(name)
        return found[0] if found else None

    def integer(self, name: str) -> int | None:
        """The only value, as an integer."""
        value = self.text(name)
        return None if value is None else int(value)

    def number(self, name: str) -> float | None:
        """The only value, as a number."""
        value = self.text(name)
        return None if value is None else float(value)

    def nodes(self, name: str) -> list[str]:
        """The ids of all values that are nodes of the graph, sorted."""
        return sorted(
            read_node_id(term, self._base_iri)
            for term in self._values.get(expand_name(name), ())
            if isinstance(term, NamedNode)
        )

    def node(self, name: str) -> str | None:
        """The id of the only value."""
        found = self.nodes(name)
        return found[0] if found else None


class Passage:
    """A stretch of an abstract, with the entities that it mentions and the sentence around it.

    Args:
        abstract: Id of the abstract.
        text: Its text.
        start: Where the passage begins in it.
        end: Where it ends.
        entities: Ids of the entities that it mentions, sorted.
        sentences: Texts of sentences around it.
    """

    def __init__(
        self,
        abstract: str,
        text: str,
        start: int,
        end: int,
        entities: list[str],
        sentences: Iterable[str],
    ) -> None:
        self.abstract = abstract
        self.span = {"start": start, "end": end}
        self.form = text[start:end]
        self.entities = entities
        self.sentence: Row = {"sentence_start": None, "sentence_end": None}
        for sentence in sorted(sentences, key=len):
            first = text.find(sentence, max(0, end - len(sentence)), start + len(sentence))
            if first >= 0:
                self.sentence = {"sentence_start": first, "sentence_end": first + len(sentence)}
                break


def read_passage(resource: Resource, text: str, start: int, end: int) -> Passage:
    """The passage that a resource is, from `start` to `end` in a text."""
    return Passage(
        resource.node("oa:hasSource") or "",
        text,
        start,
        end,
        resource.nodes("kg:mentionOf"),
        resource.texts("kg:sentence"),
    )


def expand_name(name: str) -> str:
    """The IRI of a prefixed name of a standard vocabulary, such as `kg:line`."""
    prefix, _, local = name.partition(":")
    return STANDARD_PREFIXES[prefix] + local


def read_node_id(node: NamedNode, base_iri: str) -> str:
    """The node id that an IRI of the data was made from."""
    return unquote(node.value.removeprefix(base_iri))
