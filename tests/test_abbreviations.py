"""Which long form a short form in brackets stands for."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from kg.abbreviations import find_abbreviations
from kg.extract.annotations import abbreviations

SEEDS = Path(__file__).parent.parent / "seeds"


def pairs(text: str) -> list[tuple[str, str]]:
    return [
        (text[pair.short_start : pair.short_end], text[pair.long_start : pair.long_end])
        for pair in find_abbreviations(text)
    ]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("using Invariant Risk Minimization (IRM) here", "IRM", "Invariant Risk Minimization"),
        ("Large language models (LLMs) such", "LLMs", "Large language models"),
        ('in computer vision ("CV") and', "CV", "computer vision"),
        ("called Nearest Neighbor Normalization (NNN).", "NNN", "Nearest Neighbor Normalization"),
        ("low-rank adaptation~(LoRA)", "LoRA", "low-rank adaptation"),
        ("person re-identification(Re-ID)", "Re-ID", "re-identification"),
        ("vision-language pre-training (VLP)", "VLP", "vision-language pre-training"),
        ("mean average precision (mAP)", "mAP", "mean average precision"),
        ("the Wall Street Journal (WSJ, 2021)", "WSJ", "Wall Street Journal"),
        ("machine reading comprehension [MRC]", "MRC", "machine reading comprehension"),
        (r"\emph{Long Form} (\textbf{LF})", "LF", "Long Form"),
        ("simultaneous localization and mapping (SLAM)", "SLAM",
         "simultaneous localization and mapping"),
        ("die Größenänderungs-Übung (GÜ)", "GÜ", "Größenänderungs-Übung"),
        ("𝒳 𝒳ylo Yellow Zed (𝒳YZ)", "𝒳YZ", "𝒳ylo Yellow Zed"),
    ],
)  # fmt: skip
def test_a_bracket_after_a_phrase_abbreviates_it(text: str, short: str, long: str) -> None:
    assert pairs(text) == [(short, long)]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("introduce Data Debiasing with Datamodels (D3M), a", "D3M",
         "Data Debiasing with Datamodels"),
        ("Advantage Actor Critic (A2C)", "A2C", "Advantage Actor Critic"),
        ("Text-to-Text Transfer Transformer (T5)", "T5", "Text-to-Text Transfer Transformer"),
        ("text-to-image (T2I)", "T2I", "text-to-image"),
        ("3-dimensional Gaussian splatting (3DGS)", "3DGS", "3-dimensional Gaussian splatting"),
    ],
)  # fmt: skip
def test_a_digit_may_repeat_a_letter_or_stand_for_a_word(text: str, short: str, long: str) -> None:
    assert pairs(text) == [(short, long)]


def test_the_long_form_may_stand_in_the_bracket() -> None:
    assert pairs("on GPUs (graphics processing units) only") == [
        ("GPUs", "graphics processing units")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "as shown before (Smith, 2020)",
        "by Makhzani and Frey [Makhzani and Frey, 2013]",
        "the first case (a) and the second (b)",
        "some models (e.g. BERT)",
        "(i) accuracy and (ii) speed",
        "the results (see Section 3) hold",
        "in the figure (Fig. 2)",
        "all models that we tested (CLIP, BLIP, ALBEF)",
        "an increase (50%) of it",
        "a name (GPT-3) that nothing before it spells",
    ],
)
def test_other_brackets_abbreviate_nothing(text: str) -> None:
    assert pairs(text) == []


def test_a_long_form_does_not_reach_over_the_end_of_a_sentence() -> None:
    assert pairs("We like risk. Minimization (RM) is good.") == []


def test_the_seeds_give_their_abbreviations() -> None:
    found = {
        pair for path in SEEDS.glob("*.txt") for pair in pairs(path.read_text(encoding="utf-8"))
    }
    assert ("D3M", "Data Debiasing with Datamodels") in found
    assert ("NNN", "Nearest Neighbor Normalization") in found


def test_the_component_leaves_the_pairs_on_the_doc() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("kg_abbreviations")
    assert len(abbreviations(nlp("Large language models (LLMs) are."))) == 1


@given(
    st.lists(
        st.one_of(
            st.text(max_size=6),
            st.sampled_from(
                [" (", ")", "ABC", "D3M", "2222", "a b c ", "{", "\\emph{", "Σß ", "İ"]
            ),
        ),
        max_size=12,
    ).map("".join)
)
def test_any_text_gives_pairs_whose_spans_lie_in_it(text: str) -> None:
    for pair in find_abbreviations(text):
        assert 0 <= pair.short_start < pair.short_end <= len(text)
        assert 0 <= pair.long_start < pair.long_end <= len(text)
        assert pair.long_end <= pair.short_start or pair.short_end <= pair.long_start
