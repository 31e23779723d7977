"""Which occurrences are the same thing: a key that they, and they alone, have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from kg.records import EntityType
from kg.resolve.clusters import Clusters
from kg.resolve.names import Name, Words, drop_legal_form, join_words
from kg.resolve.occurrences import Forms, Occurrence
from kg.resolve.senses import Definition, Kind, Senses, find_definitions, find_kind, part_names

# Kinds of things that go by a proper name, which capitals do not change.
_PROPER_KINDS: frozenset[Kind] = frozenset({"Model", "Dataset", "Software"})
_LEANING: Mapping[EntityType, int] = {"Task": 1, "Technique": -1}


@dataclass(frozen=True, slots=True)
class Thing:
    """What an occurrence is, whatever its type.

    Attributes:
        key: The same for all occurrences of a thing, and for no others.
        words: Its fullest name, singular and in lower case.
    """

    key: str
    words: Words


def identify(
    occurrences: Sequence[Occurrence], forms: Forms, lexicon: Mapping[str, Mapping[Name, int]]
) -> list[Thing]:
    """Find which occurrences are the same thing, types aside.

    Args:
        occurrences: In any order.
        forms: Folds their forms.
        lexicon: From an abbreviation's key to long forms with the number of definitions.

    Returns:
        For each occurrence in turn what it is.
    """
    definitions = list(_find_definitions(occurrences, forms))
    leanings = _find_leanings(occurrences, forms, {d.long.key for d in definitions})
    senses = Senses(definitions, lexicon, leanings)
    # `mean IoU` and `mean intersection over union` are one long form.
    expansion = _Expansion(senses)
    definitions = [replace(d, long=expansion.expand(d.long, d.kind)) for d in definitions]
    senses = Senses(definitions, lexicon, leanings)
    alone: Counter[tuple[str, Kind]] = Counter()
    for occurrence in occurrences:
        if not occurrence.defined and all(forms.names[form].short for form in occurrence.forms):
            kind = find_kind(occurrence.type)
            alone.update((forms.names[form].key, kind) for form in occurrence.forms)
    reading = _Reading(forms, senses, alone)
    clusters = Clusters()
    keys = []
    for occurrence in occurrences:
        key, names = reading.read(occurrence)
        clusters.add(names)
        keys.append(key)
    roots = [clusters.find(key) for key in keys]
    things = {root: Thing(root, reading.words[root]) for root in roots}
    return [things[root] for root in roots]


def _find_definitions(occurrences: Iterable[Occurrence], forms: Forms) -> Iterator[Definition]:
    for occurrence in occurrences:
        if len(occurrence.forms) + len(occurrence.defined) > 1:
            names = [forms.names[form] for form in (*occurrence.forms, *occurrence.defined)]
            yield from find_definitions(find_kind(occurrence.type), *part_names(names))


def _find_leanings(
    occurrences: Iterable[Occurrence], forms: Forms, keys: Set[str]
) -> Mapping[str, int]:
    """By how many occurrences more each name is a task than a technique."""
    leanings: Counter[str] = Counter()
    for occurrence in occurrences:
        if occurrence.type in _LEANING:
            for form in occurrence.forms:
                key = forms.names[form].key
                if key in keys:
                    leanings[key] += _LEANING[occurrence.type]
    return leanings


class _Expansion:
    """Writes out the abbreviations among the words of names."""

    def __init__(self, senses: Senses) -> None:
        self._senses = senses
        self._expanded: dict[tuple[Name, Kind], Name] = {}

    def expand(self, name: Name, kind: Kind) -> Name:
        """The name with the abbreviations among its words written out."""
        if kind not in ("Concept", "Metric") or len(name.words) == 1 or not any(name.initials):
            return name
        if (name, kind) not in self._expanded:
            words: list[str] = []
            plain: list[str] = []
            for word, initial in zip(name.words, name.initials, strict=True):
                long = self._find(word, kind) if initial else None
                words += (word,) if long is None else long.words
                plain += (word,) if long is None else long.plain
            if tuple(words) == name.words:
                self._expanded[name, kind] = name
            else:
                self._expanded[name, kind] = Name(
                    tuple(words),
                    (False,) * len(words),
                    tuple(plain),
                    False,
                    join_words(tuple(words)),
                )
        return self._expanded[name, kind]

    def _find(self, word: str, kind: Kind) -> Name | None:
        """What a word stands for: in a metric another metric (`mean IoU`), else a concept."""
        metric = self._senses.find(word, kind) if kind == "Metric" else None
        return metric or self._senses.find(word, "Concept")


class _Reading:
    """Reads the names of occurrences with all that is known of abbreviations."""

    def __init__(self, forms: Forms, senses: Senses, alone: Mapping[tuple[str, Kind], int]) -> None:
        self._forms = forms
        self._senses = senses
        self._alone = alone
        # The plain words of every key that was read.
        self.words: dict[str, Words] = {}
        self._expansion = _Expansion(senses)
        # From `3dcnn` to what `3D CNN` is short for, so that `3DCNN` is the same.
        self._compounds: dict[str, Name] = {}
        for name in forms.names.values():
            expanded = self._expansion.expand(name, "Concept")
            if expanded is not name:
                known = self._compounds.setdefault(name.key, expanded)
                self._compounds[name.key] = min(known, expanded)

    def read(self, occurrence: Occurrence) -> tuple[str, dict[str, Name]]:
        """The key of the fullest name of an occurrence, and all its names by key."""
        kind = find_kind(occurrence.type)
        forms = (*occurrence.forms, *occurrence.defined)
        short_names, long_names = part_names([self._forms.names[form] for form in forms])
        if kind in _PROPER_KINDS and not short_names:
            # `Bert` is `BERT`.
            known = [name for name in long_names if (name.key, kind) in self._alone]
            short_names, long_names = known, [name for name in long_names if name not in known]
        shorts = sorted(set(short_names), key=lambda name: (-len(name.key), name.key, name))
        longs = [self._read_long(name, shorts, kind) for name in long_names]
        longs.sort(key=lambda name: (sum(map(len, name.plain)), name))
        found = {name.key: name for name in longs} or dict([self._read_short(shorts, kind)])
        # An organisation has nothing in common with other things but its name.
        space = "organization" if kind == "Organization" else "thing"
        keyed = {f"{space}/{key}": name for key, name in found.items()}
        for key, name in keyed.items():
            self.words[key] = min(self.words.get(key, name.plain), name.plain)
        last = longs[-1].key if longs else next(iter(found))
        return f"{space}/{last}", keyed

    def _read_long(self, name: Name, shorts: Iterable[Name], kind: Kind) -> Name:
        if len(name.words) > 1 and all(name.initials):
            # `MS COCO` is `MS-COCO`.
            name = self._senses.find(name.key, kind) or name
        name = self._expansion.expand(name, kind)
        for short in shorts:
            name = self._senses.unify(short.key, kind, name)
        name = self._senses.unify_everywhere(kind, name)
        return drop_legal_form(name) if kind == "Organization" else name

    def _read_short(self, shorts: Sequence[Name], kind: Kind) -> tuple[str, Name]:
        for short in shorts:
            settled = self._settle_kind(short.key, kind)
            long = self._senses.find(short.key, settled)
            if long is None and settled in ("Concept", "Metric") and len(short.words) == 1:
                long = self._compounds.get(short.key)
            if long is not None:
                expanded = self._expansion.expand(long, settled)
                expanded = self._senses.unify_everywhere(settled, expanded)
                return expanded.key, expanded
        short = shorts[-1]
        settled = self._settle_kind(short.key, kind)
        # An abbreviation of several things is none of them, and no word written like it.
        ambiguous = self._senses.is_ambiguous(short.key, settled)
        return (f"{short.key} (ambiguous)" if ambiguous else short.key), short

    def _settle_kind(self, short: str, kind: Kind) -> Kind:
        """The kind by which most abstracts know an abbreviation that none of them defines.

        Whether `CLIP` is a model or a technique, nobody means another thing by it.
        """
        models, concepts = (
            self._alone.get((short, "Model"), 0),
            self._alone.get((short, "Concept"), 0),
        )
        if kind in ("Model", "Concept") and models and concepts:
            return "Model" if models >= concepts else "Concept"
        return kind
