"""Abstracts made by pattern, annotated in full, small enough to be learned by heart."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import spacy
from spacy.language import Language

from kg.corpus_format import extraction_from_record
from kg.extract.annotations import set_entities
from kg.extract.extraction import extraction_from_doc
from kg.records import EntityType, ExtractedEntity, Extraction, Mention
from kg.training.classifiers import train_classifiers
from kg.training.fitting import Settings
from kg.training.tokenizer import adapt_tokenizer

QUICK = Settings(hidden=16, support=1, epochs=15, rate=0.01, dropout=0.1)
_NAMES = ("Alphanet", "Betanet", "Gammanet", "Deltanet", "Epsinet", "Zetanet", "Etanet")
_DATA = ("Wikinews", "Cityroads", "Birdsongs")
Named = tuple[str, EntityType, str]


def write_text(number: int) -> str:
    name, other, third = (_NAMES[(number + step) % len(_NAMES)] for step in (0, 1, 3))
    data = _DATA[number % len(_DATA)]
    return (
        f"Parsing is hard for {third}. We propose {name}, which is built on transformers. "
        f"It has 400 million weights and was made in 20{10 + number % 10}. "
        f"{name} outperforms {other} and {third} on {data}. "
        f"{name} reaches {50 + number}.{number % 10}% accuracy on {data}."
    )


def name_entities(number: int) -> list[Named]:
    name, other, third = (_NAMES[(number + step) % len(_NAMES)] for step in (0, 1, 3))
    return [
        ("Parsing", "Task", "addresses"),
        (third, "Model", "comparesWith"),
        (name, "Model", "introduces"),
        ("transformers", "Technique", "uses"),
        (other, "Model", "comparesWith"),
        (_DATA[number % len(_DATA)], "Dataset", "evaluatesOn"),
        ("accuracy", "Metric", "evaluatesOn"),
    ]


def write_record(number: int) -> dict[str, object]:
    text = write_text(number)
    return {
        "id": str(number),
        "text": text,
        "entities": [
            {"id": f"e{place}", "type": kind, "name": form, "role": role,
             "mentions": [[m.start, m.end, m.form] for m in find_mentions(text, form)]}
            for place, (form, kind, role) in enumerate(name_entities(number))
        ],
        "relations": [
            ["e2", "uses", "e3"],
            ["e2", "outperforms", "e4"],
            ["e2", "outperforms", "e1"],
            ["e2", "evaluatedOn", "e5"],
            ["e2", "measuredBy", "e6"],
        ],
        "results": [
            {"of": "e2", "on": "e5", "metric": "e6", "value": f"{50 + number}.{number % 10}%"}
        ],
    }  # fmt: skip


def find_mentions(text: str, form: str) -> tuple[Mention, ...]:
    """Every place where `form` stands."""
    starts = [at for at in range(len(text)) if text.startswith(form, at)]
    return tuple(Mention(at, at + len(form), form) for at in starts)


@cache
def trained() -> Language:
    """A pipeline with classifiers that know these abstracts, but those from number 40 on."""
    nlp = blank()
    read = []
    for number in range(40):
        gold = extraction_from_record(write_record(number))
        doc = nlp.get_pipe("kg_sentences")(nlp.make_doc(gold.text))
        set_entities(doc, list(gold.entities))
        read.append((doc, gold))
    train_classifiers(read, nlp, settings=QUICK)
    return nlp


def blank() -> Language:
    nlp = adapt_tokenizer(spacy.blank("en"))
    nlp.add_pipe("kg_sentences")
    return nlp


def read(text: str, entities: Sequence[ExtractedEntity], nlp: Language | None = None) -> Extraction:
    """What the trained components make of entities that are known."""
    nlp = nlp or trained()
    doc = nlp.get_pipe("kg_sentences")(nlp.make_doc(text))
    set_entities(doc, list(entities))
    for name in ("kg_roles", "kg_relations", "kg_results"):
        doc = nlp.get_pipe(name)(doc)
    return extraction_from_doc(doc, "x")


def entities_in(text: str, *named: tuple[str, EntityType]) -> list[ExtractedEntity]:
    """Entities by form and type, with the forms as ids."""
    return [
        ExtractedEntity(form, kind, form, find_mentions(text, form), "mentions")
        for form, kind in named
    ]


def entities_of(number: int) -> list[ExtractedEntity]:
    """The entities of an abstract made by pattern, without their roles."""
    return entities_in(
        write_text(number), *((form, kind) for form, kind, _ in name_entities(number))
    )
