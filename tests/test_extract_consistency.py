"""What is found once holds for the whole abstract."""

from __future__ import annotations

import re

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extract.annotations import confidences, entities, set_confidences
from kg.extract.consistency import EntityConsistency
from kg.extract.grouping import fold_form
from kg.records import ExtractedEntity
from kg.training.tokenizer import adapt_tokenizer


def annotate(text: str, *found: tuple[str, str] | tuple[str, str, float]) -> Doc:
    """A doc in which the first free occurrence of each form is an entity, as a recogniser's."""
    nlp = adapt_tokenizer(spacy.blank("en"))
    doc = nlp(text)
    for name in ("kg_sentences", "kg_links", "kg_abbreviations"):
        doc = nlp.add_pipe(name)(doc)
    spans: list[Span] = []
    weights = {}
    for form, label, *weight in found:
        span = next(
            span
            for match in re.finditer(re.escape(form), text)
            if (span := doc.char_span(*match.span(), label=label)) is not None
            and all(span.start >= other.end or span.end <= other.start for other in spans)
        )
        spans.append(span)
        weights[span.start, span.end] = float(weight[0]) if weight else 0.9
    doc.set_ents(spans)
    set_confidences(doc, weights)
    return doc


def mentions(doc: Doc) -> list[tuple[str, str]]:
    return [(span.text, span.label_) for span in EntityConsistency()(doc).ents]


def group(doc: Doc) -> tuple[ExtractedEntity, ...]:
    nlp = Language(doc.vocab)
    return entities(nlp.add_pipe("kg_entities")(EntityConsistency()(doc)))


def test_every_occurrence_of_a_found_form_is_a_mention() -> None:
    doc = annotate("CLIP is good. We use CLIP and CLIP.", ("CLIP", "Model"))
    assert mentions(doc) == [("CLIP", "Model")] * 3


def test_an_occurrence_inside_a_longer_mention_stays_there() -> None:
    doc = annotate("GPT-4 Turbo beats GPT-4.", ("GPT-4 Turbo", "Model"), ("GPT-4", "Model"))
    assert mentions(doc) == [("GPT-4 Turbo", "Model"), ("GPT-4", "Model")]


def test_a_part_of_a_hyphenated_name_is_no_occurrence() -> None:
    doc = annotate("On ImageNet and on ImageNet-C it works.", ("ImageNet", "Dataset"))
    assert mentions(doc) == [("ImageNet", "Dataset")]


def test_a_hyphenated_modifier_is_an_occurrence() -> None:
    doc = annotate("CLIP is good. A CLIP-based model too.", ("CLIP", "Model"))
    assert mentions(doc) == [("CLIP", "Model")] * 2


def test_an_abbreviation_takes_the_type_of_its_long_form() -> None:
    doc = annotate(
        "We propose Nearest Neighbor Normalization (NNN). NNN works.",
        ("Nearest Neighbor Normalization", "Technique"),
        ("NNN", "Model"),
    )
    assert {label for _, label in mentions(doc)} == {"Technique"}
    assert len(doc.ents) == 3


def test_the_long_form_of_a_found_abbreviation_is_a_mention() -> None:
    doc = annotate("We propose Nearest Neighbor Normalization (NNN).", ("NNN", "Technique"))
    assert mentions(doc) == [
        ("Nearest Neighbor Normalization", "Technique"),
        ("NNN", "Technique"),
    ]


def test_one_form_has_one_type_the_surest() -> None:
    doc = annotate(
        "Dropout helps. Dropout hurts.", ("Dropout", "Technique", 0.9), ("Dropout", "Model", 0.4)
    )
    assert mentions(doc) == [("Dropout", "Technique")] * 2


def test_nothing_in_an_address_is_a_mention() -> None:
    doc = annotate("CLIP: see https://x.org/CLIP here", ("CLIP", "Model"))
    assert mentions(doc) == [("CLIP", "Model")]


def test_every_mention_has_a_confidence() -> None:
    doc = annotate("CLIP is good. We use CLIP.", ("CLIP", "Model", 0.7))
    EntityConsistency()(doc)
    assert list(confidences(doc).values()) == [0.7, 0.7]


def test_long_form_and_abbreviation_are_one_entity_under_the_full_name() -> None:
    (entity,) = group(
        annotate("Large language models (LLMs) are big. One LLM is.",
                 ("Large language models", "Technique"), ("LLM", "Technique"))
    )  # fmt: skip
    assert entity.name == "large language model"
    assert [mention.form for mention in entity.mentions] == [
        "Large language models",
        "LLMs",
        "LLM",
    ]


def test_case_plural_and_hyphens_make_no_other_entity() -> None:
    (entity,) = group(
        annotate("Fine tuning helps, and fine-tuning pays.",
                 ("Fine tuning", "Technique"), ("fine-tuning", "Technique"))
    )  # fmt: skip
    assert len(entity.mentions) == 2


def test_names_that_differ_in_a_number_are_two_entities() -> None:
    found = group(annotate("GPT-3 and GPT-4", ("GPT-3", "Model"), ("GPT-4", "Model")))
    assert [(entity.id, entity.name) for entity in found] == [("e1", "GPT-3"), ("e2", "GPT-4")]


def test_a_proper_adjective_keeps_its_capital() -> None:
    (entity,) = group(annotate("We use Bayesian networks.", ("Bayesian networks", "Technique")))
    assert entity.name == "Bayesian network"


def test_a_form_folds_to_something() -> None:
    for form in ("-", "s", "$", "\\alpha", "É"):
        assert fold_form(form)


def test_a_plural_is_an_occurrence_of_the_singular() -> None:
    doc = annotate("A vision transformer works. Vision transformers scale.",
                   ("vision transformer", "Technique"))  # fmt: skip
    assert mentions(doc) == [
        ("vision transformer", "Technique"),
        ("Vision transformers", "Technique"),
    ]


def test_parts_of_a_long_form_give_way_to_the_whole() -> None:
    doc = annotate("We propose Data Debiasing with Datamodels (D3M).",
                   ("Data Debiasing", "Technique"), ("Datamodels", "Technique"))  # fmt: skip
    assert mentions(doc) == [("Data Debiasing with Datamodels", "Technique"), ("D3M", "Technique")]


def test_a_long_form_keeps_the_words_that_the_recogniser_saw_before_it() -> None:
    doc = annotate("We use deep reinforcement learning (RL).",
                   ("deep reinforcement learning", "Technique"))  # fmt: skip
    assert mentions(doc) == [("deep reinforcement learning", "Technique"), ("RL", "Technique")]
