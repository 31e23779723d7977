"""Which names are names of one thing, from the abstracts that use them side by side.

A long form and its abbreviation, and two long forms of one abbreviation, are settled before
(`kg.resolve.senses`). Here it is other names that one entity has in an abstract: if most
abstracts that use a name use another, commoner one for the same thing, they are one. A name
points to at most one other, so that no chain of weak evidence joins what is far apart.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import permutations

from kg.resolve.names import Name

# Of the abstracts with a name, how many must have the other one too.
_SHARE = 0.5
# The same, and how many at least, where the one is part of the other (`algorithmic
# fairness`, `fairness`), which is as often a narrower thing.
_PART_SHARE = 0.9
_PART_FEWEST = 2
_NOTHING: Counter[str] = Counter()
_NUMBER = re.compile(r"\d+(?:\.\d+)*")


class Clusters:
    """Names, each the same as at most one commoner name.

    Names are known by keys. Evidence is collected with `add`; after that, `find` says which
    name stands for a name. In what order it was collected does not matter.
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._beside: dict[str, Counter[str]] = defaultdict(Counter)
        self._within: dict[str, Counter[str]] = defaultdict(Counter)
        self._roots: dict[str, str] = {}

    def add(self, names: Mapping[str, Name]) -> None:
        """Take in the names, by key, that one entity has in one abstract."""
        for key in names:
            self._counts[key] += 1
        for (key, name), (other_key, other) in permutations(names.items(), 2):
            if _NUMBER.findall(name.key) == _NUMBER.findall(other.key):
                parts = _is_part(name, other) or _is_part(other, name)
                (self._within if parts else self._beside)[key][other_key] += 1

    def find(self, key: str) -> str:
        """The key of the name that stands for the name with this key."""
        path = []
        while key not in self._roots:
            path.append(key)
            parent = self._find_parent(key)
            if parent is None:
                self._roots[key] = key
            else:
                key = parent
        root = self._roots[key]
        self._roots.update(dict.fromkeys(path, root))
        return root

    def _find_parent(self, key: str) -> str | None:
        if key not in self._beside and key not in self._within:
            return None
        count = self._counts[key]
        beside, within = self._beside.get(key, _NOTHING), self._within.get(key, _NOTHING)
        candidates = [other for other, together in beside.items() if together >= _SHARE * count]
        candidates += [
            other
            for other, together in within.items()
            if together >= max(_PART_SHARE * count, _PART_FEWEST)
        ]
        # Only a commoner name, or of two as common the first, so that there is no circle.
        candidates = [
            other for other in candidates if (-self._counts[other], other) < (-count, key)
        ]
        return min(
            candidates,
            key=lambda other: (
                -beside[other] - within[other],
                -self._counts[other],
                other,
            ),
            default=None,
        )


def _is_part(one: Name, other: Name) -> bool:
    """Whether all words of one name are among those of the other, which has more."""
    return set(one.words) < set(other.words) or set(one.plain) < set(other.plain)
