"""The shipped pipeline made from a corpus, whole and repeatable."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TextIO

import spacy
from spacy.language import Language
from spacy.training import Example
from spacy.training.initialize import init_nlp
from spacy.training.loop import DIR_MODEL_BEST
from spacy.training.loop import train as train_loop
from spacy.util import load_config

from kg.errors import ModelError
from kg.extract.role_classifier import WEIGHTS as ROLES
from kg.extract.role_classifier import RoleClassifier, classify_roles
from kg.records import ENTITY_TYPES, Extraction
from kg.training import tokenizer  # noqa: F401  (registers its callback)
from kg.training.assembly import assemble_pipeline
from kg.training.classifiers import train_classifiers
from kg.training.corpus import annotate_doc, read_corpus
from kg.training.vectors import train_vectors

CONFIGURATION = Path(__file__).parent / "pipeline.cfg"
NAME = "kg_abstracts"
SPACY = ">=3.8.7,<3.9"
_FILES = ("train.jsonl", "dev.jsonl")
_UNANNOTATED = "abstracts.jsonl.gz"


def train_pipeline(
    corpus: Path,
    output: Path,
    *,
    vectors: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    log: TextIO = sys.stderr,
) -> Language:
    """Train a pipeline and write it.

    The same corpus, vectors and versions of the packages give the same pipeline.

    Args:
        corpus: Folder with `train.jsonl`, `dev.jsonl` (to stop on) and, where `vectors` is
            absent, `abstracts.jsonl.gz` to train them on.
        output: Folder that the pipeline is written to.
        vectors: A folder that `train_vectors` wrote.
        overrides: Settings of the configuration to change, by their dotted names.
        log: Where the progress is written.

    Returns:
        The trained pipeline, with its figures on `dev.jsonl` in `meta["performance"]`.

    Raises:
        ModelError: A file of the corpus is missing, or floret is not installed.
        ExtractionsError: A file of the corpus is not in its format.
    """
    train_path, dev_path = (corpus / name for name in _FILES)
    unannotated = corpus / _UNANNOTATED
    for path in (train_path, dev_path, *([unannotated] if vectors is None else [])):
        if not path.is_file():
            raise ModelError(f"{path}: the corpus has no such file")
    held_out = read_corpus(dev_path)
    with tempfile.TemporaryDirectory() as folder:
        if vectors is None:
            vectors = train_vectors([unannotated, train_path], Path(folder, "vectors"))
        paths = {"train": train_path, "dev": dev_path, "vectors": vectors}
        config = load_config(
            CONFIGURATION,
            overrides={
                **{f"paths.{name}": str(path) for name, path in paths.items()},
                **(overrides or {}),
            },
        )
        trained = Path(folder, "trained")
        trained.mkdir()
        train_loop(init_nlp(config), trained, stdout=log, stderr=log)
        nlp = spacy.load(trained / DIR_MODEL_BEST)
    train_classifiers(corpus, assemble_pipeline(nlp))
    _describe(nlp, measure(nlp, held_out))
    write_pipeline(nlp, output)
    return nlp


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


def measure(nlp: Language, gold: list[Extraction]) -> dict[str, Any]:
    """Figures of a whole pipeline on annotated abstracts.

    Returns:
        Precision, recall and F1 of mentions (exact boundaries and type), over all and by type,
        and how many of the annotated entities get the right role.
    """
    examples = [Example(nlp.make_doc(g.text), annotate_doc(nlp, g)) for g in gold]
    scores = nlp.evaluate(examples)
    figures: dict[str, Any] = {
        name: round(float(scores[name]), 4) for name in ("ents_p", "ents_r", "ents_f")
    }
    figures["ents_per_type"] = {
        kind: {name: round(float(value), 4) for name, value in values.items()}
        for kind, values in sorted(scores["ents_per_type"].items())
    }
    figures["roles_accuracy"] = round(_role_accuracy(nlp, gold), 4)
    return figures


def _role_accuracy(nlp: Language, gold: list[Extraction]) -> float:
    roles = nlp.get_pipe("kg_roles")
    assert isinstance(roles, RoleClassifier)
    right = total = 0
    for extraction in gold:
        doc = nlp.get_pipe("kg_sentences")(nlp.make_doc(extraction.text))
        if not extraction.entities:
            continue
        given = classify_roles(doc, extraction.entities, roles.classifiers[ROLES])
        total += len(given)
        right += sum(a.role == b.role for a, b in zip(given, extraction.entities, strict=True))
    return right / max(total, 1)


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
