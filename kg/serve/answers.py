"""Answers out of the store, as a worker gives them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import pyoxigraph
from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    QueryResultsFormat,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
)

from kg.query.evaluation import open_answer
from kg.query.store import find_base_iri, find_prefixes, find_title
from kg.serve.buffers import AnswerBuffer
from kg.serve.descriptions import describe_resource, find_triples
from kg.serve.refusals import RefusalError
from kg.serve.syntaxes import GRAPH_SYNTAXES, RESULT_SYNTAXES, refuse_types

if TYPE_CHECKING:
    from kg.serve.exploration import Exploration

_NAMED_GRAPHS_LISTED = 100
# So many a reader may want in order; of more nobody reads all.
_TRIPLES_SORTED = 10_000
# The end of an IRI that can be the name of an XML element; what the names have beyond ASCII
# is most letters of most scripts, and the writer keeps to this rule too.
_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*\Z")


class Answerer:
    """Answers requests out of a store.

    Args:
        store: The graph.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._prefixes = find_prefixes(store)

    def list_facts(self) -> dict[str, Any]:
        """What the server needs to know of the graph."""
        graphs: list[str] = []
        for graph in self._store.named_graphs():
            if len(graphs) == _NAMED_GRAPHS_LISTED:
                break
            if isinstance(graph, NamedNode):
                graphs.append(graph.value)
        return {
            "base_iri": find_base_iri(self._store),
            "title": find_title(self._store),
            "prefixes": self._prefixes,
            "named_graphs": sorted(graphs),
        }

    def answer_query(self, request: Mapping[str, Any], buffer: AnswerBuffer) -> str:
        """Write the answer of a query.

        Args:
            request: `sparql`, the IRIs in `default_graphs` and `named_graphs`, and the media
                types for an answer of either kind, `result_type` and `graph_type`, which are
                None where the client takes none.
            buffer: Where to write.

        Returns:
            The media type that was written.

        Raises:
            QueryError: The query cannot be answered.
            RefusalError: The client takes no such answer.
            AnswerTooLongError: The answer is longer than the buffer.
        """
        default_graphs = [NamedNode(iri) for iri in request["default_graphs"]]
        named_graphs = [NamedNode(iri) for iri in request["named_graphs"]]
        has_dataset = bool(default_graphs or named_graphs)
        with open_answer(
            self._store,
            request["sparql"],
            self._prefixes,
            default_graphs=default_graphs if has_dataset else None,
            named_graphs=named_graphs if has_dataset else None,
        ) as answer:
            if isinstance(answer, QueryTriples):
                media_type = request["graph_type"]
                if media_type is None:
                    raise refuse_types("the graph of CONSTRUCT and DESCRIBE", GRAPH_SYNTAXES)
                self._write_triples(answer, GRAPH_SYNTAXES[media_type], buffer)
            else:
                media_type = request["result_type"]
                if media_type is None:
                    raise refuse_types("the answer to SELECT and ASK", RESULT_SYNTAXES)
                syntax = RESULT_SYNTAXES[media_type]
                buffer.xml = syntax == QueryResultsFormat.XML
                answer.serialize(cast(IO[bytes], buffer), format=syntax)
        return str(media_type)

    def write_graph(self, request: Mapping[str, Any], buffer: AnswerBuffer) -> str:
        """Write a whole graph: the one called `graph`, or the default graph where it is None.

        Returns:
            The media type that was written.

        Raises:
            RefusalError: There is no such graph, or the syntax cannot hold it.
            AnswerTooLongError: The graph is longer than the buffer.
        """
        name = request["graph"]
        graph = DefaultGraph() if name is None else NamedNode(name)
        if name is not None and not self._store.contains_named_graph(graph):
            raise RefusalError(404, "there is no such graph")
        quads = self._store.quads_for_pattern(None, None, None, graph)
        media_type = str(request["graph_type"])
        self._write_triples((quad.triple for quad in quads), GRAPH_SYNTAXES[media_type], buffer)
        return media_type

    def write_resource(self, request: Mapping[str, Any], buffer: AnswerBuffer) -> str:
        """Write the triples whose subject or object is the resource called `iri`.

        Returns:
            The media type that was written.

        Raises:
            RefusalError: There are none, or the syntax cannot hold them.
            AnswerTooLongError: They are longer than the buffer.
        """
        node = NamedNode(request["iri"])
        triples = find_triples(self._store, node)
        first = list(islice(triples, _TRIPLES_SORTED))
        if not first:
            raise RefusalError(404, "the graph says nothing of it")
        first.sort(key=lambda triple: (triple.subject != node, str(triple)))
        media_type = str(request["graph_type"])
        self._write_triples(chain(first, triples), GRAPH_SYNTAXES[media_type], buffer)
        return media_type

    def describe(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """What a page about the resource called `iri` shows.

        Raises:
            RefusalError: The graph says nothing of it.
        """
        description = describe_resource(self._store, NamedNode(request["iri"]), self._prefixes)
        if description is None:
            raise RefusalError(404, "the graph says nothing of it")
        return description

    def describe_neighbourhood(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The node with the id `node` and `limit` of its neighbours from number `offset` on.

        Raises:
            RefusalError: There is no such node.
        """
        node, offset, limit = (request[name] for name in ("node", "offset", "limit"))
        return self._exploration.describe_neighbourhood(node, offset, limit)

    def suggest_nodes(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Nodes that answer `text`, out of the index in the file `index`."""
        return self._exploration.suggest(request["text"], Path(request["index"]))

    @cached_property
    def _exploration(self) -> Exploration:
        # What draws the picture takes long to import, and most workers never need it.
        from kg.serve.exploration import Exploration

        base_iri = find_base_iri(self._store)
        if base_iri is None:
            raise RefusalError(404, "the graph does not say what its namespace is")
        return Exploration(self._store, base_iri)

    def _write_triples(
        self, triples: Iterable[Triple], syntax: RdfFormat, buffer: AnswerBuffer
    ) -> None:
        buffer.xml = syntax == RdfFormat.RDF_XML
        if buffer.xml:
            triples = _check_predicates(triples)
        pyoxigraph.serialize(
            triples, cast(IO[bytes], buffer), format=syntax, prefixes=self._prefixes
        )


def _check_predicates(triples: Iterable[Triple]) -> Iterator[Triple]:
    for triple in triples:
        if not _XML_NAME.search(triple.predicate.value):
            raise RefusalError(
                406,
                f"RDF/XML cannot hold the predicate {triple.predicate}; "
                "ask for another syntax, such as text/turtle",
            )
        yield triple
