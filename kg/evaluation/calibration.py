"""Whether confidences mean what they say: of what is 0.8 sure, 8 in 10 are to be right.

Reliability diagrams after DeGroot and Fienberg (1983); expected calibration error after
Naeini et al. (2015), as Guo et al. (2017) use it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import fsum
from typing import Literal, get_args

from kg.evaluation.matching import match_entities
from kg.evaluation.pairs import Pair
from kg.evaluation.scoring import describe_result, list_relations

BINS = 10
Kind = Literal["entities", "roles", "relations", "results"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Judged = tuple[float, bool]


@dataclass(frozen=True, slots=True)
class Bin:
    """What was predicted with a confidence of at least `low` and under `high`.

    Attributes:
        low: Where the bin begins.
        high: Where it ends; the last one holds a confidence of 1 too.
        number: How much was predicted so.
        confidence: The mean confidence of it; 0 where there is nothing.
        right: The share of it that is right; 0 where there is nothing.
    """

    low: float
    high: float
    number: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """How well the confidences of one kind of prediction are calibrated.

    Attributes:
        bins: From low to high, of equal width.
    """

    bins: tuple[Bin, ...]

    @property
    def number(self) -> int:
        """How much was predicted."""
        return sum(bin.number for bin in self.bins)

    @property
    def error(self) -> float:
        """The expected calibration error: how far confidence and share are apart on average."""
        apart = sum(bin.number * abs(bin.right - bin.confidence) for bin in self.bins)
        return apart / self.number if self.number else 0.0


def measure_reliability(pairs: Iterable[Pair], *, bins: int = BINS) -> dict[Kind, Reliability]:
    """Measure how often the extracted is right, by its confidence.

    An entity is right where it matches one of its type; a role, given that its entity is right,
    where it is the annotated one; a relation and a result (of, value) as they are scored.

    Args:
        pairs: Annotated and predicted abstracts.
        bins: How many intervals 0 to 1 is cut into.
    """
    judged: dict[Kind, list[Judged]] = {kind: [] for kind in KINDS}
    for pair in pairs:
        typed = match_entities(pair.gold.entities, pair.predicted.entities, typed=True)
        loose = match_entities(pair.gold.entities, pair.predicted.entities, typed=False)
        judged["entities"] += ((e.confidence, e.id in typed) for e in pair.predicted.entities)
        judged["roles"] += _judge_roles(pair, typed)
        judged["relations"] += _judge_relations(pair, loose)
        judged["results"] += _judge_results(pair, loose)
    return {kind: Reliability(tuple(_bin(items, bins))) for kind, items in judged.items()}


def _judge_roles(pair: Pair, typed: dict[str, str]) -> Iterator[Judged]:
    roles = {entity.id: entity.role for entity in pair.gold.entities}
    for entity in pair.predicted.entities:
        if entity.id in typed:
            yield entity.role_confidence, entity.role == roles[typed[entity.id]]


def _judge_relations(pair: Pair, loose: dict[str, str]) -> Iterator[Judged]:
    stated = list_relations(pair.gold)
    for relation in pair.predicted.relations:
        ends = (loose.get(relation.subject), loose.get(relation.object))
        yield relation.confidence, (ends[0], relation.predicate, ends[1]) in stated


def _judge_results(pair: Pair, loose: dict[str, str]) -> Iterator[Judged]:
    left = Counter(describe_result(result)[:2] for result in pair.gold.results)
    # Of two that say the same, the surer one is right where the annotation says it once.
    for result in sorted(pair.predicted.results, key=lambda result: -result.confidence):
        fact = describe_result(result, loose)[:2]
        left[fact] -= 1
        yield result.confidence, left[fact] >= 0


def _bin(judged: Iterable[Judged], count: int) -> Iterator[Bin]:
    members: list[list[Judged]] = [[] for _ in range(count)]
    for confidence, right in judged:
        members[min(int(confidence * count), count - 1)].append((confidence, right))
    for index, items in enumerate(members):
        number = len(items)
        yield Bin(
            low=index / count,
            high=(index + 1) / count,
            number=number,
            confidence=fsum(confidence for confidence, _ in items) / number if number else 0.0,
            right=sum(right for _, right in items) / number if number else 0.0,
        )
