"""How likely the entity recogniser holds each span of a text for an entity.

A greedy transition parser gives one reading without saying how sure it is. In spaCy's recogniser
a state is no more than the current token, the first token of the open entity and the token
before. So what it would do after any reading of the words before can be had in two matrix
products, and the probability of a span, over all readings, by the forward algorithm (Rabiner
1989, "A tutorial on hidden Markov models", III A).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import SENT_START
from spacy.pipeline.ner import EntityRecognizer
from spacy.tokens import Doc

from kg.extract.features import Positions, spread
from kg.records import ENTITY_TYPES

LONGEST = 9
"""Tokens of the longest span."""

LEAST = 0.03
"""The least probability of a span that is given."""

_OPENED = 0.02
_NEGLIGIBLE = 0.003

Probabilities = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Spans that may be entities, by their first token, the shorter first.

    Attributes:
        start: First token of each.
        end: The token after the last.
        types: Spans x `ENTITY_TYPES`: how likely each is an entity of the type.
    """

    start: Positions
    end: Positions
    types: Probabilities


def find_candidates(recogniser: EntityRecognizer, doc: Doc) -> Candidates:
    """The spans of `doc` that may be entities.

    Args:
        recogniser: A trained component.
        doc: A text with sentences, as it left the `tok2vec` that the component listens to.
    """
    if not len(doc):
        return Candidates(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, _KINDS)))
    scorer = _Scorer(recogniser, doc)
    ends = _find_sentence_ends(doc)
    tokens = np.arange(len(doc))
    opening, single = scorer.open(tokens, ends > tokens + 1)
    start, end, types = (
        np.concatenate(parts)
        for parts in zip(_list_single(single), _list_longer(scorer, opening, ends), strict=True)
    )
    kept = types.sum(axis=1) > _NEGLIGIBLE
    start, end, types = start[kept], end[kept], types[kept]
    order = np.lexsort((end, start))
    start, end, types = start[order], end[order], types[order]
    types = types * _reach(start, end, types.sum(axis=1), len(doc))[start][:, None]
    kept = types.sum(axis=1) >= LEAST
    return Candidates(start[kept], end[kept], types[kept])


_KINDS = len(ENTITY_TYPES)


class _Scorer:
    """Probabilities of the transitions of a recogniser in the states of one text."""

    def __init__(self, recogniser: EntityRecognizer, doc: Doc) -> None:
        self._steps: Any = recogniser.model.predict([doc])
        moves = recogniser.moves
        # `move_names` leaves some out, and places in it are not those of the scores.
        names = [moves.get_class_name(number) for number in range(moves.n_moves)]
        columns = {name: number for number, name in enumerate(names)}
        known = [kind for kind in ENTITY_TYPES if f"B-{kind}" in columns]
        self._kinds = np.array([ENTITY_TYPES.index(kind) for kind in known], np.int64)
        self._outside = columns["O"]
        self._begin, self._in, self._last, self._unit = (
            [columns[f"{move}-{kind}"] for kind in known] for move in "BILU"
        )

    def _score(self, *state: Positions) -> NDArray[np.float32]:
        states = np.ascontiguousarray(np.stack(state, axis=1), dtype=np.int32)
        scores: NDArray[np.float32] = self._steps.vec2scores.predict(
            self._steps.state2vec.predict(states)
        )
        return scores

    def _spread(self, values: NDArray[np.floating]) -> Probabilities:
        out = np.zeros((len(values), _KINDS))
        out[:, self._kinds] = values
        return out

    def open(
        self, tokens: Positions, longer: NDArray[np.bool_]
    ) -> tuple[Probabilities, Probabilities]:
        """Tokens x types: how likely a longer entity begins there, and one of a single token.

        Args:
            tokens: All that are asked for.
            longer: Whether the sentence goes on after each.
        """
        none = np.full(len(tokens), -1)
        scores = self._score(tokens, none, none).astype(np.float64)
        scores[:, self._begin] = np.where(longer[:, None], scores[:, self._begin], -np.inf)
        valid = [self._outside, *self._begin, *self._unit]
        powers = np.exp(scores[:, valid] - scores[:, valid].max(axis=1, keepdims=True))
        likely = powers / powers.sum(axis=1, keepdims=True)
        begin = likely[:, 1 : 1 + len(self._begin)]
        return self._spread(begin), self._spread(likely[:, 1 + len(self._begin) :])

    def close(self, tokens: Positions, starts: Positions) -> Probabilities:
        """Tokens x types: how likely the entity that begins at `starts` ends with the token."""
        scores = self._score(tokens, starts, tokens - 1).astype(np.float64)
        ahead = np.clip(scores[:, self._in] - scores[:, self._last], -30, 30)
        return self._spread(1 / (1 + np.exp(ahead)))


def _find_sentence_ends(doc: Doc) -> Positions:
    """For each token, the token after the last of its sentence."""
    begins = doc.to_array([SENT_START]).astype(np.int64).ravel() == 1
    begins[0] = True
    places = np.append(np.flatnonzero(begins), len(doc))
    ends: Positions = places[np.searchsorted(places, np.arange(len(doc)), side="right")]
    return ends


Listed = tuple[Positions, Positions, Probabilities]


def _list_single(single: Probabilities) -> Listed:
    places = np.flatnonzero(single.sum(axis=1) > _NEGLIGIBLE)
    return places, places + 1, single[places]


def _list_longer(scorer: _Scorer, opening: Probabilities, ends: Positions) -> Listed:
    starts = np.flatnonzero(opening.sum(axis=1) > _OPENED)
    last = np.minimum(ends[starts], starts + LONGEST)
    owners, tokens = spread(starts + 1, last)
    if not len(tokens):
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, _KINDS))
    closing = scorer.close(tokens, starts[owners])
    # At the end of its sentence an entity must end.
    closing[tokens + 1 == ends[tokens]] = 1
    steps = tokens - starts[owners] - 1
    table = np.zeros((len(starts), LONGEST - 1, _KINDS))
    table[owners, steps] = closing
    goes_on = np.cumprod(1 - table, axis=1)
    before = np.concatenate([np.ones((len(starts), 1, _KINDS)), goes_on[:, :-1]], axis=1)
    likely = opening[starts][:, None, :] * before * table
    return starts[owners], tokens + 1, likely[owners, steps]


def _reach(start: Positions, end: Positions, likely: Probabilities, length: int) -> Probabilities:
    """For each token, how likely no entity is open before it."""
    reached = np.zeros(length + 1)
    reached[0] = 1
    spans: Iterator[tuple[int, int, float]] = zip(
        start.tolist(), end.tolist(), likely.tolist(), strict=True
    )
    pending = next(spans, None)
    for token in range(length):
        here, taken = reached[token], 0.0
        while pending is not None and pending[0] == token:
            reached[pending[1]] += here * pending[2]
            taken += pending[2]
            pending = next(spans, None)
        reached[token + 1] += here * max(0.0, 1 - taken)
    return reached
