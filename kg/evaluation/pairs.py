"""Which prediction belongs to which annotated abstract."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kg.errors import EvaluationError
from kg.records import Extraction


class Pair(NamedTuple):
    """An abstract as it is annotated and as it was extracted."""

    gold: Extraction
    predicted: Extraction


def pair_extractions(gold: Iterable[Extraction], predicted: Iterable[Extraction]) -> list[Pair]:
    """Pair annotated and predicted abstracts by their keys.

    Args:
        gold: The annotated abstracts, each key once.
        predicted: What was extracted from them, in any order. An abstract that is missing
            counts as one in which nothing was found.

    Returns:
        A pair for each of `gold`, in its order.

    Raises:
        EvaluationError: There is no annotated abstract, a predicted one is not annotated, or
            its text is another one, so that its spans say nothing.
    """
    annotated = list(gold)
    found = {extraction.key: extraction for extraction in predicted}
    if not annotated:
        raise EvaluationError("there is no annotated abstract to compare with")
    extra = found.keys() - {extraction.key for extraction in annotated}
    if extra:
        what = "predicted abstract is" if len(extra) == 1 else "predicted abstracts are"
        raise EvaluationError(f"{len(extra)} {what} not in gold, such as {min(extra)!r}")
    pairs = []
    for extraction in annotated:
        other = found.get(extraction.key, Extraction(extraction.key, extraction.text))
        if other.text != extraction.text:
            raise EvaluationError(
                f"the text of {extraction.key!r} differs from that in gold; "
                "predict on the very texts that are annotated"
            )
        pairs.append(Pair(extraction, other))
    return pairs
