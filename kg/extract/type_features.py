"""What tells the type of an entity: how its forms are written, and what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
from spacy.strings import get_string_id
from spacy.tokens import Doc

from kg.extract.features import FeatureSet
from kg.records import ExtractedEntity

WINDOW = 4
"""So many words before and after a mention count."""

MENTIONS_READ = 6
"""The surroundings of so many mentions count, from the first."""

FORMS_READ = 4
GRAM_SIZES = (3, 4)

_WORD = re.compile(r"\w+|[^\w\s]")
_UPPER, _LOWER, _DIGIT = re.compile("[A-Z]"), re.compile("[a-z]"), re.compile(r"\d")
_REPEATED = re.compile(r"(.)\1+")


def type_features(doc: Doc, entities: Sequence[ExtractedEntity]) -> FeatureSet:
    """A row of features for each entity.

    Args:
        doc: The text.
        entities: What was found in it.
    """
    rows: list[int] = []
    ids: list[int] = []
    words = [token.lower_ for token in doc if not token.is_space]
    offsets = np.array([token.idx for token in doc if not token.is_space], dtype=np.int64)
    for row, entity in enumerate(entities):
        features = {*_describe_forms(entity), *_describe_surroundings(entity, words, offsets)}
        numbers = sorted(map(get_string_id, features))
        rows += [row] * len(numbers)
        ids += numbers
    return FeatureSet(np.array(rows, np.int64), np.array(ids, np.uint64), len(entities))


def _describe_forms(entity: ExtractedEntity) -> Iterator[str]:
    forms = dict.fromkeys(mention.form for mention in entity.mentions)
    for form in list(forms)[:FORMS_READ]:
        lower = form.lower()
        words = _WORD.findall(form) or [form]
        last, first = words[-1], words[0]
        yield f"form={lower}"
        yield from (f"word={word.lower()}" for word in words)
        yield f"last={last.lower()}"
        yield f"first={first.lower()}"
        yield f"last two={' '.join(words[-2:]).lower()}"
        yield f"ending={last[-4:].lower()}"
        yield f"ending={last[-3:].lower()}"
        yield f"last shape={_shape(last)}"
        yield f"first shape={_shape(first)}"
        yield f"shape={' '.join(map(_shape, words))[:20]}"
        yield f"words={min(len(words), 5)}"
        if any(map(str.isupper, form[1:])):
            yield "capital inside"
        padded = f"^{lower}$"
        for size in GRAM_SIZES:
            yield from (
                f"gram={padded[i : i + size]}" for i in range(min(len(padded), 60) - size + 1)
            )


def _describe_surroundings(
    entity: ExtractedEntity, words: Sequence[str], offsets: np.ndarray
) -> Iterator[str]:
    for mention in entity.mentions[:MENTIONS_READ]:
        start, end = np.searchsorted(offsets, (mention.start, mention.end)).tolist()
        before = words[max(0, start - WINDOW) : start][::-1]
        after = words[end : end + WINDOW]
        for side, beside in (("before", before), ("after", after)):
            for distance, word in enumerate(beside, 1):
                yield f"{side} {distance}={word}"
                yield f"{side}={word}"
            if len(beside) > 1:
                yield f"{side} two={' '.join(beside[:2])}"
        if len(before) > 2:
            yield f"before three={' '.join(before[:3])}"


def _shape(word: str) -> str:
    shape = _DIGIT.sub("d", _LOWER.sub("x", _UPPER.sub("X", word)))
    return _REPEATED.sub(r"\1", shape)
