"""The entities of all abstracts, with what their forms have in common with others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from sys import intern

from kg.records import ENTITY_TYPES, EntityType, Extraction, Mention
from kg.resolve.definitions import read_definitions
from kg.resolve.names import Name, fold_name, is_abbreviation

# Of equal strings one is kept: there are several for each of a million mentions.
_TYPES: Mapping[EntityType, EntityType] = {type_: type_ for type_ in ENTITY_TYPES}
# What may stand before the first word of a sentence.
_SENTENCE_ENDS = ".?!:"
_BRACKETED_ABBREVIATION = re.compile(r"(.*\S)\s*[(\[]\s*([^()\[\]\s]+)\s*[)\]]$")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An entity as one abstract, or the metadata, has it.

    Attributes:
        extraction: Key of the extraction; None for an affiliation.
        entity: Id of the entity there; an affiliation is its own.
        type: As extracted.
        forms: The distinct forms, sorted, with runs of white space as one space.
        defined: What its forms, if they all are abbreviations, stand for in the abstract, as
            its text says outside the mentions; sorted.
    """

    extraction: str | None
    entity: str
    type: EntityType
    forms: tuple[str, ...]
    defined: tuple[str, ...] = ()


@dataclass(slots=True)
class Forms:
    """All forms, each folded once.

    Attributes:
        names: The folded forms.
    """

    names: dict[str, Name] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict)
    _tuples: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    _initial: set[str] = field(default_factory=set)
    _inner: set[str] = field(default_factory=set)
    _proper_words: set[str] = field(default_factory=set)

    def add(self, form: str) -> str:
        """Take in a form; gives it with its white space made plain, the same object each time."""
        form = " ".join(form.split()) or form
        known = self._known.get(form)
        if known is None:
            self.names[form] = fold_name(form)
            known = self._known[form] = form
        return known

    def share(self, forms: tuple[str, ...]) -> tuple[str, ...]:
        """The same tuple object for the same forms, of which there are many."""
        return self._tuples.setdefault(forms, forms)

    def add_place(self, form: str, begins_sentence: bool) -> None:
        """Learn from a place where a form stands what capital letters mean."""
        if form[:1].isupper():
            (self._initial if begins_sentence else self._inner).add(form)
            first, _, rest = form.partition(" ")
            if not begins_sentence and rest.islower():
                self._proper_words.add(first)

    def is_capitalised_by_place(self, form: str) -> bool:
        """Whether a form has its capital only where it begins a sentence.

        `Bayesian` is written so elsewhere, and so are forms that begin with it.
        """
        return (
            form in self._initial
            and form not in self._inner
            and form.partition(" ")[0] not in self._proper_words
        )


def read_extractions(extractions: Iterable[Extraction], forms: Forms) -> Iterator[Occurrence]:
    """Go through the entities of extractions, once.

    Args:
        extractions: In any order.
        forms: Takes in all their forms.
    """
    for extraction in extractions:
        definitions: Mapping[str, str] | None = None
        for entity in extraction.entities:
            found = set()
            for mention in entity.mentions:
                form = forms.add(mention.form)
                found.add(form)
                forms.add_place(form, _begins_sentence(mention, extraction.text))
            defined: set[str] = set()
            if all(forms.names[form].short for form in found):
                if definitions is None:
                    definitions = {
                        fold_name(short).key: long
                        for short, long in read_definitions(extraction.text)
                    }
                keys = {forms.names[form].key for form in found}
                defined = {forms.add(definitions[key]) for key in keys & definitions.keys()}
            yield Occurrence(
                extraction.key,
                intern(entity.id),
                _TYPES[entity.type],
                forms.share(tuple(sorted(found))),
                tuple(sorted(defined)),
            )


def read_affiliations(affiliations: Iterable[str], forms: Forms) -> Iterator[Occurrence]:
    """Go through affiliations, each of which names an organisation.

    One such as `Massachusetts Institute of Technology (MIT)` names it twice.

    Args:
        affiliations: As the metadata writes them; blank ones are passed over.
        forms: Takes in all their forms.
    """
    for affiliation in sorted(set(affiliations)):
        if affiliation.strip():
            match = _BRACKETED_ABBREVIATION.fullmatch(" ".join(affiliation.split()))
            parts = match.groups() if match and is_abbreviation(match[2]) else (affiliation,)
            found = sorted({forms.add(part) for part in parts})
            yield Occurrence(None, affiliation, "Organization", tuple(found))


def _begins_sentence(mention: Mention, text: str) -> bool:
    before = text[max(mention.start - 2, 0) : mention.start]
    return not before.strip() or (before[-1].isspace() and before[0] in _SENTENCE_ENDS)
