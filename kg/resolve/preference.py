"""What an entity is called: of all forms in the abstracts, the one that a reader expects.

A common noun goes by its full name, singular and in lower case (`large language model`); a
model, dataset or software by the name used most (`CLIP`, `GPT-3`); an organisation by its
full name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

from kg.folding import fold_characters
from kg.records import EntityType
from kg.resolve.inflection import singularize
from kg.resolve.names import drop_legal_form
from kg.resolve.occurrences import Forms

_CONCEPTS: frozenset[EntityType] = frozenset({"Technique", "Task", "Metric"})
# How many abstracts to one may use the abbreviation before it is preferred (`BLEU`).
_PREFERRED_ABBREVIATION = 4
# What share of the abstracts must write a name in lower case for it to be a common noun
# (`transformer`) and not a careless spelling (`bayesian optimization`).
_COMMON_NOUN_SHARE = 0.2
_LAST_WORD = re.compile(r"[A-Za-z][a-z]+$")
_TITLE_CASE = re.compile(r"[A-Z][a-z]+\S* [A-Z][a-z]")
# After a preposition a plural belongs to the name (`mixture of experts`), as in `k-means`.
_PLURAL_NAME = re.compile(r"[\s-]of[\s-]|\s(?:by|for|from|in|via|with)\s|means$")


def is_concept(type_: EntityType) -> bool:
    """Whether things of the type are mostly called by common nouns."""
    return type_ in _CONCEPTS


def prefer_name(type_: EntityType, counts: Mapping[str, int], forms: Forms) -> str:
    """Choose the name of an entity.

    Args:
        type_: Of the entity.
        counts: How many abstracts use each form; never empty.
        forms: Knows the forms.

    Returns:
        One of the forms, with LaTeX read, and in the singular where it is a common noun.
    """
    if len(counts) == 1:
        return _write_name(next(iter(counts)), type_, forms)
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for form, count in counts.items():
        name = forms.names[form]
        groups[(drop_legal_form(name) if type_ == "Organization" else name).key][form] += count
    _, key = max((_rank(group, forms, type_), key) for key, group in groups.items())
    group = groups[key]
    plain = [form for form in group if _is_plain(form)] or list(group)
    usual = [form for form in plain if _is_usual(form, type_, forms)] or plain
    written: Counter[str] = Counter()
    for form in usual:
        written[_write_name(form, type_, forms)] += group[form]
    # `FPS` and `fps` are an abbreviation, `Transformer` and `transformer` a common noun.
    common = is_concept(type_) and not any(forms.names[form].short for form in group)
    fewest = _COMMON_NOUN_SHARE * written.total()
    return min(
        written,
        key=lambda name: (
            common and (name[:1].isupper() or written[name] < fewest),
            -written[name],
            sum(character.isupper() for character in name),
            name,
        ),
    )


def _rank(group: Counter[str], forms: Forms, type_: EntityType) -> tuple[int, bool]:
    """How well the forms of one spelling name the entity, the more the better."""
    count = group.total()
    names = [forms.names[form] for form in group]
    short = all(name.short for name in names)
    if is_concept(type_) or type_ == "Organization":
        # Of two names that are as common `deep RL` is not the full one.
        full = not all(any(name.initials) for name in names)
        return (count if short else count * _PREFERRED_ABBREVIATION, full)
    return (count, short)


def _is_plain(form: str) -> bool:
    return fold_characters(form) == form and "- " not in form and "(" not in form


def _is_usual(form: str, type_: EntityType, forms: Forms) -> bool:
    """Whether a name is neither too long (`Apple Inc.`) nor too short (`few-shot`)."""
    name = forms.names[form]
    if type_ == "Organization":
        return drop_legal_form(name) == name
    return name.words[-1] != "learning" or name.plain[-1] == "learning"


def _write_name(form: str, type_: EntityType, forms: Forms) -> str:
    """Write a form as a name: LaTeX read, common nouns in the singular and in lower case."""
    name = fold_characters(form) or form
    common = is_concept(type_) and name[1:2].islower() and not _TITLE_CASE.match(name)
    if common and forms.is_capitalised_by_place(form):
        name = name[:1].lower() + name[1:]
    if type_ not in ("Technique", "Task", "Metric", "Software") or _PLURAL_NAME.search(name):
        return name
    if name[-1:] == "s" and name[-2:-1].isupper():
        # But a metric such as `FLOPs` is a number of them.
        return name if type_ == "Metric" else name[:-1]
    last = _LAST_WORD.search(name)
    if last is None or last[0].endswith("ics") or not (is_concept(type_) or last[0].islower()):
        return name
    singular = singularize(last[0].lower())
    if not is_concept(type_) and " " not in name:
        return name
    return name[: last.start()] + last[0][0] + singular[1:]
