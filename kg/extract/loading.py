"""The shipped pipeline, and what tells one version of it from another."""

from __future__ import annotations

import hashlib
from pathlib import Path

import spacy
import srsly
from spacy.language import Language

from kg.errors import ModelError

SHIPPED = Path(__file__).parent.parent / "model" / "pipeline"
REQUIRED = ("ner", "kg_entities")


def find_pipeline(path: Path | None = None) -> Path:
    """The folder of a trained pipeline.

    Args:
        path: The folder; the one that ships with the package where it is absent.

    Raises:
        ModelError: No pipeline is there.
    """
    folder = SHIPPED if path is None else path
    if not (folder / "config.cfg").is_file() or not (folder / "meta.json").is_file():
        hint = "; reinstall kg-abstracts" if path is None else "; give the folder of config.cfg"
        raise ModelError(f"{folder}: no trained pipeline is there{hint}")
    return folder


def load_pipeline(path: Path | None = None) -> Language:
    """Load a trained pipeline.

    Args:
        path: Its folder; the one that ships with the package where it is absent.

    Raises:
        ModelError: There is none, or it was made by another version of spaCy or of `kg`.
    """
    folder = find_pipeline(path)
    try:
        nlp = spacy.load(folder)
    except Exception as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelError(
            f"{folder}: the pipeline cannot be loaded by spaCy {spacy.about.__version__}"
            f" ({reason}); train it again or reinstall kg-abstracts"
        ) from None
    missing = [name for name in REQUIRED if name not in nlp.component_names]
    if missing:
        raise ModelError(f"{folder}: the pipeline has no {' and no '.join(missing)}")
    return nlp


def fingerprint(path: Path | None = None) -> str:
    """Name, version and a hash of the files of a trained pipeline: weights, rules, settings.

    Two pipelines with the same fingerprint give the same output on one machine.

    Args:
        path: Its folder; the one that ships with the package where it is absent.

    Raises:
        ModelError: There is none.
    """
    folder = find_pipeline(path)
    digest = hashlib.sha256()
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(folder).as_posix()}\n{len(content)}\n".encode())
        digest.update(content)
    meta = srsly.read_json(folder / "meta.json")
    return f"{meta['name']}-{meta['version']}-{digest.hexdigest()[:12]}"
