"""Entities in the making: occurrences that are one thing, and what the user says of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from kg.identity import hash_values, slugify
from kg.records import EntityType
from kg.resolve.identification import Thing
from kg.resolve.names import Words, fold_name
from kg.resolve.occurrences import Forms, Occurrence
from kg.resolve.preference import is_concept, prefer_name
from kg.resolve.senses import Kind, find_kind

# A kind that fewer abstracts give a thing than this share of those that give it the
# commonest is taken for a confusion.
_OWN_KIND_SHARE = 0.5
_OWN_KIND_FEWEST = 2


@dataclass(slots=True)
class Group:
    """An entity in the making.

    Attributes:
        key: No other group of the type has it.
        words: Its fullest name, singular and in lower case.
        name: What it is called.
        named: Whether the user named it.
    """

    key: str
    type: EntityType
    words: Words
    occurrences: list[Occurrence]
    name: str
    named: bool = False

    def forms(self) -> Counter[str]:
        """How many abstracts have each form."""
        return Counter(form for occurrence in self.occurrences for form in occurrence.forms)


def group_occurrences(
    occurrences: Sequence[Occurrence], things: Sequence[Thing], forms: Forms
) -> list[Group]:
    """Put together the occurrences of each thing, and settle its type and name.

    Args:
        occurrences: In any order.
        things: What each of them is, parallel.
        forms: Their forms.

    Returns:
        Sorted by key and type.
    """
    by_thing: dict[Thing, list[Occurrence]] = defaultdict(list)
    for occurrence, thing in zip(occurrences, things, strict=True):
        by_thing[thing].append(occurrence)
    groups = []
    for thing, found in sorted(by_thing.items(), key=lambda item: item[0].key):
        counts = Counter(occurrence.type for occurrence in found)
        settled = settle_types(counts, _find_distinguished(found) if len(counts) > 1 else set())
        by_type: dict[EntityType, list[Occurrence]] = defaultdict(list)
        for occurrence in found:
            by_type[settled[occurrence.type]].append(occurrence)
        for type_, members in sorted(by_type.items()):
            group = Group(thing.key, type_, thing.words, members, "")
            group.name = prefer_name(type_, group.forms(), forms)
            groups.append(group)
    _tell_apart(groups, forms)
    return groups


def _tell_apart(groups: Sequence[Group], forms: Forms) -> None:
    """Give those that would be called by the same abbreviation their long forms as names."""
    namesakes = Counter((group.type, group.name) for group in groups)
    for group in groups:
        if namesakes[group.type, group.name] > 1 and fold_name(group.name).short:
            counts = Counter(
                form
                for occurrence in group.occurrences
                for form in {*occurrence.forms, *occurrence.defined}
                if not forms.names[form].short
            )
            if counts:
                group.name = prefer_name(group.type, counts, forms)


def settle_types(
    counts: Mapping[EntityType, int], distinguished: Set[Kind] = frozenset()
) -> Mapping[EntityType, EntityType]:
    """Decide which types a thing has, and which are confusions of the extraction.

    Whether something is a task or a technique is often a matter of view, and the commoner
    view holds. Other types are others' things, if they are common enough.

    Args:
        counts: In how many abstracts it has each type.
        distinguished: Kinds that are no confusion.

    Returns:
        From each type to the one that it is taken for.
    """
    if len(counts) == 1:
        return {type_: type_ for type_ in counts}
    totals: Counter[Kind] = Counter()
    types: dict[Kind, EntityType] = {}
    for type_, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        kind = find_kind(type_)
        totals[kind] += count
        types.setdefault(kind, type_)
    main = min(totals, key=lambda kind: (-totals[kind], kind))
    fewest = max(_OWN_KIND_FEWEST, _OWN_KIND_SHARE * totals[main])
    own = {kind for kind in totals if totals[kind] >= fewest or kind in distinguished}
    return {
        type_: types[kind if kind in own else main]
        for type_ in counts
        for kind in [find_kind(type_)]
    }


def _find_distinguished(occurrences: Sequence[Occurrence]) -> set[Kind]:
    """The kinds of which one abstract has two things of the same name."""
    kinds: dict[str | None, set[Kind]] = defaultdict(set)
    for occurrence in occurrences:
        kinds[occurrence.extraction].add(find_kind(occurrence.type))
    return {kind for found in kinds.values() if len(found) > 1 for kind in found}


def assign_ids(groups: Sequence[Group]) -> dict[int, str]:
    """Give each group an id, from its type and name.

    Where names are not enough to tell groups of a type apart, their fullest names are in the
    ids, then their keys, and at last a hash of what they are made of, which no two share.

    Args:
        groups: No occurrence is in two of them.

    Returns:
        From the position of a group to its id, for all groups; no two are the same.
    """
    names = [_name_words(group) for group in groups]
    attempts = (
        names,
        [" ".join(group.words) for group in groups],
        [f"{name} ({group.key})" for name, group in zip(names, groups, strict=True)],
    )
    ids: dict[int, str] = {}
    left = list(range(len(groups)))
    for attempt in attempts:
        tried = {i: f"{groups[i].type.lower()}/{slugify(attempt[i])}" for i in left}
        counts = Counter([*tried.values(), *ids.values()])
        left = [i for i in left if counts[tried[i]] > 1]
        ids.update({i: id for i, id in tried.items() if counts[id] == 1})
    for i in left:
        group = groups[i]
        members = sorted((o.extraction or "", o.entity) for o in group.occurrences)
        told_apart = hash_values(group.key, group.name, *(part for m in members for part in m))
        ids[i] = f"{group.type.lower()}/{slugify(names[i])}.{told_apart}"
    return ids


def _name_words(group: Group) -> str:
    name = fold_name(group.name)
    # `LLM` where no abstract writes it out: the same id as where one does.
    if name.short and is_concept(group.type) and not group.named:
        return " ".join(group.words)
    return " ".join(name.plain)
