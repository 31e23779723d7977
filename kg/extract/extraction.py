"""From abstracts to extractions: the pipeline run over texts, its annotations as records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.annotations import entities, hyperlinks, relations, results, text_span
from kg.records import Extraction

DEFAULT_BATCH_SIZE = 64


class KeyedText(Protocol):
    """A text with a key: an `Abstract`, or an `Extraction` that is to be made again."""

    @property
    def key(self) -> str:
        """What the extraction is to be called."""

    @property
    def text(self) -> str:
        """What is read."""


def extract(
    abstracts: Iterable[KeyedText], nlp: Language, *, batch_size: int = DEFAULT_BATCH_SIZE
) -> Iterator[Extraction]:
    """Read what abstracts say, in the order in which they come.

    Args:
        abstracts: They are taken as they are needed, some batches ahead.
        nlp: A pipeline of `load_pipeline`, or any with `kg_entities`.
        batch_size: How many texts go through the pipeline together. It changes the speed, not
            what is read.
    """
    pairs = ((abstract.text, abstract.key) for abstract in abstracts)
    for doc, key in nlp.pipe(pairs, as_tuples=True, batch_size=batch_size):
        yield extraction_from_doc(doc, key)


def extraction_from_doc(doc: Doc, key: str) -> Extraction:
    """What the components found in `doc`, as the extraction of the abstract `key`."""
    sentences = [text_span(sentence) for sentence in doc.sents] if len(doc) else []
    return Extraction(
        key=key,
        text=doc.text,
        sentences=tuple(span for span in sentences if span is not None),
        entities=entities(doc),
        relations=relations(doc),
        results=results(doc),
        hyperlinks=hyperlinks(doc),
    )
