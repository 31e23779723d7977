"""How text is folded to what makes it the same text."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.folding import abstract_key, decode_latex, fold_characters, fold_text

ANY_TEXT = st.text(st.characters(exclude_categories=()))
MARKUP = st.text(st.sampled_from("\\$^_{}[]()'\"`~%&abcHk1 \n-é"), max_size=60)
LETTERS = st.text(st.characters(categories=["L", "N"]), min_size=1)


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"50\%", "50%"),
        (r"50% and 60\%", "50% and 60%"),
        (r"caf\'e", "café"),
        (r"\'{E}cole", "École"),
        (r"{\'{E}}cole", "École"),
        (r"Erd\H{o}s", "Erdős"),
        (r"na\"{\i}ve", "naïve"),
        (r"S\o ren", "Søren"),
        (r"$\alpha$", "α"),
        (r"$\beta$-VAE", "β-VAE"),
        (r"image$\leftrightarrow$text", "image↔text"),
        (r"512$\times$1024", "512×1024"),
        (r"\textit{x}", "x"),
        (r"{\em really} good", "really good"),
        (r"\textcolor{red}{x}", "x"),
        (r"HMD$^2$", "HMD2"),
        (r"$L_{2}$ norm", "L2 norm"),
        (r"$\frac{1}{2}$", "1/2"),
        (r"$\mathbb{R}^d$", "Rd"),
        (r"as in~\cite{a,b}.", "as in."),
        (r"\href{https://example.org}{here}", "here"),
        (r"$F_\\beta$-measure", "Fβ-measure"),
        (r"one\\ two", "one two"),
        (r"\(x\) and \[y\]", "x and y"),
        (r"\{a\} \_ \& \#", "{a} _ & #"),
        ("``quoted''", '"quoted"'),
    ],
)
def test_latex_becomes_unicode_text(latex, plain):
    assert fold_characters(latex) == plain


@pytest.mark.parametrize(
    "text",
    ["costs $20 and $30", "100% of {a, b}", "f(x) = x_1^2", "~5 GB", "C#", "a $ b $ c"],
)
def test_text_that_is_not_latex_stays(text):
    assert fold_characters(text) == text


def test_commands_of_the_authors_keep_their_names():
    assert fold_characters(r"\modelA and \modelB") == "modelA and modelB"


def test_the_clock_is_not_asked():
    assert fold_characters(r"\today") == "today"


@pytest.mark.parametrize("dash", "‐‑‒–—―−﹣－")
def test_dashes_are_one(dash):
    assert fold_characters(f"GPT{dash}4") == "GPT-4"


@pytest.mark.parametrize(
    ("text", "folded"),
    [("‘a’", "'a'"), ("“a”", '"a"'), ("«a»", '"a"'), ("a´", "a'"), ("5″", '5"'), ("ﬁne", "fine")],
)
def test_quotation_marks_and_compatibility_variants_are_plain(text, folded):
    assert fold_characters(text) == folded


def test_white_space_is_one_space_and_none_at_the_ends():
    assert fold_characters("\t a\u00a0\u2009b\r\n c ") == "a b c"


def test_case_stays_in_characters_and_goes_from_the_text():
    assert fold_characters("GPT-4o") == "GPT-4o"
    assert fold_text("GPT-4o") == "gpt4o"


def test_braces_that_keep_capitals_go_from_latex():
    assert decode_latex("{BERT}: Pre-training") == "BERT: Pre-training"


@given(ANY_TEXT | MARKUP)
@example("{" * 100_000)
@example("$" * 100_000)
@example("\\" * 100_001)
@example("\\cite{" * 20_000)
@example("\\'{" * 30_000)
@example("$\\frac{" * 10_000)
def test_any_text_folds(text):
    assert len(abstract_key(text)) == 16
    assert bool(fold_text(text)) == bool(text)
    assert fold_characters(text) == fold_characters(text).strip()


@given(ANY_TEXT)
def test_equivalent_unicode_texts_are_one(text):
    forms = {unicodedata.normalize(form, text) for form in ("NFC", "NFD")}
    plain = {form.replace("\\", "").replace("$", "") for form in forms}
    assert len({fold_characters(form) for form in plain}) == 1


@given(LETTERS, LETTERS, st.sampled_from([" ", "-", "\n", ", ", "—", "'", "”", "\u00a0", "\u0301"]))
def test_what_is_no_letter_or_number_does_not_tell_texts_apart(left, right, between):
    assert fold_text(left + between + right) == fold_text(left + right)


@given(st.text(st.characters(categories=["Ll", "Lu", "Nd"], max_codepoint=0x24F), min_size=1))
def test_case_does_not_tell_texts_apart(text):
    assert fold_text(text.casefold()) == fold_text(text)


@given(LETTERS)
def test_folded_letters_stay_folded(text):
    assert fold_text(fold_text(text)) == fold_text(text)


def test_letters_of_every_script_stay():
    assert fold_text("知识图谱，从摘要。") == "知识图谱从摘要"
    assert fold_text("граф знаний") != fold_text("граф данных")
    assert fold_text("किताब") != fold_text("कातब")
    assert fold_text("かき") != fold_text("がぎ")


def test_diacritics_do_not_tell_texts_apart():
    assert fold_text("Poincaré") == fold_text("Poincare") == fold_text(r"Poincar\'e")


def test_texts_of_symbols_only_are_told_apart():
    assert len({abstract_key(text) for text in ("", "!", "?", "→", "← →", r"\cite{x}")}) == 6
