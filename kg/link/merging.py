"""Statements that are made again and again become one each, with the evidence of all."""

from __future__ import annotations

from collections.abc import Iterable

from kg.link.statements import Stated
from kg.records import Evidence, Span, Statement

_NOWHERE = Span(-1, -1)


class Statements:
    """Collects statements: one for each id, as sure as its surest evidence.

    Args:
        min_confidence: What is less sure is passed over.
    """

    def __init__(self, min_confidence: float = 0.0) -> None:
        self._min_confidence = min_confidence
        self._statements: dict[str, Statement] = {}
        self._evidence: dict[str, tuple[Evidence, ...]] = {}

    def add(self, stated: Iterable[Stated]) -> None:
        """Take statements with their evidence."""
        for statement, evidence in stated:
            if statement.confidence < self._min_confidence:
                continue
            id = statement.id
            known = self._statements.get(id)
            if known is None:
                self._statements[id] = statement
                self._evidence[id] = evidence
            else:
                if known.confidence < statement.confidence:
                    self._statements[id] = statement
                self._evidence[id] += evidence

    def list_statements(self) -> tuple[Statement, ...]:
        """The statements, sorted by id."""
        return tuple(self._statements[id] for id in sorted(self._statements))

    def list_evidence(self) -> tuple[Evidence, ...]:
        """The evidence, each piece once, sorted by statement, abstract and place."""
        return tuple(item for id in sorted(self._evidence) for item in _sort(self._evidence[id]))


def _sort(evidence: tuple[Evidence, ...]) -> Iterable[Evidence]:
    return evidence if len(evidence) == 1 else sorted(set(evidence), key=_rank)


def _rank(item: Evidence) -> tuple[str, Span, str, Span, float]:
    span, sentence = item.span or _NOWHERE, item.sentence or _NOWHERE
    return item.abstract, span, item.entity or "", sentence, item.confidence
