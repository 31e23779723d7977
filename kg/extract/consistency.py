"""`kg_consistency`: what is found once holds for the whole abstract.

Entities are chosen at each place anew. Here the choices are brought together: nothing lies in
an address; long and short form of one thing are both
mentions and of one type; one form has one type; and every occurrence of a found form is a
mention, save inside a longer one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extract.annotations import abbreviations, confidences, hyperlinks, set_confidences

# Weight of an entity for which the recogniser gave no probability.
_UNWEIGHED = 0.5
Weights = dict[tuple[int, int], float]


@Language.factory(
    "kg_consistency",
    requires=["doc.ents"],
    assigns=["doc.ents"],
    default_config={
        "pairs": True,
        "one_type": True,
        "occurrences": True,
    },
)
def create_consistency(
    nlp: Language,  # noqa: ARG001
    name: str,  # noqa: ARG001
    pairs: bool,
    one_type: bool,
    occurrences: bool,
) -> EntityConsistency:
    """The component.

    Args:
        nlp: The pipeline that it stands in.
        name: Its name there.
        pairs: Whether an abbreviation takes the type of its long form, and the other way.
        one_type: Whether all mentions of one form take one type.
        occurrences: Whether every occurrence of a found form becomes a mention.
    """
    return EntityConsistency(
        pairs=pairs,
        one_type=one_type,
        occurrences=occurrences,
    )


class EntityConsistency:
    """Brings the entities of a `Doc` into agreement with one another."""

    def __init__(
        self,
        *,
        pairs: bool = True,
        one_type: bool = True,
        occurrences: bool = True,
    ) -> None:
        self._pairs = pairs
        self._one_type = one_type
        self._occurrences = occurrences

    def __call__(self, doc: Doc) -> Doc:
        """Change the entities of `doc`."""
        weights = dict(confidences(doc))
        spans = [*_outside_links(doc, doc.ents)]
        if self._pairs:
            spans = _complete_pairs(doc, spans, weights)
        if self._one_type:
            spans = _unify_types(doc, spans, weights)
        if self._occurrences:
            spans = _add_occurrences(doc, spans, weights)
        spans = sorted(_outside_links(doc, spans))
        doc.set_ents(spans)
        set_confidences(
            doc, {(s.start, s.end): weights.get((s.start, s.end), _UNWEIGHED) for s in spans}
        )
        return doc


def _outside_links(doc: Doc, spans: Iterable[Span]) -> Iterator[Span]:
    links = hyperlinks(doc)
    for span in spans:
        inside = any(link.start < span.end_char and span.start_char < link.end for link in links)
        if not inside and any(char.isalnum() for char in span.text):
            yield span


def _complete_pairs(doc: Doc, spans: list[Span], weights: Weights) -> list[Span]:
    found = {(span.start, span.end): span for span in spans}
    for pair in abbreviations(doc):
        long = doc.char_span(pair.long_start, pair.long_end)
        short = doc.char_span(pair.short_start, pair.short_end)
        if long is None or short is None:
            continue
        inside = [s for s in found.values() if s.start < long.end and long.start < s.end]
        # The recogniser may know the long form with more words in front: "deep reinforcement
        # learning (RL)". Then its boundaries stand; parts of the long form give way to it.
        named = next((s for s in inside if s.start <= long.start and s.end == long.end), None)
        abbreviated = found.get((short.start, short.end))
        source = named or abbreviated or max(inside, key=len, default=None)
        if source is None:
            continue
        weight = weights.get((source.start, source.end), _UNWEIGHED)
        for target in (named or long, short):
            place = target.start, target.end
            if place not in found:
                weights[place] = weight
            for other in [p for p in found if p[0] < place[1] and place[0] < p[1]]:
                del found[other]
            found[place] = Span(doc, *place, label=source.label)
    return list(found.values())


def _unify_types(doc: Doc, spans: list[Span], weights: Weights) -> list[Span]:
    votes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for span in spans:
        weight = weights.get((span.start, span.end), _UNWEIGHED)
        votes[_key(span)][span.label_] += weight
    best = {key: max(sorted(labels), key=labels.__getitem__) for key, labels in votes.items()}
    return [Span(doc, span.start, span.end, label=best[_key(span)]) for span in spans]


def _add_occurrences(doc: Doc, spans: list[Span], weights: Weights) -> list[Span]:
    forms: dict[tuple[str, ...], tuple[str, float]] = {}
    for span in spans:
        words = _words(doc, span.start, span.end)
        weight = weights.get((span.start, span.end), _UNWEIGHED)
        if words not in forms or forms[words][1] < weight:
            forms[words] = span.label_, weight
    by_first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for words in sorted(forms, key=len, reverse=True):
        by_first[words[0]].append(words)
    taken = [False] * len(doc)
    for span in spans:
        taken[span.start : span.end] = [True] * len(span)
    all_words = _words(doc, 0, len(doc))
    added = list(spans)
    for start, word in enumerate(all_words):
        for words in by_first.get(word, ()):
            end = start + len(words)
            free = not any(taken[start:end]) and _is_whole(doc, start, end)
            if free and all_words[start:end] == words:
                label, weight = forms[words]
                added.append(Span(doc, start, end, label=label))
                weights[start, end] = weight
                taken[start:end] = [True] * len(words)
                break
    return added


def _is_whole(doc: Doc, start: int, end: int) -> bool:
    """Whether the tokens are no part of a hyphenated name, such as `ImageNet` in `ImageNet-C`."""
    if start > 0 and doc[start - 1].text == "-" and not doc[start - 1].whitespace_:
        return False
    if end + 1 >= len(doc) or doc[end].text != "-" or doc[end - 1].whitespace_:
        return True
    # A modifier is in lower case: "CLIP-based".
    return bool(doc[end].whitespace_) or (doc[end + 1].text.islower() and len(doc[end + 1]) > 2)


def _words(doc: Doc, start: int, end: int) -> tuple[str, ...]:
    """The tokens as they are compared: singular, and in lower case.

    Case stays where more than the first letter is a capital, since it tells names apart.
    """
    return tuple(
        _singular(token.lower_ if token.text[1:].islower() or len(token) == 1 else token.text)
        for token in doc[start:end]
    )


def _key(span: Span) -> str:
    return _singular(span.text.casefold())


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
