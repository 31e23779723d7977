"""Which abstracts are one, and what is kept of each."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.folding import abstract_key, fold_text
from kg.records import Abstract, Place
from kg.sources import read_sources
from kg.sources.duplicates import merge_duplicates
from tests.conftest import SEEDS


def make_abstract(text, document="a.jsonl", line=1, id=None, **metadata):
    place = Place(document, "0" * 64, line, id)
    return Abstract(key=abstract_key(text), text=text, places=(place,), **metadata)


def read_seeds():
    return [item for item in read_sources([SEEDS]) if isinstance(item, Abstract)]


def test_the_seeds_hold_46_abstracts_of_which_35_are_distinct():
    abstracts = read_seeds()
    merged = merge_duplicates(abstracts)
    assert (len(abstracts), len(merged)) == (46, 35)
    assert sum(len(abstract.places) for abstract in merged) == 46


def test_the_gpt_4o_abstract_is_known_from_five_documents():
    (abstract,) = [
        abstract
        for abstract in merge_duplicates(read_seeds())
        if abstract.text.startswith("GPT-4o is an autoregressive omni model")
    ]
    assert [place.document for place in abstract.places] == [
        f"seeds/{path.name}" for path in sorted(SEEDS.glob("*.txt"))
    ]


@pytest.mark.parametrize(
    "copy",
    [
        "We train CLIP (a model) on images; it gains 5%.",
        "WE TRAIN CLIP (A MODEL) ON IMAGES; IT GAINS 5%.",
        "  We train  CLIP\n(a model) on images; it gains 5%. ",
        "We train CLIP - a model - on images, it gains 5 %",
        r"We train \textbf{CLIP} (a model) on images; it gains $5\%$.",
        "We train “CLIP” (a model) on images; it gains ５%.",
    ],
)
def test_variants_of_writing_are_one(copy):
    original = make_abstract("We train CLIP (a model) on images; it gains 5%.")
    assert len(merge_duplicates([original, make_abstract(copy, line=2)])) == 1


@pytest.mark.parametrize(
    "other", ["We train CLIP on images; it gains 6%.", "We train CLIP2 on images; it gains 5%."]
)
def test_another_letter_or_number_is_another_abstract(other):
    abstracts = [make_abstract("We train CLIP on images; it gains 5%."), make_abstract(other)]
    assert len(merge_duplicates(abstracts)) == 2


def test_the_smallest_text_in_code_point_order_is_canonical():
    copies = [make_abstract(text) for text in ("clip", "CLIP", "\u201cclip\u201d")]
    (merged,) = merge_duplicates(copies)
    assert merged.text == "CLIP"


def test_every_place_and_id_is_kept():
    (merged,) = merge_duplicates(
        [
            make_abstract("CLIP", "b.jsonl", 3, "x"),
            make_abstract("clip", "a.jsonl", 7, "y"),
            make_abstract("Clip", "b.jsonl", 1),
        ]
    )
    assert [(place.document, place.line) for place in merged.places] == [
        ("a.jsonl", 7),
        ("b.jsonl", 1),
        ("b.jsonl", 3),
    ]
    assert merged.ids == ("x", "y")


def test_an_id_of_two_texts_stays_the_id_of_both():
    merged = merge_duplicates([make_abstract("one", id="x"), make_abstract("two", line=2, id="x")])
    assert [abstract.ids for abstract in merged] == [("x",), ("x",)]


def test_each_field_is_the_first_that_is_given_in_the_order_of_places():
    (merged,) = merge_duplicates(
        [
            make_abstract("CLIP", "b", title="B", year=2021, extra={"pages": "1", "note": "b"}),
            make_abstract("clip", "a", title="A", authors=("Ada",), extra={"note": "a"}),
        ]
    )
    assert (merged.title, merged.year, merged.authors) == ("A", 2021, ("Ada",))
    assert merged.extra == {"note": "a", "pages": "1"}


COPIES = st.lists(
    st.builds(
        make_abstract,
        st.sampled_from(["CLIP", "clip", "C-L-I-P", "BERT", "bert.", "知识", "?"]),
        st.sampled_from(["a.txt", "b.txt"]),
        st.integers(1, 4),
        st.sampled_from([None, "x", "y"]),
        title=st.sampled_from([None, "One", "Two"]),
        year=st.sampled_from([None, 2020]),
        authors=st.sampled_from([(), ("Ada",), ("Alan", "Ada")]),
        extra=st.sampled_from([{}, {"a": 1}, {"a": 2, "b": 3}]),
    ),
    unique_by=lambda abstract: (abstract.places, abstract.text),
)


@given(COPIES, st.randoms())
def test_the_order_in_which_copies_come_does_not_matter(copies, random):
    # One line of a file cannot hold two abstracts.
    copies = [
        replace(copy, places=(replace(copy.places[0], line=at),)) for at, copy in enumerate(copies)
    ]
    shuffled = list(copies)
    random.shuffle(shuffled)
    assert merge_duplicates(shuffled) == merge_duplicates(copies)


@given(COPIES)
def test_there_is_one_abstract_for_each_folded_text(copies):
    merged = merge_duplicates(copies)
    assert Counter(fold_text(abstract.text) for abstract in merged) == Counter(
        {fold_text(copy.text) for copy in copies}
    )
    assert [abstract.key for abstract in merged] == sorted(abstract.key for abstract in merged)
    assert {place for abstract in merged for place in abstract.places} == {
        place for copy in copies for place in copy.places
    }


@given(COPIES)
def test_merging_again_changes_nothing(copies):
    merged = merge_duplicates(copies)
    assert merge_duplicates(merged) == merged
