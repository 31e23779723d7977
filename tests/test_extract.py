"""The shipped pipeline, from texts to extractions."""

from __future__ import annotations

import json
import shutil
from functools import cache
from importlib.metadata import entry_points
from itertools import pairwise
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from kg.corpus_format import extraction_from_record, extraction_to_record
from kg.errors import ModelError
from kg.extract import extract, fingerprint, load_pipeline
from kg.extract.loading import SHIPPED
from kg.records import ENTITY_TYPES, ROLES, Abstract, Extraction, Place

SEEDS = Path(__file__).parent.parent / "seeds"


@cache
def pipeline() -> Language:
    return load_pipeline()


@cache
def seed_texts() -> tuple[str, ...]:
    lines = (
        line.removeprefix("Abstract:")
        for path in sorted(SEEDS.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("Abstract:")
    )
    return tuple(dict.fromkeys(lines))


def abstract(text: str, key: str = "k") -> Abstract:
    return Abstract(key, text, (Place("d", "0", 1),))


def read(*texts: str, batch_size: int = 64) -> list[Extraction]:
    given = [abstract(text, str(number)) for number, text in enumerate(texts)]
    return list(extract(given, pipeline(), batch_size=batch_size))


@cache
def seed_extractions() -> tuple[Extraction, ...]:
    return tuple(read(*seed_texts()))


def check(extraction: Extraction) -> None:
    text = extraction.text
    taken: list[tuple[int, int]] = []
    for number, entity in enumerate(extraction.entities, 1):
        assert entity.id == f"e{number}"
        assert entity.type in ENTITY_TYPES
        assert entity.role in ROLES
        assert entity.name.strip()
        assert 0 <= entity.confidence <= 1
        assert 0 <= entity.role_confidence <= 1
        assert entity.role_evidence in extraction.sentences
        for mention in entity.mentions:
            assert text[mention.start : mention.end] == mention.form != ""
            taken.append((mention.start, mention.end))
    taken.sort()
    assert all(a[1] <= b[0] for a, b in pairwise(taken))
    for link in extraction.hyperlinks:
        assert text[link.start : link.end] == link.form
        assert all(end <= link.start or link.end <= start for start, end in taken)
    ends = 0
    for sentence in extraction.sentences:
        assert ends <= sentence.start < sentence.end <= len(text)
        assert text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end]
        ends = sentence.end


def test_every_span_of_the_seeds_slices_back_to_its_form() -> None:
    for extraction in seed_extractions():
        assert extraction.entities
        check(extraction)


def test_names_in_the_seeds_are_found_with_their_type() -> None:
    found = {
        (mention.form, entity.type)
        for extraction in seed_extractions()
        for entity in extraction.entities
        for mention in entity.mentions
    }
    for form, kind in [("GPT-4o", "Model"), ("ImageNet", "Dataset"), ("CLIP", "Model")]:
        assert (form, kind) in found


def test_a_method_and_its_abbreviation_are_one_entity_that_the_paper_introduces() -> None:
    (text,) = [text for text in seed_texts() if "(D3M)" in text]
    (entity,) = [
        entity
        for entity in read(text)[0].entities
        if "D3M" in {mention.form for mention in entity.mentions}
    ]
    assert entity.name == "Data Debiasing with Datamodels"
    assert entity.role == "introduces"


def test_the_evidence_of_a_role_is_a_sentence_that_names_the_entity() -> None:
    for extraction in seed_extractions():
        for entity in extraction.entities:
            span = entity.role_evidence
            assert span is not None
            assert any(span.start <= m.start and m.end <= span.end for m in entity.mentions)


def test_extractions_come_in_the_order_of_the_abstracts() -> None:
    assert [e.text for e in read(*seed_texts(), batch_size=3)] == list(seed_texts())


def test_what_is_read_does_not_depend_on_the_batch() -> None:
    alone = [read(text)[0].entities for text in seed_texts()]
    for size in (1, 5, 64):
        together = read(*reversed(seed_texts()), batch_size=size)
        assert [e.entities for e in reversed(together)] == alone


def test_extractions_survive_the_corpus_format() -> None:
    for extraction in seed_extractions():
        record = json.loads(json.dumps(extraction_to_record(extraction, extraction.key)))
        assert extraction_from_record(record) == extraction


@pytest.mark.parametrize(
    "text",
    [" ", "\n", "\u00a0\u200b", ".", "。", "$$$ ### !!!", "\\", "((((", "\x00\x01"],
    ids=ascii,
)
def test_text_without_words_gives_no_entity(text: str) -> None:
    (extraction,) = read(text)
    check(extraction)
    assert extraction.entities == ()


def test_text_of_another_language_or_domain_gives_few_entities() -> None:
    chinese = "今天天气很好，我们去公园散步。" * 10
    recipe = "Peel the potatoes and boil them in salted water. Fry the onions until golden. " * 5
    for text in (chinese, recipe):
        (extraction,) = read(text)
        check(extraction)
        assert len(extraction.entities) <= 3


def test_a_very_long_text_goes_through() -> None:
    (extraction,) = read(" ".join(["We train a model on ImageNet with Adam."] * 2_500))
    check(extraction)


@settings(deadline=None, max_examples=50)
@given(
    st.one_of(
        st.text(),
        st.lists(
            st.one_of(
                st.text(max_size=5),
                st.sampled_from(
                    ["We propose ", "CLIP", " (", ")", "large language models (LLMs) ", "ImageNet",
                     "https://github.com/a/b", ". ", "\\textbf{", "}", "$", "\n\n", "-", "GPT-4"]
                ),
            )
        ).map("".join),
    )
)  # fmt: skip
def test_any_text_goes_through(text: str) -> None:
    check(read(text)[0])


def test_the_fingerprint_tells_pipelines_apart(tmp_path: Path) -> None:
    nlp = load_pipeline()
    nlp.to_disk(tmp_path / "same")
    nlp.get_pipe("kg_relations").settings = {"threshold": 0.9}  # type: ignore[attr-defined]
    nlp.to_disk(tmp_path / "other")
    shutil.copytree(tmp_path / "same", tmp_path / "copy")
    assert fingerprint(tmp_path / "same") == fingerprint(tmp_path / "copy")
    assert fingerprint(tmp_path / "same") != fingerprint(tmp_path / "other")


def test_a_pipeline_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no trained pipeline"):
        load_pipeline(tmp_path)


def test_a_pipeline_that_is_damaged_is_refused(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "p")
    (tmp_path / "p" / "ner" / "model").write_bytes(b"nothing")
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_pipeline(tmp_path / "p")


def test_a_pipeline_without_entities_is_refused(tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path / "p")
    with pytest.raises(ModelError, match="has no"):
        load_pipeline(tmp_path / "p")


def test_the_shipped_pipeline_holds_no_words_of_the_corpus() -> None:
    strings = json.loads((SHIPPED / "vocab" / "strings.json").read_text(encoding="utf-8"))
    assert "ImageNet" not in strings
    assert "/" not in (SHIPPED / "config.cfg").read_text(encoding="utf-8").split("[nlp]")[0]


def test_every_component_can_be_added_to_another_pipeline() -> None:
    points = [p for p in entry_points(group="spacy_factories") if p.value.startswith("kg.")]
    if not points:
        pytest.skip("kg-abstracts is not installed, so it has no entry points")
    nlp = spacy.blank("en")
    for point in points:
        assert callable(point.load())
        nlp.add_pipe(point.name)
    assert set(nlp.pipe_names) == {name for name in pipeline().pipe_names if name[:3] == "kg_"}
