"""Annotated abstracts as spaCy training examples."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.util import filter_spans, registry

from kg.corpus_format import read_records
from kg.records import Extraction


def read_corpus(path: Path) -> list[Extraction]:
    """Read a file of annotated abstracts in the corpus format.

    Raises:
        ExtractionsError: A line of it is no record.
        OSError: It cannot be read.
    """
    with path.open(encoding="utf-8") as lines:
        return [extraction for _, extraction in read_records(lines, str(path))]


def annotate_doc(nlp: Language, extraction: Extraction) -> Doc:
    """The abstract as the tokenizer of `nlp` cuts it, with its mentions as entities.

    A mention whose boundaries are no token boundaries is left out.
    """
    doc = nlp.make_doc(extraction.text)
    spans: list[Span] = []
    for entity in extraction.entities:
        for mention in entity.mentions:
            span = doc.char_span(mention.start, mention.end, label=entity.type)
            if span is not None:
                spans.append(span)
    doc.set_ents(filter_spans(spans))
    return doc


@registry.readers("kg.AnnotatedAbstracts.v1")  # type: ignore[untyped-decorator]
def create_reader(
    path: Path, limit: int = 0, folds: int = 0, left_out: int = 0
) -> Callable[[Language], Iterator[Example]]:
    """The corpus reader of the training configuration.

    Args:
        path: A file in the corpus format.
        limit: How many abstracts to read from the start, 0 for all.
        folds: Into how many parts the abstracts are divided in turn, 0 for none.
        left_out: Number of the part that is left out.
    """

    def read_examples(nlp: Language) -> Iterator[Example]:
        extractions = read_corpus(Path(path))
        for number, extraction in enumerate(extractions[: limit or None]):
            if folds and number % folds == left_out:
                continue
            reference = annotate_doc(nlp, extraction)
            yield Example(nlp.make_doc(extraction.text), reference)

    return read_examples


def read_texts(lines: Iterable[str]) -> Iterator[str]:
    """The texts of abstracts without annotation, each with its title in front.

    Args:
        lines: JSON objects with `abstract` or `text`, and `title` where it is known.
    """
    for line in lines:
        record = json.loads(line)
        text = record.get("abstract") or record.get("text") or ""
        title = record.get("title")
        yield f"{title} . {text}" if title else text
