"""Answers to what the explorer's page asks, as a worker gives them."""

from __future__ import annotations

from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Store

from kg.export.html.details import MAX_EVIDENCE, describe
from kg.export.html.neighbourhood import describe_by_id
from kg.export.html.network import build_network, size_of
from kg.export.html.selection import Selection
from kg.query.resources import expand_name
from kg.query.stored_rows import StoredRows
from kg.serve.neighbourhoods import count_neighbours, rank_neighbours, select_nodes
from kg.serve.refusals import RefusalError
from kg.serve.suggestions import Suggestions

_RANKINGS_KEPT = 8
_COUNTS_KEPT = 100_000
_IMPORTANCE = NamedNode(expand_name("kg:importance"))


class Exploration:
    """Answers out of a store.

    Args:
        store: A graph that kg wrote.
        base_iri: Namespace of its data.
    """

    def __init__(self, store: Store, base_iri: str) -> None:
        self._store, self._base_iri = store, base_iri
        self._suggestions: Suggestions | None = None
        # What has tens of thousands of neighbours is met again and again.
        self._rank = lru_cache(_RANKINGS_KEPT)(partial(rank_neighbours, store, base_iri))
        self._count = lru_cache(_COUNTS_KEPT)(partial(count_neighbours, store))

    def describe_neighbourhood(self, node: str, offset: int, limit: int) -> dict[str, Any]:
        """A node and some of its neighbours, with all that the page shows of them.

        Args:
            node: Id of the node.
            offset: How many neighbours to pass over; the most important come first.
            limit: How many to give.

        Raises:
            RefusalError: There is no such node, or the graph is damaged.
        """
        try:
            return self._describe(node, offset, limit)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise RefusalError(
                500, f"the graph is damaged or edited ({error}); build it again"
            ) from None

    def _describe(self, node: str, offset: int, limit: int) -> dict[str, Any]:
        rows = StoredRows(self._store, self._base_iri, most_evidence=MAX_EVIDENCE)
        neighbours = self._rank(rows.name_node(node))
        ids = [node, *neighbours[offset : offset + limit]]
        selection = select_nodes(rows, ids)
        if node not in selection.numbers:
            raise RefusalError(404, "the graph has no such node")
        details = describe(rows, selection)
        part = describe_by_id(build_network(selection, None), details)
        self._add_what_lies_beyond(part, rows, selection)
        place = {id: number for number, id in enumerate(ids)}
        part["nodes"].sort(key=lambda described: place[described["id"]])
        return {**part, "total": len(neighbours)}

    def _add_what_lies_beyond(
        self, part: dict[str, Any], rows: StoredRows, selection: Selection
    ) -> None:
        """Name the nodes that the page may hold though this answer does not, and count them."""
        for described, row in zip(part["nodes"], selection.nodes, strict=True):
            kind = described["kind"]
            described["neighbours"] = self._count(rows.name_node(row["id"]))
            described["size"] = size_of(row, self._most_important[kind == "Abstract"])
            if kind == "Abstract":
                mentions = rows.rows_where("mentions", {"abstract": [row["id"]]}, ["entity"])
                for mention, mentioned in zip(described["mentions"], mentions, strict=True):
                    mention[2] = mentioned["entity"]
        for described, row in zip(part["edges"], selection.statements, strict=True):
            if "via" in described:
                described["via"] = row["via"]

    @cached_property
    def _most_important(self) -> dict[bool, float]:
        """The greatest importance of an abstract, and of anything else."""
        found = {True: 0.0, False: 0.0}
        importances = self._store.quads_for_pattern(None, _IMPORTANCE, None)
        for quad in importances:
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                is_abstract = quad.subject.value.startswith(f"{self._base_iri}abstract/")
                found[is_abstract] = max(found[is_abstract], float(quad.object.value))
        return {is_abstract: most or 1.0 for is_abstract, most in found.items()}

    def suggest(self, text: str, index: Path) -> dict[str, Any]:
        """Nodes that answer a text, the best first.

        Args:
            text: What the reader types.
            index: As `kg.serve.suggestions.write_index` made it.
        """
        if self._suggestions is None:
            self._suggestions = Suggestions(index)
        return {"nodes": self._suggestions.find(text)}

    def close(self) -> None:
        """Close the index, where it was asked."""
        if self._suggestions is not None:
            self._suggestions.close()
            self._suggestions = None
