"""What the figures of an evaluation say, and that they are those of the corpus's own scorer."""

from __future__ import annotations

import importlib.util
import json
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.corpus_format import extraction_to_record
from kg.errors import EvaluationError
from kg.evaluation import Figure, Pair, pair_extractions, score
from kg.evaluation.matching import count_overlaps, list_spans, match_entities
from kg.evaluation.report import describe_scores
from kg.records import ENTITY_TYPES, RELATION_PREDICATES, ROLES, Extraction, Relation, Result
from tests.annotated import extractions, pairs
from tests.conftest import Run
from tests.extractions import extract_by_hand

TEXT = "We probe CLIP and ALIGN on ImageNet with zero-shot transfer."


@pytest.fixture(scope="module")
def scorer(corpus: Path) -> ModuleType:
    """The scorer that comes with the corpus."""
    specification = importlib.util.spec_from_file_location("score", corpus / "score.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def f1(measure: str, gold: Extraction, predicted: Extraction) -> float:
    return score([Pair(gold, predicted)]).total[measure].f1


def test_precision_recall_and_f1_follow_from_counts() -> None:
    figure = Figure(hits=3, predicted=4, gold=6)
    assert (figure.precision, figure.recall, figure.f1) == (0.75, 0.5, 0.6)


def test_figures_of_nothing_are_zero() -> None:
    assert (Figure().precision, Figure().recall, Figure().f1) == (0.0, 0.0, 0.0)


@given(gold=extractions())
def test_the_annotation_itself_has_every_mention_right(gold: Extraction) -> None:
    total = score([Pair(gold, gold)]).total
    for measure in ("mentions", "mentions_untyped", "mentions_overlap"):
        assert total[measure].hits == total[measure].predicted == total[measure].gold


def test_the_annotation_itself_is_right_in_everything() -> None:
    gold = extract_by_hand(
        TEXT,
        [("CLIP", "Model", "studies"), ("ImageNet", "Dataset", "evaluatesOn")],
        [Relation("e1", "evaluatedOn", "e2")],
    )
    gold = replace(gold, results=(Result("e1", "3%", on="e2"),))
    assert all(figure.f1 == 1.0 for figure in score([Pair(gold, gold)]).total.values())


@given(several=st.lists(pairs(), max_size=3))
def test_no_more_is_right_than_is_predicted_or_annotated(several: list[Pair]) -> None:
    scores = score(several)
    for figures in (scores.total, scores.types, scores.roles, scores.relations):
        for figure in figures.values():
            assert 0 <= figure.hits <= min(figure.predicted, figure.gold)


@given(several=st.lists(pairs(), max_size=3))
def test_parts_add_up_to_the_whole(several: list[Pair]) -> None:
    scores = score(several)
    for measure, parts in (
        ("mentions", scores.types),
        ("entities_roles", scores.roles),
        ("relations", scores.relations),
    ):
        assert sum(parts.values(), Figure()) == scores.total[measure]


@given(pair=pairs())
def test_entities_match_one_to_one_and_share_a_mention(pair: Pair) -> None:
    gold = {entity.id: entity for entity in pair.gold.entities}
    predicted = {entity.id: entity for entity in pair.predicted.entities}
    for typed in (True, False):
        matched = match_entities(pair.gold.entities, pair.predicted.entities, typed=typed)
        assert len(set(matched.values())) == len(matched)
        for one, other in matched.items():
            assert set(predicted[one].mentions) & set(gold[other].mentions)
            assert not typed or predicted[one].type == gold[other].type


@given(pair=pairs())
def test_overlapping_mentions_are_at_least_the_exact_ones(pair: Pair) -> None:
    gold, predicted = list_spans(pair.gold.entities), list_spans(pair.predicted.entities)
    disjoint = all(a == b or a[1] <= b[0] or b[1] <= a[0] for a in gold for b in gold)
    overlapping = count_overlaps(gold, predicted)
    assert overlapping <= min(len(gold), len(predicted))
    if disjoint:
        assert overlapping >= len(gold & predicted)


@given(gold=extractions())
def test_an_abstract_that_is_not_predicted_counts_as_missed(gold: Extraction) -> None:
    (pair,) = pair_extractions([gold], [])
    for measure, figure in score([pair]).total.items():
        assert (figure.hits, figure.predicted) == (0, 0)
        if measure == "entities":
            assert figure.gold == len(gold.entities)


@given(pair=pairs())
def test_generated_records_score_as_the_scorer_of_the_corpus_does(
    scorer: ModuleType, pair: Pair
) -> None:
    records = [{"x": extraction_to_record(side, "x")} for side in pair]
    total, types = scorer.score(*records)
    ours = describe_scores(score([pair]))
    assert ours["total"] == total
    assert ours["types"] == types


def test_an_entity_of_another_type_is_wrong_and_its_relations_are_not() -> None:
    gold = extract_by_hand(
        TEXT,
        [("CLIP", "Model", "studies"), ("ImageNet", "Dataset", "evaluatesOn")],
        [Relation("e1", "evaluatedOn", "e2")],
    )
    predicted = extract_by_hand(
        TEXT,
        [("CLIP", "Technique", "studies"), ("ImageNet", "Dataset", "uses")],
        [Relation("e1", "evaluatedOn", "e2")],
    )
    assert f1("mentions", gold, predicted) == 0.5
    assert f1("mentions_untyped", gold, predicted) == 1.0
    assert f1("entities", gold, predicted) == 0.5
    assert f1("entities_roles", gold, predicted) == 0.0
    assert f1("relations", gold, predicted) == 1.0


def test_a_mention_with_another_boundary_overlaps_only() -> None:
    gold = extract_by_hand(TEXT, [("zero-shot transfer", "Technique", "uses")])
    predicted = extract_by_hand(TEXT, [("transfer", "Technique", "uses")])
    assert f1("mentions", gold, predicted) == 0.0
    assert f1("mentions_overlap", gold, predicted) == 1.0


def test_a_result_is_of_and_value_and_in_full_also_on_and_metric() -> None:
    gold = extract_by_hand(
        TEXT, [("CLIP", "Model", "studies"), ("ImageNet", "Dataset", "evaluatesOn")]
    )
    annotated = replace(gold, results=(Result("e1", "3%", on="e2"),))
    predicted = replace(gold, results=(Result("e1", "3%"),))
    assert f1("results", annotated, predicted) == 1.0
    assert f1("results_full", annotated, predicted) == 0.0


def test_types_roles_and_relations_come_in_the_order_of_the_records() -> None:
    gold = extract_by_hand(
        TEXT,
        [("ImageNet", "Dataset", "evaluatesOn"), ("CLIP", "Model", "introduces")],
        [Relation("e2", "evaluatedOn", "e1"), Relation("e2", "trainedOn", "e1")],
    )
    scores = score([Pair(gold, gold)])
    assert list(scores.types) == ["Model", "Dataset"]
    assert list(scores.roles) == ["introduces", "evaluatesOn"]
    assert list(scores.relations) == ["trainedOn", "evaluatedOn"]


def test_a_predicted_abstract_that_is_not_annotated_is_refused() -> None:
    gold = extract_by_hand(TEXT, key="a")
    with pytest.raises(EvaluationError, match="1 predicted abstract is not in gold, such as 'b'"):
        pair_extractions([gold], [gold, extract_by_hand(TEXT, key="b")])


def test_a_prediction_on_another_text_is_refused() -> None:
    gold = extract_by_hand(TEXT, key="a")
    with pytest.raises(EvaluationError, match="the text of 'a' differs"):
        pair_extractions([gold], [replace(gold, text=TEXT + " ")])


def test_no_annotation_at_all_is_refused() -> None:
    with pytest.raises(EvaluationError, match="no annotated abstract"):
        pair_extractions([], [])


def test_figures_on_the_corpus_are_those_of_its_scorer(
    corpus: Path, run: Callable[..., Run], tmp_path: Path
) -> None:
    gold = corpus / "dev.jsonl"
    predicted = tmp_path / "predicted.jsonl"
    generator = random.Random(0)
    with gold.open(encoding="utf-8") as lines:
        records = [disturb(json.loads(line), generator) for line in lines]
    kept = [json.dumps(record) for record in records if generator.random() < 0.95]
    assert len(kept) < len(records)
    predicted.write_text("\n".join(kept), encoding="utf-8")

    expected = json.loads(
        subprocess.run(
            [sys.executable, corpus / "score.py", gold, predicted, "--json"],
            capture_output=True,
            check=True,
        ).stdout
    )
    ended = run("evaluate", gold, "--predicted", predicted, "--json")
    figures = json.loads(ended.out)
    assert figures["total"] == expected["total"]
    assert figures["types"] == expected["types"]
    assert 0.3 < figures["total"]["mentions"]["f1"] < 0.9


def disturb(record: dict[str, Any], generator: random.Random) -> dict[str, Any]:
    """The record with errors of every kind."""
    text = record["text"]
    entities = [entity for entity in record["entities"] if generator.random() < 0.9]
    for entity in entities:
        entity["mentions"] = [
            [start, end] if generator.random() < 0.85 else [start, min(end + 1, len(text))]
            for start, end, _ in entity["mentions"]
        ]
        if generator.random() < 0.1:
            entity["type"] = generator.choice(ENTITY_TYPES)
        if generator.random() < 0.2:
            entity["role"] = generator.choice(ROLES)
    ids = [entity["id"] for entity in entities]
    relations = [r for r in record["relations"] if r[0] in ids and r[2] in ids]
    results = [
        r
        for r in record["results"]
        if all(r.get(end) is None or r[end] in ids for end in ("of", "on", "metric"))
    ]
    for relation in relations:
        if generator.random() < 0.2:
            relation[1] = generator.choice(RELATION_PREDICATES)
    for result in results:
        if generator.random() < 0.2:
            result["metric"] = None
        if generator.random() < 0.1:
            result["value"] += "!"
    generator.shuffle(entities)
    return record | {"entities": entities, "relations": relations, "results": results}
