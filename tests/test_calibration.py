"""Whether confidences mean what they say, measured and drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from kg.evaluation import Pair, Reliability, draw_reliability, measure_reliability, score
from kg.evaluation.calibration import KINDS, Bin
from kg.records import ExtractedEntity, Extraction, Mention, Relation, Result
from tests.annotated import pairs
from tests.extractions import extract_by_hand

SVG = "{http://www.w3.org/2000/svg}"
TEXT = "We probe CLIP on ImageNet and on CIFAR."


def pair_entities(confidences: list[tuple[float, bool]]) -> Pair:
    """A pair with an entity of each confidence that is right or not."""
    text = "x" * len(confidences) or "x"
    mentions = [Mention(at, at + 1, "x") for at in range(len(confidences))]
    predicted = tuple(
        ExtractedEntity(f"e{at}", "Model", "x", (mentions[at],), "uses", confidence)
        for at, (confidence, _) in enumerate(confidences)
    )
    right = tuple(e for e, (_, right) in zip(predicted, confidences, strict=True) if right)
    return Pair(Extraction("x", text, entities=right), Extraction("x", text, entities=predicted))


def test_bins_hold_what_their_confidences_say() -> None:
    judged = [(0.0, False), (0.05, True), (0.1, False), (0.95, True), (1.0, True)]
    bins = measure_reliability([pair_entities(judged)])["entities"].bins
    assert [(bin.low, bin.high) for bin in bins[:2]] == [(0.0, 0.1), (0.1, 0.2)]
    assert [bin.number for bin in bins] == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert (bins[0].confidence, bins[0].right) == (0.025, 0.5)
    assert (bins[9].confidence, bins[9].right) == (0.975, 1.0)


def test_calibration_error_is_the_mean_distance_of_confidence_and_share() -> None:
    half = Bin(0.5, 1.0, number=30, confidence=0.8, right=0.6)
    low = Bin(0.0, 0.5, number=10, confidence=0.2, right=0.2)
    assert Reliability((low, half)).error == pytest.approx(0.15)
    assert Reliability(()).error == 0.0


def test_eight_of_ten_right_at_a_confidence_of_08_is_calibrated() -> None:
    judged = [(0.8, number < 8) for number in range(10)]
    assert measure_reliability([pair_entities(judged)])["entities"].error == pytest.approx(0)


@given(several=st.lists(pairs(), max_size=3))
def test_what_is_right_is_what_the_scores_count(several: list[Pair]) -> None:
    total = score(several).total
    reliability = measure_reliability(several)
    for kind in KINDS:
        figures = reliability[kind]
        right = round(sum(bin.right * bin.number for bin in figures.bins))
        assert 0 <= figures.error <= 1
        if kind == "roles":
            assert (right, figures.number) == (total["entities_roles"].hits, total["entities"].hits)
        elif kind in ("entities", "results"):
            assert (right, figures.number) == (total[kind].hits, total[kind].predicted)
        else:
            assert figures.number == sum(len(pair.predicted.relations) for pair in several)
            assert right >= total[kind].hits


def test_a_role_is_judged_only_where_its_entity_is_right() -> None:
    gold = extract_by_hand(TEXT, [("CLIP", "Model", "studies"), ("CIFAR", "Dataset", "uses")])
    predicted = extract_by_hand(TEXT, [("CLIP", "Model", "uses"), ("ImageNet", "Dataset", "uses")])
    roles = measure_reliability([Pair(gold, predicted)])["roles"]
    (bin,) = (bin for bin in roles.bins if bin.number)
    assert (bin.number, bin.right, bin.confidence) == (1, 0.0, 0.8)


def test_of_two_results_that_say_the_same_the_surer_one_is_right() -> None:
    gold = extract_by_hand(TEXT, [("CLIP", "Model", "studies")])
    annotated = replace(gold, results=(Result("e1", "3"),))
    predicted = replace(
        gold, results=(Result("e1", "3", confidence=0.15), Result("e1", "3", confidence=0.85))
    )
    bins = measure_reliability([Pair(annotated, predicted)])["results"].bins
    assert [bin.right for bin in bins if bin.number] == [0.0, 1.0]


def test_a_relation_is_right_as_it_is_scored() -> None:
    named = [("CLIP", "Model", "studies"), ("ImageNet", "Dataset", "uses")]
    gold = extract_by_hand(TEXT, named, [Relation("e1", "evaluatedOn", "e2")])
    predicted = extract_by_hand(
        TEXT,
        named,
        [Relation("e1", "evaluatedOn", "e2", 0.75), Relation("e1", "trainedOn", "e2", 0.25)],
    )
    bins = measure_reliability([Pair(gold, predicted)])["relations"].bins
    assert [(bin.low, bin.right) for bin in bins if bin.number] == [(0.2, 0.0), (0.7, 1.0)]


def test_diagram_has_a_panel_for_each_kind_and_a_bar_for_each_bin() -> None:
    reliability = measure_reliability([pair_entities([(0.05, False), (0.75, True), (0.95, True)])])
    drawing = etree.fromstring(draw_reliability(reliability).encode())
    assert drawing.tag == f"{SVG}svg"
    assert [text.text for text in drawing.iter(f"{SVG}text") if text.get("class") == "name"] == [
        *KINDS
    ]
    entities = next(drawing.iter(f"{SVG}g"))
    bars = [bar for bar in entities.iter(f"{SVG}rect") if bar.get("class") == "bar"]
    assert [bar.get("height") for bar in bars] == ["0.0", "200.0", "200.0"]


def test_diagram_is_the_same_whatever_the_order_of_the_abstracts() -> None:
    several = [pair_entities([(x / 1000, x % 3 == 0) for x in range(n, n + 40)]) for n in (0, 300)]
    forward, backward = measure_reliability(several), measure_reliability(several[::-1])
    assert forward == backward
    assert draw_reliability(forward) == draw_reliability(backward)
