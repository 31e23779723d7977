"""The pipeline run over annotated abstracts, to be compared with the annotation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import spacy

from kg.extract import extract, load_pipeline
from kg.observer import NOBODY, Observer
from kg.records import Extraction, Span


def predict(
    gold: Sequence[Extraction], *, model: Path | None = None, observer: Observer = NOBODY
) -> Iterator[Extraction]:
    """Extract from the texts of annotated abstracts, each under its key.

    Args:
        gold: The annotated abstracts, of which only text and key are read.
        model: Folder of a trained pipeline; the shipped one where it is absent.
        observer: Told of each abstract.

    Raises:
        ModelError: There is no such pipeline.
    """
    observer.begin("loading the pipeline")
    nlp = load_pipeline(model)
    observer.begin("extracting", len(gold))
    for extraction in extract(gold, nlp):
        yield extraction
        observer.advance()


def split_sentences(extractions: Iterable[Extraction]) -> Iterator[Extraction]:
    """The extractions, with sentences by rules where they have none."""
    nlp = spacy.blank("en")
    nlp.add_pipe("kg_sentences")
    for extraction in extractions:
        if extraction.sentences or not extraction.text:
            yield extraction
        else:
            doc = nlp(extraction.text)
            spans = (Span(sent.start_char, sent.end_char) for sent in doc.sents)
            yield replace(extraction, sentences=tuple(s for s in spans if s.start < s.end))
