"""Where a prediction differs from the annotation, passage by passage."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Literal, TypeVar, get_args

from kg.evaluation.matching import TypedSpan, list_spans, match_entities
from kg.evaluation.pairs import Pair
from kg.evaluation.scoring import Fact, describe_result, list_relations, rename
from kg.records import EntityType, ExtractedEntity, Extraction, Relation, Result

Outcome = Literal["right", "missed", "spurious", "boundary", "type", "boundary-type"]
ErrorKind = Literal["missed", "spurious", "boundary", "type", "role", "relation", "result"]
ERROR_KINDS: tuple[ErrorKind, ...] = get_args(ErrorKind)

_Key = TypeVar("_Key")
# Places in the text, and what is said there in words, by what the two sides must agree in to
# stand side by side.
_Described = defaultdict[_Key, list[tuple[int, str]]]


@dataclass(frozen=True, slots=True, order=True)
class JudgedMention:
    """A mention of one side and how it stands to the other side.

    `boundary-type` overlaps mentions of other types only.
    """

    start: int
    end: int
    type: EntityType
    outcome: Outcome


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """A role, relation or result that only one side has, or that the two sides have otherwise.

    Attributes:
        position: Where in the text it belongs.
        gold: What the annotation says, in words; absent where it says nothing.
        predicted: What the extraction says.
    """

    position: int
    kind: ErrorKind
    gold: str | None
    predicted: str | None


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, or several that a mention joins, with all that differs in it.

    Attributes:
        gold: Annotated mentions, in the order of the text.
        predicted: Extracted ones.
        kinds: The kinds of error in it.
    """

    start: int
    end: int
    gold: tuple[JudgedMention, ...]
    predicted: tuple[JudgedMention, ...]
    differences: tuple[Difference, ...]
    kinds: frozenset[ErrorKind]


def find_passages(pair: Pair) -> Iterator[Passage]:
    """The passages of an abstract that hold an error, in the order of the text."""
    gold, predicted = judge_mentions(pair)
    borders = _find_borders(pair, [*gold, *predicted])
    differences = sorted(find_differences(pair), key=_rank)
    for start, end in pairwise(borders):
        annotated, found = (
            tuple(m for m in side if start <= m.start < end) for side in (gold, predicted)
        )
        here = tuple(d for d in differences if start <= d.position < end)
        kinds = {kind for m in annotated + found for kind in list_kinds(m.outcome)}
        kinds |= {difference.kind for difference in here}
        if kinds:
            yield Passage(start, end, annotated, found, here, frozenset(kinds))


def list_kinds(outcome: Outcome) -> tuple[ErrorKind, ...]:
    """The kinds of error that a mention with this outcome is."""
    match outcome:
        case "right":
            return ()
        case "boundary-type":
            return "boundary", "type"
        case _:
            return (outcome,)


def judge_mentions(pair: Pair) -> tuple[list[JudgedMention], list[JudgedMention]]:
    """The annotated and the extracted mentions, each judged and in the order of the text.

    A mention whose place and type the other side has is right. Of the others, one at the same
    place has the wrong type, one that overlaps has the wrong boundary, and one that does
    neither was missed or is spurious.
    """
    gold, predicted = list_spans(pair.gold.entities), list_spans(pair.predicted.entities)
    return _judge(gold, predicted, "missed"), _judge(predicted, gold, "spurious")


def _judge(own: set[TypedSpan], other: set[TypedSpan], alone: Outcome) -> list[JudgedMention]:
    rest = sorted(other - own)
    return [
        JudgedMention(*span, "right" if span in other else _compare(span, rest, alone))
        for span in sorted(own)
    ]


def _compare(span: TypedSpan, rest: Iterable[TypedSpan], alone: Outcome) -> Outcome:
    start, end, type_ = span
    near = [other for other in rest if other[0] < end and start < other[1]]
    if any(other[:2] == (start, end) for other in near):
        return "type"
    if any(other[2] == type_ for other in near):
        return "boundary"
    return "boundary-type" if near else alone


def find_differences(pair: Pair) -> Iterator[Difference]:
    """The roles of matching entities, the relations and the results that differ."""
    gold, predicted = pair
    annotated = {entity.id: entity for entity in gold.entities}
    typed = match_entities(gold.entities, predicted.entities, typed=True)
    for entity in predicted.entities:
        other = annotated.get(typed.get(entity.id, ""))
        if other is not None and other.role != entity.role:
            yield Difference(
                other.mentions[0].start,
                "role",
                f"{other.name}: {other.role}",
                f"{other.name}: {entity.role}",
            )
    loose = match_entities(gold.entities, predicted.entities, typed=False)
    yield from _compare_relations(pair, loose)
    yield from _compare_results(pair, loose)


