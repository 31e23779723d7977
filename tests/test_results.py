"""Results: the quantities of a text, and which of them are results of what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.quantities import find_quantities, parse_quantity
from tests.reported import entities_in, entities_of, read, write_text


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("solves 28.8% of the problems", ["28.8%"]),
        (r"an accuracy of 50\% or more", [r"50\%"]),
        ("is 45x faster", ["45x"]),
        ("is 45× faster", ["45×"]),
        ("is 45 times faster", ["45 times"]),
        (r"is $2.5\times$ faster", [r"$2.5\times$"]),
        (r"a $93\%$ gain", [r"93\%"]),
        ("a gain of +3.2 points", ["+3.2 points"]),
        ("drops from 71.1% to 60% here", ["71.1%", "60%"]),
        ("by 1.7x to 2.3x", ["1.7x to 2.3x"]),
        ("gains 3-5% in all", ["3-5%"]),
        ("reaches a BLEU of 42.1.", ["42.1"]),
        ("reaches 42.1 BLEU", ["42.1"]),
        ("on 400,000 pairs", ["400,000"]),
        ("at 157 FPS", ["157 FPS"]),
        ("two orders of magnitude less", ["two orders of magnitude"]),
        ("ResNet-50 and GPT-3.5 on CIFAR-10 and x_1", []),
        ("nothing at all", []),
    ],
)  # fmt: skip
def test_quantities_are_found_as_they_are_written(text: str, forms: list[str]) -> None:
    assert [quantity.form for quantity in find_quantities(text)] == forms


@pytest.mark.parametrize(
    ("form", "number", "unit"),
    [
        ("28.8%", 28.8, "%"),
        (r"50\%", 50.0, "%"),
        ("45x", 45.0, "x"),
        ("45 times", 45.0, "x"),
        (r"$2.5\times$", 2.5, "x"),
        ("+3.2 points", 3.2, "points"),
        ("-1.5%", -1.5, "%"),
        ("1,234", 1234.0, None),
        ("42.1", 42.1, None),
        ("20 fps", 20.0, "fps"),
        ("1.2GB", 1.2, "GB"),
        ("3-5%", None, "%"),
        ("1.7x to 2.3x", None, "x"),
        ("<5%", None, "%"),
        ("two orders of magnitude", 2.0, "orders of magnitude"),
        ("half", None, None),
    ],
)
def test_a_quantity_has_a_number_and_a_unit(
    form: str, number: float | None, unit: str | None
) -> None:
    assert parse_quantity(form) == (number, unit)


@given(st.text(alphabet="0123456789.,%x×$\\times -–+<>to{}~ ptsmFPS\n٣½", max_size=60))
def test_quantities_are_parts_of_the_text_in_order(text: str) -> None:
    end = 0
    for quantity in find_quantities(text):
        assert end <= quantity.start < quantity.end
        assert text[quantity.start : quantity.end] == quantity.form
        end = quantity.end


def test_a_result_names_what_it_is_of_on_what_and_by_which_metric() -> None:
    introduced, data = entities_of(45)[2].id, entities_of(45)[5].id
    (result,) = read(write_text(45), entities_of(45)).results
    assert (result.of, result.on, result.metric) == (introduced, data, "accuracy")
    assert (result.value, result.number, result.unit) == ("95.5%", 95.5, "%")


def test_numbers_that_are_no_outcome_are_told_apart() -> None:
    text = write_text(46)
    values = [result.value for result in read(text, entities_of(46)).results]
    assert "400 million" in text
    assert values == ["96.6%"]


def test_a_number_inside_a_mention_is_no_result() -> None:
    text = "We propose Alphanet. Alphanet reaches 51.1% accuracy on Top-1 51.1%."
    entities = entities_in(text, ("Alphanet", "Model"), ("accuracy on Top-1 51.1%", "Metric"))
    assert len(read(text, entities).results) <= 1


def test_the_evidence_is_the_sentence_of_the_value() -> None:
    extraction = read(write_text(45), entities_of(45))
    (result,) = extraction.results
    assert result.evidence in extraction.sentences
    assert result.evidence is not None
    assert result.value in extraction.text[result.evidence.start : result.evidence.end]
    assert result.confidence == round(result.confidence, 3)


def test_a_text_without_entities_has_no_results() -> None:
    assert read("It reaches 95.5% accuracy.", []).results == ()
