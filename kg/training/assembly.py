"""The shipped pipeline put together around a trained recogniser."""

from __future__ import annotations

from typing import Any

from spacy.language import Language

import kg.extract  # noqa: F401  (registers the components)

# Sentences come before the recogniser, which then never takes a mention across two of them.
BEFORE_RECOGNISER = ("kg_sentences",)
# A component, with its settings. Below that confidence, an entity is wrong more often than not.
AFTER_RECOGNISER: tuple[tuple[str, dict[str, Any]], ...] = (
    ("kg_confidence", {}),
    ("kg_links", {}),
    ("kg_abbreviations", {}),
    ("kg_consistency", {"least_confidence": 0.5}),
    ("kg_entities", {}),
)


def assemble_pipeline(nlp: Language) -> Language:
    """Add the components of `kg.extract` that need no training of their own.

    Args:
        nlp: A pipeline with `tok2vec` and `ner`; it is changed and returned.
    """
    for name in reversed(BEFORE_RECOGNISER):
        nlp.add_pipe(name, first=True)
    for name, settings in AFTER_RECOGNISER:
        nlp.add_pipe(name, config=settings)
    return nlp
