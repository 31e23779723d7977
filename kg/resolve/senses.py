"""What abbreviations stand for: as the input defines them, with the lexicon beside it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from kg.records import EntityType
from kg.resolve.letters import abbreviates, spells_out
from kg.resolve.names import Name
from kg.resolve.wording import are_inflections, are_rewordings

# Things of one kind are told apart by what they are called; a proper name of one kind says
# nothing of the others (CNN the broadcaster, CNN the network).
Kind = Literal["Concept", "Metric", "Model", "Dataset", "Software", "Organization"]

# The share of all definitions that a long form must have for an abbreviation that stands
# alone to mean it.
DOMINANCE = 0.8
# The same, and how many definitions, for a model that no definition of a model explains.
_BORROWED_DOMINANCE = 0.9
_BORROWED_FEWEST = 10
# How many abstracts at least define an abbreviation as something that does not have its
# letters for it to mean that in others.
_UNALIGNED_FEWEST = 2
_VERSION = re.compile(r"\d+$")
_METRIC_HEADS = frozenset(
    [
        "accuracy",
        "area",
        "coefficient",
        "correlation",
        "curve",
        "discrepancy",
        "distance",
        "divergence",
        "error",
        "loss",
        "precision",
        "quality",
        "rate",
        "ratio",
        "recall",
        "score",
        "second",
        "similarity",
    ]
)


def find_kind(type_: EntityType) -> Kind:
    """The kind of things among which names of this type are looked up."""
    return "Concept" if type_ == "Technique" or type_ == "Task" else type_


@dataclass(frozen=True, slots=True)
class Definition:
    """One abstract says that an abbreviation stands for a long form.

    Attributes:
        short: Key of the abbreviation.
        kind: Of the thing.
        long: What it stands for.
        aligned: Whether the letters of the one are found in the other.
    """

    short: str
    kind: Kind
    long: Name
    aligned: bool


class Senses:
    """What each abbreviation stands for, by kind.

    Args:
        definitions: Those of the input.
        lexicon: From an abbreviation's key to long forms with the number of definitions.
        leanings: By how many abstracts more a name is known as a task than as a technique, by
            its key. A language model is not language modeling.
    """

    def __init__(
        self,
        definitions: Iterable[Definition],
        lexicon: Mapping[str, Mapping[Name, int]],
        leanings: Mapping[str, int],
    ) -> None:
        self._lexicon = lexicon
        self._leanings = leanings
        self._aligned: dict[tuple[str, Kind], Counter[Name]] = defaultdict(Counter)
        self._others: dict[tuple[str, Kind], Counter[Name]] = defaultdict(Counter)
        for definition in definitions:
            counts = self._aligned if definition.aligned else self._others
            counts[definition.short, definition.kind][definition.long] += 1
        self._found: dict[tuple[str, Kind], Name | None] = {}
        self._merged: dict[tuple[str, Kind], Mapping[str, Name]] = {}

    def find(self, short: str, kind: Kind) -> Name | None:
        """What an abbreviation stands for where it stands alone; None if that is not clear."""
        if (short, kind) not in self._found:
            self._found[short, kind] = self._find(short, kind)
        return self._found[short, kind]

    def is_ambiguous(self, short: str, kind: Kind) -> bool:
        """Whether an abbreviation has long forms, and none that it usually stands for."""
        return bool(self._count(short, kind)) and self.find(short, kind) is None

    def unify(self, short: str, kind: Kind, long: Name) -> Name:
        """The name that stands for all spellings of a long form of an abbreviation."""
        if (short, kind) not in self._merged:
            self._merged[short, kind] = self._merge_spellings(self._gather(short, kind))
        return self._merged[short, kind].get(long.key, long)

    def unify_everywhere(self, kind: Kind, long: Name) -> Name:
        """The name that stands for all spellings of a name, whatever it is abbreviated to.

        If abstracts abbreviate `mean squared error` and `mean square error` to the same, the
        two are one in all other abstracts too.
        """
        return self._spellings.get((kind, long.key), long)

    @cached_property
    def _spellings(self) -> Mapping[tuple[Kind, str], Name]:
        """For each name of a kind the commonest of its spellings that differ in word forms."""
        votes: dict[tuple[Kind, str], Counter[Name]] = defaultdict(Counter)
        shorts = {*self._aligned, *((short, "Concept") for short in self._lexicon)}
        for short, kind in sorted(shorts):
            counts = self._gather(short, kind)
            if len(counts) < 2:
                continue
            totals: Counter[str] = Counter()
            for name, count in counts.items():
                totals[name.key] += count
            for name, count in counts.items():
                head = self.unify(short, kind, name)
                if are_inflections(name, head) and self._are_alike(name, head):
                    votes[kind, name.key][head] += count
        chosen = {
            known: min(heads.items(), key=lambda item: (-item[1], item[0]))[0]
            for known, heads in votes.items()
        }
        return {
            (kind, key): head
            for (kind, key), head in chosen.items()
            if head.key != key and chosen.get((kind, head.key), head).key == head.key
        }

    def _are_alike(self, one: Name, other: Name) -> bool:
        """Whether nothing speaks against names being one for what they end with."""
        last, other_last = one.words[-1], other.words[-1]
        if last == other_last:
            return True
        leanings = self._leanings.get(one.key, 0) * self._leanings.get(other.key, 0)
        doing = last + "ing" == other_last or last == other_last + "ing"
        return leanings > 0 if doing else leanings >= 0

    def _gather(self, short: str, kind: Kind) -> Counter[Name]:
        """How often an abbreviation is defined as what has its letters, here and elsewhere."""
        counts = Counter(self._aligned.get((short, kind), {}))
        if kind in ("Concept", "Metric"):
            counts.update(self._lexicon.get(short, {}))
        return counts

    def _merge_spellings(self, counts: Counter[Name]) -> Mapping[str, Name]:
        """From the key of each long form to the commonest that is a spelling of it."""
        by_key: dict[str, tuple[int, Name]] = {}
        for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            total, first = by_key.get(name.key, (0, name))
            by_key[name.key] = (total + count, first)
        ranked = sorted(by_key.values(), key=lambda item: (-item[0], item[1].key))
        heads: list[Name] = []
        merged: dict[str, Name] = {}
        for _, name in ranked:
            head = next(
                (h for h in heads if are_rewordings(name, h) and self._are_alike(name, h)), name
            )
            if head is name:
                heads.append(name)
            merged[name.key] = head
        return merged

    def _count(self, short: str, kind: Kind) -> Counter[Name]:
        counts = Counter(self._aligned.get((short, kind), {}))
        if kind in ("Concept", "Metric"):
            counts.update(
                {
                    long: count
                    for long, count in self._lexicon.get(short, {}).items()
                    if (long.words[-1] in _METRIC_HEADS) == (kind == "Metric")
                }
            )
        if not counts:
            others = self._others.get((short, kind), Counter())
            counts.update({n: c for n, c in others.items() if c >= _UNALIGNED_FEWEST})
        unified: Counter[Name] = Counter()
        for long, count in counts.items():
            unified[self.unify(short, kind, long)] += count
        return unified

    def _find(self, short: str, kind: Kind) -> Name | None:
        counts = self._count(short, kind)
        if counts:
            return _find_dominant(counts, DOMINANCE)
        if kind in ("Model", "Software"):
            counts = self._count(short, "Concept")
            if counts.total() >= _BORROWED_FEWEST:
                return _find_dominant(counts, _BORROWED_DOMINANCE)
        return None


def part_names(names: Iterable[Name]) -> tuple[list[Name], list[Name]]:
    """Part the names of an entity into abbreviations and what they may stand for.

    Beside `ML`, `Must-Link` is a long form, though it is written like an abbreviation, and
    beside `BERT`, `Bert` is none.
    """
    shorts = [name for name in names if name.short]
    longs = [name for name in names if not name.short]
    if shorts and len(shorts) + len(longs) > 1:
        keys = {name.key for name in shorts}
        longs = [name for name in longs if name.key not in keys]
        spelled = {n for n in shorts if any(spells_out(key, n.plain) for key in keys)}
        shorts = [name for name in shorts if name not in spelled]
        longs += sorted(spelled)
    return shorts, longs


def find_definitions(kind: Kind, shorts: Iterable[Name], longs: list[Name]) -> list[Definition]:
    """What the short forms of an entity are defined as by its long ones.

    Args:
        kind: Of the entity.
        shorts: Its forms that are written like abbreviations.
        longs: Its other forms.
    """
    definitions = []
    for short in shorts:
        # `ROS2` is no name of what is not the second of its kind.
        version = _VERSION.search(short.key)
        others = [
            name
            for name in longs
            if name.key != short.key
            and (not version or version[0] in name.key or abbreviates(short.key, name.plain))
        ]
        aligned = [name for name in others if abbreviates(short.key, name.plain)]
        if candidates := aligned or others:
            long = max(candidates, key=lambda name: (len(name.key), name))
            definitions.append(Definition(short.key, kind, long, bool(aligned)))
    return definitions


def _find_dominant(counts: Counter[Name], dominance: float) -> Name | None:
    long, count = min(counts.items(), key=lambda item: (-item[1], item[0].key))
    return long if count >= dominance * counts.total() else None
