"""Precision, recall and F1 of extractions, micro-averaged over abstracts.

| figure | right is |
| --- | --- |
| `mentions` | a mention with exact boundaries and exact type |
| `mentions_untyped` | one with exact boundaries |
| `mentions_overlap` | one of the same type that overlaps, one to one |
| `entities` | an entity of the same type that shares a mention with exact boundaries, one to one |
| `entities_roles` | such an entity that also has the annotated role |
| `relations` | subject, predicate and object, over entities that match whatever their type |
| `results` | of and value, over such entities |
| `results_full` | of, on, metric and value |

An entity that is written without a role counts as one with the role `mentions`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from kg.evaluation.matching import count_overlaps, list_spans, match_entities
from kg.evaluation.pairs import Pair
from kg.records import ENTITY_TYPES, RELATION_PREDICATES, ROLES, Extraction, Result

Measure = Literal[
    "mentions",
    "mentions_untyped",
    "mentions_overlap",
    "entities",
    "entities_roles",
    "relations",
    "results",
    "results_full",
]
MEASURES: tuple[Measure, ...] = get_args(Measure)

Triple = tuple[str, str, str]
Fact = tuple[str | None, ...]
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Figure:
    """Counts of what is right, predicted and annotated, and what follows from them."""

    hits: int = 0
    predicted: int = 0
    gold: int = 0

    def __add__(self, other: Figure) -> Figure:
        return Figure(
            self.hits + other.hits, self.predicted + other.predicted, self.gold + other.gold
        )

    @property
    def precision(self) -> float:
        """The share of the predicted that is right; 0 where nothing is predicted."""
        return self.hits / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """The share of the annotated that was found; 0 where nothing is annotated."""
        return self.hits / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        precision, recall = self.precision, self.recall
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@dataclass(frozen=True, slots=True)
class Scores:
    """The figures of a set of abstracts.

    Attributes:
        total: By measure.
        types: `mentions` by type, of the types that occur.
        roles: `entities_roles` by role, of the roles that occur.
        relations: `relations` by predicate, of the predicates that occur.
    """

    total: Mapping[str, Figure]
    types: Mapping[str, Figure]
    roles: Mapping[str, Figure]
    relations: Mapping[str, Figure]


def score(pairs: Iterable[Pair]) -> Scores:
    """Score predictions against the annotation."""
    total: dict[str, Figure] = {measure: Figure() for measure in MEASURES}
    types: dict[str, Figure] = {}
    roles: dict[str, Figure] = {}
    relations: dict[str, Figure] = {}
    for pair in pairs:
        _add(total, _measure(pair))
        _add(types, _measure_types(pair))
        _add(roles, _measure_roles(pair))
        _add(relations, _measure_relations(pair))
    return Scores(
        total=total,
        types=_put_in_order(types, ENTITY_TYPES),
        roles=_put_in_order(roles, ROLES),
        relations=_put_in_order(relations, RELATION_PREDICATES),
    )


def list_relations(extraction: Extraction, names: Mapping[str, str] | None = None) -> set[Triple]:
    """The relations of an extraction as triples of entity ids.

    Args:
        extraction: Gold or predicted.
        names: For a predicted one, from its entity ids to those of gold; an entity without a
            match keeps its own, marked as such.
    """
    return {
        (rename(r.subject, names), r.predicate, rename(r.object, names))
        for r in extraction.relations
    }


def describe_result(result: Result, names: Mapping[str, str] | None = None) -> Fact:
    """Of, value, on and metric of a result; `names` as in `list_relations`."""
    ends = (result.of, result.on, result.metric)
    of, on, metric = (None if end is None else rename(end, names) for end in ends)
    return of, result.value, on, metric


def rename(id: str, names: Mapping[str, str] | None) -> str:
    """The gold id of a predicted entity, or its own marked as such where it has no match."""
    return id if names is None else names.get(id, f"?{id}")


def _measure(pair: Pair) -> dict[str, Figure]:
    gold, predicted = pair
    typed = match_entities(gold.entities, predicted.entities, typed=True)
    loose = match_entities(gold.entities, predicted.entities, typed=False)
    spans, found = list_spans(gold.entities), list_spans(predicted.entities)
    places, found_places = {span[:2] for span in spans}, {span[:2] for span in found}
    roles = {entity.id: entity.role for entity in gold.entities}
    sizes = len(predicted.entities), len(gold.entities)
    same_role = sum(e.role == roles[typed[e.id]] for e in predicted.entities if e.id in typed)
    triples, found_triples = list_relations(gold), list_relations(predicted, loose)
    facts = [describe_result(result) for result in gold.results]
    found_facts = [describe_result(result, loose) for result in predicted.results]
    return {
        "mentions": Figure(len(spans & found), len(found), len(spans)),
        "mentions_untyped": Figure(len(places & found_places), len(found_places), len(places)),
        "mentions_overlap": Figure(count_overlaps(spans, found), len(found), len(spans)),
        "entities": Figure(len(typed), *sizes),
        "entities_roles": Figure(same_role, *sizes),
        "relations": Figure(len(triples & found_triples), len(found_triples), len(triples)),
        "results": _count_common([f[:2] for f in facts], [f[:2] for f in found_facts]),
        "results_full": _count_common(facts, found_facts),
    }


def _measure_types(pair: Pair) -> dict[str, Figure]:
    spans, found = list_spans(pair.gold.entities), list_spans(pair.predicted.entities)
    return _count_by(lambda span: span[2], spans & found, found, spans)


def _measure_roles(pair: Pair) -> dict[str, Figure]:
    gold, predicted = pair
    typed = match_entities(gold.entities, predicted.entities, typed=True)
    roles = {entity.id: entity.role for entity in gold.entities}
    right = [e for e in predicted.entities if e.id in typed and roles[typed[e.id]] == e.role]
    return _count_by(lambda entity: entity.role, right, predicted.entities, gold.entities)


def _measure_relations(pair: Pair) -> dict[str, Figure]:
    gold, predicted = pair
    loose = match_entities(gold.entities, predicted.entities, typed=False)
    triples, found = list_relations(gold), list_relations(predicted, loose)
    return _count_by(lambda triple: triple[1], triples & found, found, triples)


def _count_common(gold: Iterable[Fact], predicted: Iterable[Fact]) -> Figure:
    annotated, found = Counter(gold), Counter(predicted)
    return Figure((annotated & found).total(), found.total(), annotated.total())


def _count_by(
    key: Callable[[_Item], str],
    hits: Iterable[_Item],
    predicted: Iterable[_Item],
    gold: Iterable[_Item],
) -> dict[str, Figure]:
    counts = [Counter(map(key, items)) for items in (hits, predicted, gold)]
    return {name: Figure(*(c[name] for c in counts)) for name in {*counts[1], *counts[2]}}


def _add(sums: dict[str, Figure], figures: Mapping[str, Figure]) -> None:
    for name, figure in figures.items():
        sums[name] = sums.get(name, Figure()) + figure


def _put_in_order(figures: Mapping[str, Figure], order: Iterable[str]) -> dict[str, Figure]:
    return {name: figures[name] for name in order if name in figures}
