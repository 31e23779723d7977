"""`kg_confidence`: how sure the entity recogniser is of each entity.

A greedy transition parser gives entities without saying how sure it is. The probability of the
transitions that make up an entity can be had afterwards in one matrix product, since in spaCy's
recogniser a state is no more than the current token, the first token of the open entity and
the token before: softmax over the transitions that were valid there, multiplied up. It is the
probability that the recogniser opens just this entity at its first token, given what it
decided before.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.pipeline.ner import EntityRecognizer
from spacy.tokens import Doc

from kg.extract.annotations import set_confidences


@Language.factory(
    "kg_confidence",
    default_config={"recogniser": "ner"},
    requires=["doc.ents"],
    assigns=["doc._.kg_confidences"],
)
def create_confidence(nlp: Language, name: str, recogniser: str) -> ConfidenceEstimator:  # noqa: ARG001
    """The component.

    Args:
        nlp: The pipeline that it stands in.
        name: Its name there.
        recogniser: Name of the `ner` component whose entities are weighed.
    """
    return ConfidenceEstimator(nlp, recogniser)


class ConfidenceEstimator:
    """Leaves the probability of each entity of a `Doc` in `doc._.kg_confidences`."""

    def __init__(self, nlp: Language, recogniser: str) -> None:
        self._nlp = nlp
        self._recogniser = recogniser

    def __call__(self, doc: Doc) -> Doc:
        """Weigh the entities of `doc`."""
        if not doc.ents or self._recogniser not in self._nlp.pipe_names:
            return doc
        recogniser = self._nlp.get_pipe(self._recogniser)
        if isinstance(recogniser, EntityRecognizer):
            set_confidences(doc, estimate_confidences(recogniser, doc))
        return doc


def estimate_confidences(recogniser: EntityRecognizer, doc: Doc) -> dict[tuple[int, int], float]:
    """The probability of each entity of `doc`, by its first and last-plus-one token.

    Args:
        recogniser: The trained component that found the entities.
        doc: A `Doc` as it left that component, with the tensor of the shared `tok2vec`.
    """
    states: list[tuple[int, int, int]] = []
    for span in doc.ents:
        states.append((span.start, -1, -1))
        states.extend((i, span.start, i - 1) for i in range(span.start + 1, span.end))
    steps: Any = recogniser.model.predict([doc])
    hidden = steps.state2vec.predict(np.asarray(states, dtype="i"))
    scores: NDArray[np.float32] = steps.vec2scores.predict(hidden)
    moves = {move: index for index, move in enumerate(recogniser.move_names)}
    opening = [index for move, index in moves.items() if move == "O" or move[:2] in ("B-", "U-")]
    found: dict[tuple[int, int], float] = {}
    row = 0
    for span in doc.ents:
        length, label = span.end - span.start, span.label_
        first = f"U-{label}" if length == 1 else f"B-{label}"
        probability = _softmax_at(scores[row], opening, moves[first])
        inner, last = moves.get(f"I-{label}"), moves.get(f"L-{label}")
        for offset in range(1, length):
            wanted = last if offset == length - 1 else inner
            if wanted is None or inner is None or last is None:
                continue
            probability *= _softmax_at(scores[row + offset], [inner, last], wanted)
        found[span.start, span.end] = round(float(probability), 4)
        row += length
    return found


def _softmax_at(scores: NDArray[np.float32], valid: list[int], wanted: int) -> float:
    exponents = np.exp(scores[valid] - scores[valid].max())
    return float(np.exp(scores[wanted] - scores[valid].max()) / exponents.sum())
