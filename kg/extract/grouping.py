"""`kg_entities`: the mentions of one thing become one entity.

Within one abstract, forms are of one thing where they agree but for case, hyphens, LaTeX,
plural and head words, or where the text gives the one as abbreviation of the other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import cast

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.abbreviations import Abbreviation
from kg.extract.annotations import abbreviations, confidences, set_entities
from kg.folding import fold_characters
from kg.records import EntityType, ExtractedEntity, Mention

_DEFAULT_CONFIDENCE = 0.5
_SEPARATORS = re.compile(r"[\s\-_/]+")
_BRACKETED = re.compile(r"\s*\([A-Z][\w-]*\)(?=\s)")
_PREPOSITIONS = frozenset(
    ("at", "by", "for", "from", "in", "of", "on", "over", "to", "under", "via", "with")
)
_PROPER = frozenset({"Model", "Dataset", "Organization", "Software"})


@Language.factory("kg_entities", requires=["doc.ents"], assigns=["doc._.kg_entities"])
def create_grouping(nlp: Language, name: str) -> EntityGrouping:  # noqa: ARG001
    """The component, with no settings."""
    return EntityGrouping()


class EntityGrouping:
    """Leaves the entities of a `Doc` in `doc._.kg_entities`, all with the role `mentions`."""

    def __call__(self, doc: Doc) -> Doc:
        """Group the mentions in `doc`."""
        set_entities(doc, group_mentions(doc))
        return doc


def group_mentions(doc: Doc) -> list[ExtractedEntity]:
    """The entities that the mentions of `doc` (its `ents`) name, in order of first mention.

    An entity's confidence is that of its surest mention: one clear place is enough to know it.
    """
    text = doc.text
    pairs = abbreviations(doc)
    shorts = {text[pair.short_start : pair.short_end] for pair in pairs}
    short_forms = _short_forms(doc, text, pairs)
    groups: dict[tuple[str, str], list[Span]] = defaultdict(list)
    for span in doc.ents:
        key = fold_form(span.text)
        groups[span.label_, short_forms.get(key, key)].append(span)
    weights = confidences(doc)
    found = []
    for number, ((label, _), spans) in enumerate(groups.items(), 1):
        confidence = max(weights.get((s.start, s.end), _DEFAULT_CONFIDENCE) for s in spans)
        found.append(
            ExtractedEntity(
                id=f"e{number}",
                type=cast(EntityType, label),
                name=choose_name(spans, shorts),
                mentions=tuple(Mention(s.start_char, s.end_char, s.text) for s in spans),
                role="mentions",
                confidence=round(confidence, 3),
                role_confidence=0.0,
            )
        )
    return found


def fold_form(form: str) -> str:
    """What the spellings of one name within an abstract have in common; never empty."""
    plain = fold_characters(form)
    # "GANs", "LLMs": the small s is no part of the abbreviation.
    plain = re.sub(r"(?<=[A-Z0-9])['’]?s$", "", plain)
    folded = _SEPARATORS.sub("", _singular(plain.casefold()))
    return folded or form


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith(("metrics", "heuristics")):
        return word[:-1]
    if word.endswith(("ss", "us", "is", "as", "ics", "series", "news", "lens", "odds", "yes")):
        return word
    if word.endswith("trices"):
        return word[:-4] + "ix"
    if word.endswith("yses"):
        return word[:-2] + "is"
    if word.endswith("iases"):
        return word[:-2]
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1]


def _short_forms(doc: Doc, text: str, pairs: tuple[Abbreviation, ...]) -> dict[str, str]:
    """From a folded short form to the folded form of the mention that spells it out."""
    ends = {span.end_char: span for span in doc.ents}
    found: dict[str, str] = {}
    for pair in pairs:
        short = fold_form(text[pair.short_start : pair.short_end])
        named = ends.get(pair.long_end)
        if named is None:
            continue
        long = fold_form(named.text)
        if short != long:
            found.setdefault(short, long)
    return {short: found.get(long, long) for short, long in found.items()}


def choose_name(spans: Sequence[Span], shorts: set[str]) -> str:
    """The canonical name: in full, singular, and a common noun in lower case.

    Args:
        spans: The mentions, in order.
        shorts: The forms that the abstract gives as abbreviations.
    """
    full = [span for span in spans if span.text not in shorts] or list(spans)
    longest = max(len(fold_form(span.text)) for span in full)
    full = [span for span in full if len(fold_form(span.text)) == longest]
    # Of spellings that differ in case, the one that is not owed to the sentence's start.
    best = next((span for span in full if span.text.islower()), full[0])
    singular = next((span for span in full if len(span.text) < len(best.text)), best)
    return _write_name(singular, spelled=best.text.islower())


def _write_name(span: Span, *, spelled: bool) -> str:
    form = span.text.lower() if spelled else span.text
    if "\\" in form:
        form = fold_characters(form) or form
    words = _BRACKETED.sub("", " ".join(form.split())).split(" ")
    if words[-1][-2:-1].isupper() or words[-1][-2:-1].isdigit():
        words[-1] = re.sub(r"(?<=[A-Z0-9])['’]?s$", "", words[-1])
    elif span.label_ not in _PROPER or form.islower():
        # "detecting rare events" is about them all.
        verbal = len(words) > 1 and words[0].endswith("ing")
        if not verbal and not _PREPOSITIONS.intersection(words):
            words[-1] = _singular(words[-1])
    # "Transfer learning" at the start of a sentence, but "Bayesian inference" anywhere.
    initial = span.start == span.sent.start
    common = words[0][1:].islower() and all(word.islower() for word in words[1:])
    if span.label_ not in _PROPER and initial and common and len(words) > 1:
        words[0] = words[0].lower()
    return " ".join(words)
