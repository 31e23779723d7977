"""Where a sentence of an abstract begins."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from kg.training.tokenizer import adapt_tokenizer


@pytest.fixture(scope="module")
def nlp() -> Language:
    nlp = adapt_tokenizer(spacy.blank("en"))
    nlp.add_pipe("kg_sentences")
    return nlp


def split(nlp: Language, text: str) -> list[str]:
    return [sentence.text.strip() for sentence in nlp(text).sents]


@pytest.mark.parametrize(
    "text",
    [
        "We use common losses, e.g. Huber and others.",
        "A strict sense, i.e. The one of logic, holds.",
        "The results of Huang et al. (2018) hold.",
        "As in Mnih et al. 2016 we do this.",
        "See Fig. 2 and Eq. 3 for it.",
        "Linear speedup w.r.t. Number of workers.",
        "We use k-sparse autoencoders [Makhzani and Frey, 2013] to control sparsity.",
        "The work of R. H. Thaler is known.",
        "An accuracy of 3.5 is reached.",
        "Release v1.Model is here.",
        "Trained with Node.js and Next.js here.",
        "Answers from Yahoo! Answers are used.",
        r"Here $\theta_1 = ... = \theta_L$ holds.",
    ],
)
def test_a_full_stop_inside_a_sentence_ends_nothing(nlp: Language, text: str) -> None:
    assert split(nlp, text) == [text]


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("It works. We show it.", "We show it."),
        ('It "works." We show it.', "We show it."),
        ("It works (well). vLLM is fast.", "vLLM is fast."),
        ("Does it work? Yes.", "Yes."),
        ("We use ImageNet.We show it.", "We show it."),
        ("Of many models (LLMs).However, it fails.", "However, it fails."),
        (r"It works. \textbf{Second}, it is fast.", r"\textbf{Second}, it is fast."),
        ("It has benefits. (1) It is fast", "(1) It is fast"),
        ("A heading\n\nthe text", "the text"),
        ("It is class A. The next is B", "The next is B"),
    ],
)
def test_a_sentence_begins_after_the_end_of_another(nlp: Language, text: str, second: str) -> None:
    assert split(nlp, text)[1] == second


@given(text=st.text(alphabet=st.sampled_from("aA1 .!?\n()\"'$\\。é")))
def test_the_sentences_of_any_text_make_up_the_text(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert "".join(sentence.text_with_ws for sentence in doc.sents) == text
