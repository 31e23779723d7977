"""What abbreviations stand for: as the input defines them, with the lexicon beside it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Levenshtein

from kg.records import EntityType
from kg.resolve.names import Name, abbreviates

# Things of one kind are told apart by what they are called; a proper name of one kind says
# nothing of the others (CNN the broadcaster, CNN the network).
Kind = Literal["Concept", "Metric", "Model", "Dataset", "Software", "Organization"]

# The share of all definitions that a long form must have for an abbreviation that stands
# alone to mean it.
DOMINANCE = 0.8
# The same, and how many definitions, for a model that no definition of a model explains.
_BORROWED_DOMINANCE = 0.9
_BORROWED_FEWEST = 10
# The share of two words that must be common for them to be forms of one (`convolution`).
_SAME_STEM = 0.65
_TYPING_ERRORS = 2
_SHORTEST_WITH_ERRORS = 12
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
    """

    def __init__(
        self, definitions: Iterable[Definition], lexicon: Mapping[str, Mapping[Name, int]]
    ) -> None:
        self._lexicon = lexicon
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
            counts = Counter(self._aligned.get((short, kind), {}))
            if kind in ("Concept", "Metric"):
                counts.update(self._lexicon.get(short, {}))
            self._merged[short, kind] = _merge_spellings(counts)
        return self._merged[short, kind].get(long.key, long)

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
        counts = counts or Counter(self._others.get((short, kind), {}))
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


def find_definitions(kind: Kind, shorts: Iterable[Name], longs: list[Name]) -> list[Definition]:
    """What the short forms of an entity are defined as by its long ones.

    Args:
        kind: Of the entity.
        shorts: Its forms that are written like abbreviations.
        longs: Its other forms.
    """
    definitions = []
    for short in shorts:
        aligned = [name for name in longs if abbreviates(short.key, name.plain)]
        if candidates := aligned or longs:
            long = max(candidates, key=lambda name: (len(name.key), name))
            definitions.append(Definition(short.key, kind, long, bool(aligned)))
    return definitions


def _find_dominant(counts: Counter[Name], dominance: float) -> Name | None:
    long, count = min(counts.items(), key=lambda item: (-item[1], item[0].key))
    return long if count >= dominance * counts.total() else None


def _merge_spellings(counts: Counter[Name]) -> Mapping[str, Name]:
    """From the key of each long form to the commonest that is a spelling of it."""
    by_key: dict[str, tuple[int, Name]] = {}
    for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        total, first = by_key.get(name.key, (0, name))
        by_key[name.key] = (total + count, first)
    ranked = sorted(by_key.values(), key=lambda item: (-item[0], item[1].key))
    heads: list[Name] = []
    merged: dict[str, Name] = {}
    for _, name in ranked:
        head = next((head for head in heads if _are_spellings(name, head)), name)
        if head is name:
            heads.append(name)
        merged[name.key] = head
    return merged


def _are_spellings(one: Name, other: Name) -> bool:
    if len(one.words) == len(other.words):
        return all(map(_are_related, one.words, other.words))
    if one.words == other.words[: len(one.words)] or other.words == one.words[: len(other.words)]:
        return True
    return (
        min(len(one.key), len(other.key)) >= _SHORTEST_WITH_ERRORS
        and Levenshtein.distance(one.key, other.key, score_cutoff=_TYPING_ERRORS) <= _TYPING_ERRORS
    )


def _are_related(one: str, other: str) -> bool:
    if {one, other} == {"vision", "visual"}:
        return True
    common = 0
    while common < min(len(one), len(other)) and one[common] == other[common]:
        common += 1
    return common >= _SAME_STEM * max(len(one), len(other))
