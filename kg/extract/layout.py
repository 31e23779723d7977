"""Where the entities of a text stand among its words and sentences, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import IDX, IS_SPACE, LENGTH, LIKE_NUM, LOWER, SENT_START
from spacy.strings import get_string_id
from spacy.tokens import Doc

from kg.extract.features import Numbers, Positions
from kg.records import ENTITY_TYPES, ROLES, ExtractedEntity, Span

NUMBER = get_string_id("<number>")
OUTSIDE = np.uint64(get_string_id("<outside>"))
_TYPE_NUMBERS = {kind: number for number, kind in enumerate(ENTITY_TYPES)}
_ROLE_NUMBERS = {role: number for number, role in enumerate(ROLES)}
_JOINING = np.array(
    [get_string_id(word) for word in (",", "and", "or", "/", "&", "(", ")", ";", "[", "]", "'s")],
    dtype=np.uint64,
)
_OWN = np.array([get_string_id(word) for word in ("we", "our", "this", "paper")], dtype=np.uint64)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Tokens, sentences, mentions and entities of one text.

    Attributes:
        words: Hash of each token in lower case, of numbers that of one word for all.
        offsets: Where each token begins, in characters.
        ends: The character after the last of each token.
        blank: Whether each token is white space.
        sentence_at: The number of the sentence of each token.
        first: The first token of each sentence.
        last: The token after the last of each sentence.
        own: The first sentence that speaks of the paper itself; -1 where none does.
        start: The first token of each mention; mentions are in the order of the text.
        end: The token after the last of each mention.
        sentence: The sentence of each mention.
        entity: The entity of each mention, as its place in the sequence.
        group_start: The first token of the enumeration that each mention is a member of.
        group_end: The token after the last of that enumeration.
        types: The type of each entity, as its place in `ENTITY_TYPES`.
        roles: The role of each entity, as its place in `ROLES`.
    """

    words: Numbers
    offsets: Positions
    ends: Positions
    blank: NDArray[np.bool_]
    sentence_at: Positions
    first: Positions
    last: Positions
    own: int
    start: Positions
    end: Positions
    sentence: Positions
    entity: Positions
    group_start: Positions
    group_end: Positions
    types: Positions
    roles: Positions


def lay_out(doc: Doc, entities: Sequence[ExtractedEntity]) -> Layout:
    """The layout of `doc`.

    Args:
        doc: A text with sentences and at least one token.
        entities: What was found in it.
    """
    table = doc.to_array([LOWER, IDX, LIKE_NUM, SENT_START, LENGTH, IS_SPACE])
    words = np.where(table[:, 2] > 0, np.uint64(NUMBER), table[:, 0].astype(np.uint64))
    offsets = table[:, 1].astype(np.int64)
    begins = table[:, 3] == 1
    begins[0] = True
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(doc))
    sentence_at = np.repeat(np.arange(len(first)), last - first)
    own = np.flatnonzero(_is_any(words, _OWN))
    mentions = sorted(
        (mention.start, mention.end, number)
        for number, entity in enumerate(entities)
        for mention in entity.mentions
    )
    places = np.array(mentions, dtype=np.int64).reshape(-1, 3)
    start = np.maximum(np.searchsorted(offsets, places[:, 0], side="right") - 1, 0)
    end = np.maximum(np.searchsorted(offsets, places[:, 1], side="left"), start + 1)
    group_start, group_end = _find_enumerations(words, sentence_at, start, end)
    return Layout(
        words=words,
        offsets=offsets,
        ends=offsets + table[:, 4].astype(np.int64),
        blank=table[:, 5] > 0,
        sentence_at=sentence_at,
        first=first,
        last=last,
        own=int(sentence_at[own[0]]) if len(own) else -1,
        start=start,
        end=end,
        sentence=sentence_at[start],
        entity=places[:, 2],
        group_start=group_start,
        group_end=group_end,
        types=np.array([_TYPE_NUMBERS[e.type] for e in entities], dtype=np.int64),
        roles=np.array([_ROLE_NUMBERS[e.role] for e in entities], dtype=np.int64),
    )


def sentence_span(layout: Layout, number: int) -> Span | None:
    """The characters of a sentence without white space at its ends; None where nothing is left.

    Args:
        layout: Of the text.
        number: Of the sentence, from 0.
    """
    start, last = int(layout.first[number]), int(layout.last[number]) - 1
    while start <= last and layout.blank[start]:
        start += 1
    while start <= last and layout.blank[last]:
        last -= 1
    if start > last:
        return None
    return Span(int(layout.offsets[start]), int(layout.ends[last]))


def word_at(layout: Layout, at: Positions, first: Positions, last: Positions) -> Numbers:
    """The words at the positions `at`; `OUTSIDE` for those not from `first` to before `last`."""
    inside = (at >= first) & (at < last)
    return np.where(inside, layout.words[np.where(inside, at, 0)], OUTSIDE)


def _is_any(words: Numbers, sought: Numbers) -> NDArray[np.bool_]:
    # For so few words faster than `np.isin`, which sorts.
    found: NDArray[np.bool_] = (words == sought[:, None]).any(axis=0)
    return found


def _find_enumerations(
    words: Numbers, sentence_at: Positions, start: Positions, end: Positions
) -> tuple[Positions, Positions]:
    """Bounds of the stretches in which only commas, conjunctions and brackets part mentions."""
    if not len(start):
        return start, end
    parting = np.append(0, np.cumsum(~_is_any(words, _JOINING)))
    joined = (
        (parting[start[1:]] - parting[np.minimum(end[:-1], start[1:])] == 0)
        & (sentence_at[start[1:]] == sentence_at[start[:-1]])
        & (start[1:] >= end[:-1])
    )
    number = np.append(0, np.cumsum(~joined))
    firsts = np.flatnonzero(np.append(True, ~joined))
    lasts = np.append(firsts[1:], len(start)) - 1
    return start[firsts][number], end[lasts][number]
