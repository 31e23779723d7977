"""`kg_spans`: which of the spans that the recogniser holds for likely are entities.

The recogniser decides word by word, with a few words around each. This component reads each
likely span with all that the text shows of it (the same words elsewhere, an abbreviation, a longer
or shorter span in its place), and takes the set of spans that share no token and are worth most.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
from spacy.language import Language
from spacy.pipeline.ner import EntityRecognizer
from spacy.tokens import Doc, Span

from kg.extract.annotations import set_confidences, set_type_probabilities
from kg.extract.classifier import Classifier, Floats, softmax
from kg.extract.features import Positions
from kg.extract.marginals import Candidates, find_candidates
from kg.extract.span_features import span_features
from kg.extract.storage import Trained
from kg.records import ENTITY_TYPES

WEIGHTS = "spans"
THRESHOLD = "threshold"


@Language.factory(
    "kg_spans",
    default_config={"recogniser": "ner"},
    requires=["doc._.kg_abbreviations", "token.sent_start"],
    assigns=["doc.ents", "doc._.kg_confidences", "doc._.kg_type_probabilities"],
)
def create_spans(nlp: Language, name: str, recogniser: str) -> SpanChooser:  # noqa: ARG001
    """The component, untrained, which takes a span from a probability of a half on.

    Args:
        nlp: The pipeline that it stands in.
        name: Its name there.
        recogniser: Name of the `ner` component that says what is likely.
    """
    return SpanChooser(nlp, recogniser)


class SpanChooser(Trained):
    """Gives a `Doc` its entities, with how sure of each it is and of which type each may be."""

    def __init__(self, nlp: Language, recogniser: str) -> None:
        super().__init__({WEIGHTS: Classifier.untrained(2)}, {THRESHOLD: 0.5})
        self._nlp = nlp
        self._recogniser = recogniser

    def __call__(self, doc: Doc) -> Doc:
        """Choose the entities of `doc`."""
        spans = self.find_candidates(doc)
        set_spans(doc, spans, score_spans(doc, spans, self.classifiers[WEIGHTS]), self.threshold)
        return doc

    @property
    def threshold(self) -> float:
        """The least probability of an entity."""
        return self.settings[THRESHOLD]

    def find_candidates(self, doc: Doc) -> Candidates:
        """The spans that the recogniser holds for likely."""
        recogniser = self._nlp.get_pipe(self._recogniser)
        assert isinstance(recogniser, EntityRecognizer)
        return find_candidates(recogniser, doc)


def score_spans(doc: Doc, spans: Candidates, classifier: Classifier) -> Floats:
    """How likely each span is an entity, of whatever type.

    Args:
        doc: A text with abbreviations.
        spans: Those of `find_candidates`.
        classifier: For `span_features`, of two classes; untrained, the recogniser's word holds.
    """
    if not len(classifier.ids):
        likely: Floats = spans.types.sum(axis=1).astype(np.float32)
    else:
        likely = softmax(classifier.score(span_features(doc, spans)))[:, 1]
    return likely


def set_spans(doc: Doc, spans: Candidates, likely: Floats, threshold: float) -> None:
    """Make the best set of spans the entities of `doc`.

    Args:
        doc: The text.
        spans: That may be entities.
        likely: How likely each is one.
        threshold: The least probability of an entity.
    """
    chosen = choose_spans(spans.start, spans.end, likely - np.float32(threshold))
    places = [(int(spans.start[n]), int(spans.end[n])) for n in chosen]
    types = spans.types[chosen]
    types = types / types.sum(axis=1, keepdims=True)
    doc.set_ents(
        [
            Span(doc, *place, label=ENTITY_TYPES[kind])
            for place, kind in zip(places, types.argmax(axis=1).tolist(), strict=True)
        ]
    )
    sure = [round(float(likely[n]), 4) for n in chosen]
    set_confidences(doc, dict(zip(places, sure, strict=True)))
    set_type_probabilities(doc, dict(zip(places, types.round(4).tolist(), strict=True)))


def choose_spans(start: Positions, end: Positions, worth: Floats) -> list[int]:
    """The spans that share no token and together are worth most (weighted interval scheduling).

    Args:
        start: First token of each.
        end: The token after the last.
        worth: Of each; what is worth nothing or less is never taken.

    Returns:
        Their numbers, in the order of the text.
    """
    order = np.lexsort((start, end))
    order = order[worth[order] > 0]
    ends = end[order].tolist()
    best = [0.0]
    before: list[int] = []
    for place, number in enumerate(order.tolist()):
        before.append(bisect_right(ends, int(start[number]), hi=place))
        best.append(max(best[-1], best[before[-1]] + float(worth[number])))
    chosen = []
    place = len(order)
    while place:
        if best[place] == best[place - 1]:
            place -= 1
        else:
            chosen.append(int(order[place - 1]))
            place = before[place - 1]
    return chosen[::-1]
