"""The shipped pipeline made from a corpus, whole and repeatable."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TextIO

import spacy
from spacy.language import Language

from kg.errors import ModelError
from kg.evaluation import Figure, pair_extractions, score
from kg.extract import extract
from kg.extract.spans import THRESHOLD, SpanChooser, set_spans
from kg.extract.spans import WEIGHTS as SPANS
from kg.records import ENTITY_TYPES, Extraction
from kg.training.assembly import assemble_pipeline
from kg.training.classifiers import train_classifiers
from kg.training.corpus import read_corpus
from kg.training.held_out import HeldOut, read_held_out
from kg.training.recogniser import RecogniserTraining
from kg.training.spans import train_spans
from kg.training.vectors import train_vectors

NAME = "kg_abstracts"
SPACY = ">=3.8.7,<3.9"
_FILES = ("train.jsonl", "dev.jsonl")
_UNANNOTATED = "abstracts.jsonl.gz"


def train_pipeline(
    corpus: Path,
    output: Path,
    *,
    vectors: Path | None = None,
    silver: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    log: TextIO = sys.stderr,
) -> Language:
    """Train a pipeline and write it.

    The same files and versions of the packages give the same pipeline.

    Args:
        corpus: Folder with `train.jsonl`, `dev.jsonl` (to stop on) and, where `vectors` is
            absent, `abstracts.jsonl.gz` to train them on.
        output: Folder that the pipeline is written to.
        vectors: A folder that `train_vectors` wrote.
        silver: Abstracts labelled by a pipeline, in the format of `train.jsonl`, as `kg extract`
            writes them: the recogniser learns from them first.
        overrides: Settings of `recogniser.cfg` to change, by their dotted names.
        log: Where the progress is written.

    Returns:
        The trained pipeline, with its figures on `dev.jsonl` in `meta["performance"]`.

    Raises:
        ModelError: A file of the corpus is missing, or floret is not installed.
        ExtractionsError: A file of the corpus is not in its format.
    """
    train_path, dev_path = (corpus / name for name in _FILES)
    unannotated = corpus / _UNANNOTATED
    needed = [train_path, dev_path, *([] if vectors else [unannotated])]
    for path in [*needed, *([silver] if silver else [])]:
        if not path.is_file():
            raise ModelError(f"{path}: there is no such file, which training needs")
    gold, dev = read_corpus(train_path), read_corpus(dev_path)
    with tempfile.TemporaryDirectory() as folder:
        if vectors is None:
            vectors = train_vectors([unannotated, train_path], Path(folder, "vectors"))
        paths = {"train": train_path, "dev": dev_path, "vectors": vectors}
        training = RecogniserTraining(
            Path(folder),
            {**paths, "silver": silver} if silver else paths,
            overrides=overrides or {},
            log=log,
        )
        nlp = assemble_pipeline(training.train())
        held_out = read_held_out(training, gold)
    complete_pipeline(nlp, held_out, gold)
    _describe(nlp, measure(nlp, dev))
    write_pipeline(nlp, output)
    return nlp


def complete_pipeline(
    nlp: Language, held_out: Sequence[HeldOut], gold: Sequence[Extraction]
) -> None:
    """Train what comes after the recogniser.

    Args:
        nlp: A pipeline of `assemble_pipeline`; it is changed.
        held_out: The abstracts as recognisers see them that were not trained on them.
        gold: The same abstracts, annotated.
    """
    chooser = nlp.get_pipe("kg_spans")
    assert isinstance(chooser, SpanChooser)
    classifier, threshold, likely = train_spans(held_out, gold)
    chooser.classifiers, chooser.settings = {SPANS: classifier}, {THRESHOLD: threshold}
    for (doc, spans), part in zip(held_out, likely, strict=True):
        set_spans(doc, spans, part, threshold)
        for name in ("kg_consistency", "kg_entities"):
            nlp.get_pipe(name)(doc)
    train_classifiers(
        [(doc, extraction) for (doc, _), extraction in zip(held_out, gold, strict=True)], nlp
    )


def write_pipeline(nlp: Language, output: Path) -> None:
    """Write a pipeline without the words that it has met, which no component needs.

    spaCy remembers every string of the texts that a pipeline was trained on. They are not the
    project's to pass on, and would make 25,000 of them part of the package.
    """
    nlp.to_disk(output)
    strings = spacy.blank(str(nlp.lang)).vocab.strings
    for kind in ENTITY_TYPES:
        strings.add(kind)
    strings.to_disk(output / "vocab" / "strings.json")


def measure(nlp: Language, gold: Sequence[Extraction]) -> dict[str, Any]:
    """Figures of a whole pipeline on annotated abstracts, as `kg evaluate` gives them.

    Returns:
        Precision, recall and F1 of mentions (exact boundaries and type) over all and by type,
        under the names that spaCy gives them, and the F1 of each other measure.
    """
    scores = score(pair_extractions(gold, extract(gold, nlp)))
    mentions = _round(scores.total["mentions"])
    return {
        **{f"ents_{name}": value for name, value in mentions.items()},
        "ents_per_type": {kind: _round(figure) for kind, figure in scores.types.items()},
        **{name: round(figure.f1, 4) for name, figure in scores.total.items()},
    }


def _round(figure: Figure) -> dict[str, float]:
    named = (("p", figure.precision), ("r", figure.recall), ("f", figure.f1))
    return {name: round(value, 4) for name, value in named}


def _describe(nlp: Language, figures: dict[str, Any]) -> None:
    try:
        release = version("kg-abstracts")
    except PackageNotFoundError:
        release = "0.0.0"
    nlp.meta.update(
        name=NAME,
        version=release,
        description="Entities, roles, relations and results in abstracts of machine learning",
        author="",
        license="MIT",
        spacy_version=SPACY,
        performance=figures,
    )
    # Where the corpus lay says nothing to anybody who uses the pipeline.
    config = nlp.config.copy()
    config["paths"] = dict.fromkeys(config["paths"])
    nlp.config = config
