"""Abbreviations that a text defines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.resolve.definitions import read_definitions


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("We use convolutional neural networks (CNNs).", "CNNs", "convolutional neural networks"),
        ("We use proximal policy optimization (PPO).", "PPO", "proximal policy optimization"),
        ("It is semi-supervised learning (SSL).", "SSL", "semi-supervised learning"),
        ("We train a Mixture of Experts (MoE).", "MoE", "Mixture of Experts"),
        ("The old residual network (ResNet) is.", "ResNet", "residual network"),
    ],
)
def test_a_definition_is_read(text: str, short: str, long: str) -> None:
    assert list(read_definitions(text)) == [(short, long)]


def test_what_is_bracketed_and_no_abbreviation_is_no_definition() -> None:
    assert list(read_definitions("We study networks (see below) and graphs (in part).")) == []


def test_definitions_are_read_anywhere_in_a_long_text() -> None:
    text = "We use networks. " * 2_000 + "We use proximal policy optimization (PPO). "
    assert list(read_definitions(text * 2)) == [("PPO", "proximal policy optimization")] * 2


def test_a_text_that_utf8_cannot_hold_is_read_too() -> None:
    assert list(read_definitions("\ud800 graph neural network (GNN)")) == [
        ("GNN", "graph neural network")
    ]


@given(st.text(alphabet=st.sampled_from("aAbB ()-é数\U0001f600\n")))
def test_what_is_read_stands_in_the_text(text: str) -> None:
    for short, long in read_definitions(text):
        assert short in text
        assert long in text
