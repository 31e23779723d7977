"""`kg_results`: the numeric results that the text reports.

Of the quantities in the text a trained classifier chooses those that are results; another says
of each entity whether it is what the result is of, what it was measured on, or the metric.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.annotations import entities, set_results
from kg.extract.classifier import Classifier, Floats, softmax
from kg.extract.layout import Layout, lay_out, sentence_span
from kg.extract.result_features import (
    Values,
    choose_values,
    find_values,
    link_features,
    value_features,
)
from kg.extract.storage import Trained
from kg.records import ExtractedEntity, Result

VALUES = "values"
LINKS = "links"
THRESHOLD = "threshold"
LINK_THRESHOLD = "link threshold"
# What an entity is to a result: the classes of the second classifier.
NOTHING, OF, ON, METRIC = range(4)
LINK_CLASSES = 4
_ROWS_AT_ONCE = 2000


@Language.factory("kg_results", requires=["doc._.kg_entities"], assigns=["doc._.kg_results"])
def create_results(nlp: Language, name: str) -> ResultReader:  # noqa: ARG001
    """The component, untrained: `kg.training.classifiers` trains it."""
    return ResultReader()


class ResultReader(Trained):
    """Leaves the results of a `Doc` in `doc._.kg_results`."""

    def __init__(self) -> None:
        super().__init__(
            {VALUES: Classifier.untrained(2), LINKS: Classifier.untrained(LINK_CLASSES)},
            {THRESHOLD: 1.0, LINK_THRESHOLD: 0.5},
        )

    def __call__(self, doc: Doc) -> Doc:
        """Find the results in `doc`."""
        found = entities(doc)
        if found:
            set_results(doc, self.find_results(doc, found))
        return doc

    def find_results(self, doc: Doc, found: Sequence[ExtractedEntity]) -> list[Result]:
        """The results in `doc`, in the order of the text.

        Args:
            doc: A text with sentences.
            found: The entities in it, with their roles.
        """
        layout = lay_out(doc, found)
        values = find_values(doc.text, layout)
        if not values.quantities:
            return []
        likely = softmax(self.classifiers[VALUES].score(value_features(layout, values)))[:, 1]
        chosen = np.flatnonzero(likely >= self.settings[THRESHOLD])
        values = choose_values(values, chosen)
        results = []
        for place, links in enumerate(_score_links(layout, values, self.classifiers[LINKS])):
            of, on, metric = choose_links(links, self.settings[LINK_THRESHOLD])
            quantity, sentence = values.quantities[place], values.sentence[place]
            sure = float(likely[chosen[place]] * links[of, OF])
            results.append(
                Result(
                    of=found[of].id,
                    value=quantity.form,
                    on=None if on is None else found[on].id,
                    metric=None if metric is None else found[metric].id,
                    number=quantity.number,
                    unit=quantity.unit,
                    confidence=round(sure, 3),
                    evidence=sentence_span(layout, int(sentence)),
                )
            )
        return results


def choose_links(likely: Floats, threshold: float) -> tuple[int, int | None, int | None]:
    """What a result is of, on what, and by which metric, as places of entities.

    Args:
        likely: Entities x what each is to the result, as probabilities.
        threshold: How likely the last two must be.
    """
    of = int(likely[:, OF].argmax())
    others: list[int | None] = []
    for link in (ON, METRIC):
        best = int(likely[:, link].argmax())
        others.append(best if likely[best, link] >= threshold and best != of else None)
    return of, others[0], others[1]


def _score_links(layout: Layout, values: Values, classifier: Classifier) -> Iterator[Floats]:
    count = len(layout.types)
    step = max(1, _ROWS_AT_ONCE // count)
    for begin in range(0, len(values.quantities), step):
        part = np.arange(begin, min(begin + step, len(values.quantities)))
        some = choose_values(values, part)
        likely = softmax(classifier.score(link_features(layout, some)))
        yield from likely.reshape(len(part), count, LINK_CLASSES)
