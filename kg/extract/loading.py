"""The shipped pipeline, and what tells one version of it from another."""

from __future__ import annotations

import hashlib
from pathlib import Path

import spacy
from spacy.language import Language

from kg.errors import ModelError

SHIPPED = Path(__file__).parent.parent / "model" / "pipeline"
REQUIRED = ("ner", "kg_entities")


def load_pipeline(path: Path | None = None) -> Language:
    """Load a trained pipeline.

    Args:
        path: Its folder; the one that ships with the package where it is absent.

    Raises:
        ModelError: There is none, or it was made by another version of spaCy or of `kg`.
    """
    folder = SHIPPED if path is None else path
    if not (folder / "config.cfg").is_file():
        hint = "; reinstall kg-abstracts" if path is None else "; give the folder of config.cfg"
        raise ModelError(f"{folder}: no trained pipeline is there{hint}")
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


def fingerprint(nlp: Language) -> str:
    """Name, version and a hash of the weights, rules and settings of `nlp`.

    Two pipelines with the same fingerprint give the same output on one machine.
    """
    digest = hashlib.sha256(nlp.config.to_str().encode())
    digest.update(nlp.vocab.vectors.to_bytes())
    for component in (nlp.tokenizer, *(component for _, component in nlp.components)):
        if hasattr(component, "to_bytes"):
            digest.update(component.to_bytes())
    return f"{nlp.meta['name']}-{nlp.meta['version']}-{digest.hexdigest()[:12]}"