def _compare_relations(pair: Pair, names: Mapping[str, str]) -> Iterator[Difference]:
    gold, predicted = pair
    stated, found = list_relations(gold), list_relations(predicted, names)
    right = stated & found
    missed: _Described[tuple[str, str]] = defaultdict(list)
    spurious: _Described[tuple[str, str]] = defaultdict(list)
    for relation in gold.relations:
        if (relation.subject, relation.predicate, relation.object) not in right:
            missed[relation.subject, relation.object].append(_describe_relation(gold, relation))
    for relation in predicted.relations:
        ends = rename(relation.subject, names), rename(relation.object, names)
        if (ends[0], relation.predicate, ends[1]) not in right:
            spurious[ends].append(_describe_relation(predicted, relation))
    for ends in dict.fromkeys([*missed, *spurious]):
        yield from _pair_up("relation", missed.get(ends, ()), spurious.get(ends, ()))


def _compare_results(pair: Pair, names: Mapping[str, str]) -> Iterator[Difference]:
    gold, predicted = pair
    wanted = Counter(describe_result(result) for result in gold.results)
    found = Counter(describe_result(result, names) for result in predicted.results)
    common = wanted & found
    missed: _Described[str] = defaultdict(list)
    spurious: _Described[str] = defaultdict(list)
    for result in _leave_out(gold.results, None, common):
        missed[result.value].append(_describe_result(gold, result))
    for result in _leave_out(predicted.results, names, common):
        spurious[result.value].append(_describe_result(predicted, result))
    for value in dict.fromkeys([*missed, *spurious]):
        yield from _pair_up("result", missed.get(value, ()), spurious.get(value, ()))


def _leave_out(
    results: Iterable[Result], names: Mapping[str, str] | None, common: Counter[Fact]
) -> Iterator[Result]:
    """The results that the other side does not have."""
    left = common.copy()
    for result in results:
        fact = describe_result(result, names)
        if left[fact] > 0:
            left[fact] -= 1
        else:
            yield result


def _pair_up(
    kind: ErrorKind,
    gold: Sequence[tuple[int, str]],
    predicted: Sequence[tuple[int, str]],
) -> Iterator[Difference]:
    """Differences side by side, the first with the first."""
    gold, predicted = sorted(gold), sorted(predicted)
    for index in range(max(len(gold), len(predicted))):
        one = gold[index] if index < len(gold) else None
        other = predicted[index] if index < len(predicted) else None
        position = (other or one or (0, ""))[0]
        yield Difference(position, kind, one and one[1], other and other[1])


def _describe_relation(extraction: Extraction, relation: Relation) -> tuple[int, str]:
    entities = {entity.id: entity for entity in extraction.entities}
    ends = entities[relation.subject], entities[relation.object]
    position = _find_nearest(*ends) if relation.evidence is None else relation.evidence.start
    return position, f"{ends[0].name} {relation.predicate} → {ends[1].name}"


def _find_nearest(subject: ExtractedEntity, object: ExtractedEntity) -> int:
    """Where the two are mentioned closest together."""
    distances = (
        (abs(a.start - b.start), min(a.start, b.start))
        for a, b in product(subject.mentions, object.mentions)
    )
    return min(distances)[1]


def _describe_result(extraction: Extraction, result: Result) -> tuple[int, str]:
    entities = {entity.id: entity for entity in extraction.entities}
    of = entities[result.of]
    words = f"{of.name}: {result.value}"
    if result.metric is not None:
        words += f" {entities[result.metric].name}"
    if result.on is not None:
        words += f" on {entities[result.on].name}"
    if result.evidence is not None:
        return result.evidence.start, words
    place = extraction.text.find(result.value)
    return (of.mentions[0].start if place < 0 else place), words


def _find_borders(pair: Pair, mentions: Iterable[JudgedMention]) -> list[int]:
    """Where passages begin, and the end of the text: no mention lies across a border."""
    sentences = pair.gold.sentences or pair.predicted.sentences
    crossed = {at for m in mentions for at in range(m.start + 1, m.end)}
    begins = {sentence.start for sentence in sentences} - crossed - {0}
    return [0, *sorted(begins), len(pair.gold.text)]


def _rank(difference: Difference) -> tuple[int, int, str, str]:
    return (
        ERROR_KINDS.index(difference.kind),
        difference.position,
        difference.gold or "",
        difference.predicted or "",
    )
