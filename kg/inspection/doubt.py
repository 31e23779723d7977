"""How unsure it is that a name of an entity is one of its names.

Three things speak against a name, each a number from 0 to 1:

- *unlike*: it does not look like the entity's commonest name (1 less the similarity of the two,
  by Indel distance; 0 where one has the letters of the other in order, as an abbreviation has).
  Abstracts that use both names for the entity speak for it: it counts only for the share that
  has no other name of the entity.
- *ambiguous*: the share of the abstracts with the name that call another entity so, which again
  counts only for the share of the entity's abstracts that do not say which one they mean.
- *types*: the share of its mentions that were extracted with another type than the entity's.

The doubt is the chance that one of them is right, were they independent: 1 - (1 - unlike)
(1 - ambiguous) (1 - types / 2). Types count half, for the extraction confuses them often. An
entity is as doubtful as the most doubtful of its names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Indel

from kg.inspection.names import CountedName

Reason = Literal["unlike", "ambiguous", "types"]

_TYPES_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Doubt:
    """How unsure a name is.

    Attributes:
        value: 0 to 1, rounded.
        name: The name.
        reason: What speaks most against it.
    """

    value: float
    name: CountedName
    reason: Reason


def find_doubt(names: Sequence[CountedName]) -> Doubt:
    """The greatest doubt about the names of an entity.

    Args:
        names: At least two, the commonest first.
    """
    main = names[0]
    return max(
        (_doubt_name(name, main) for name in names),
        key=lambda doubt: (doubt.value, doubt.name.abstracts, doubt.name.folded),
    )


def _doubt_name(name: CountedName, main: CountedName) -> Doubt:
    alone = 1 - name.linked / name.abstracts
    against: dict[Reason, float] = {
        "unlike": alone * _unlikeness(name.folded, main.folded),
        "ambiguous": alone * name.elsewhere / (name.elsewhere + name.abstracts),
        "types": _TYPES_WEIGHT * name.other_types / name.mentions,
    }
    certain = 1.0
    for value in against.values():
        certain *= 1 - value
    return Doubt(round(1 - certain, 3), name, max(against, key=lambda reason: against[reason]))


def _unlikeness(name: str, main: str) -> float:
    shorter, longer = sorted((name, main), key=len)
    rest = iter(longer)
    if shorter[0] == longer[0] and all(letter in rest for letter in shorter):
        return 0.0
    return 1 - Indel.normalized_similarity(name, main)
