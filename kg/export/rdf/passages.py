"""Passages: the stretches of text that statements were read from, as Web Annotation has them.

A passage is an `oa:SpecificResource`: an abstract, with a selector that counts characters and
one that quotes them (https://www.w3.org/TR/annotation-model/#selectors). All statements that
rest on the same words share one passage.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kg.export.rdf.terms import (
    TYPE,
    Description,
    Literal,
    Name,
    Property,
    make_integer,
    name_node,
    state,
    state_all,
)

QUOTE_CONTEXT = 32
"""How many characters before and after a quote tell it from the same words elsewhere."""


class Passage(NamedTuple):
    """A span of an abstract's text, and the span of the sentence around it, if known."""

    start: int
    end: int
    sentence: tuple[int, int] | None


def locate_passage(
    start: int | None, end: int | None, sentence_start: int | None, sentence_end: int | None
) -> Passage | None:
    """The passage that a row of evidence points to.

    The words are the evidence where they stand in the sentence from which the statement was
    read; where they stand elsewhere, the sentence is.
    """
    if sentence_start is None or sentence_end is None:
        return None if start is None or end is None else Passage(start, end, None)
    sentence = (sentence_start, sentence_end)
    if start is None or end is None or not sentence_start <= start < end <= sentence_end:
        return Passage(sentence_start, sentence_end, sentence)
    return Passage(start, end, sentence)


def name_passage(abstract: str, passage: Passage) -> Name:
    """The name of a passage of the abstract with the node id `abstract`."""
    return f"span:{abstract.partition('/')[2]}-{passage.start}-{passage.end}"


def describe_passages(
    abstract: str, text: str, passages: Iterable[Passage], mentions: Iterable[tuple[Passage, str]]
) -> Iterator[Description]:
    """The passages of an abstract with their selectors, in the order of the text.

    Args:
        abstract: Node id of the abstract.
        text: Its text.
        passages: Those that something rests on, in any order, repeated or not.
        mentions: Those that name an entity, with the entity's id.
    """
    sentences: defaultdict[tuple[int, int], set[tuple[int, int]]] = defaultdict(set)
    entities: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for (start, end, sentence), entity in mentions:
        entities[start, end].add(entity)
        if sentence is None:
            sentences[start, end]
        else:
            sentences[start, end].add(sentence)
    for start, end, sentence in passages:
        if sentence is None:
            sentences[start, end]
        else:
            sentences[start, end].add(sentence)
    key = abstract.partition("/")[2]
    source = (("oa:hasSource", (name_node(abstract),)),)
    for (start, end), around in sorted(sentences.items()):
        place = f"{key}-{start}-{end}"
        position, quote = f"position:{place}", f"quote:{place}"
        named = sorted(entities.get((start, end), ()))
        yield Description(
            f"span:{place}",
            (
                *_IS_PASSAGE,
                *source,
                ("oa:hasSelector", (position, quote)),
                *state_all("kg:mentionOf", map(name_node, named)),
                *state_all("kg:sentence", [Literal(text[a:b]) for a, b in sorted(around)]),
            ),
        )
        yield Description(
            position,
            (
                *_IS_POSITION,
                *state("oa:start", make_integer(start)),
                *state("oa:end", make_integer(end)),
            ),
        )
        yield Description(quote, (*_IS_QUOTE, *_quote(text, start, end)))


_IS_PASSAGE: tuple[Property, ...] = ((TYPE, ("oa:SpecificResource",)),)
_IS_POSITION: tuple[Property, ...] = ((TYPE, ("oa:TextPositionSelector",)),)
_IS_QUOTE: tuple[Property, ...] = ((TYPE, ("oa:TextQuoteSelector",)),)


def _quote(text: str, start: int, end: int) -> tuple[Property, ...]:
    exact = text[start:end]
    if text.find(exact) == start and text.find(exact, start + 1) < 0:
        return state("oa:exact", Literal(exact))
    return (
        *state("oa:exact", Literal(exact)),
        *state("oa:prefix", Literal(text[max(0, start - QUOTE_CONTEXT) : start])),
        *state("oa:suffix", Literal(text[end : end + QUOTE_CONTEXT])),
    )
