"""The shipped pipeline put together around a trained recogniser."""

from __future__ import annotations

from spacy.language import Language

import kg.extract  # noqa: F401  (registers the components)

# Sentences come before the recogniser, which then never takes a mention across two of them.
RECOGNISER = "ner"
BEFORE_RECOGNISER = ("kg_sentences",)
AFTER_RECOGNISER = ("kg_links", "kg_abbreviations", "kg_spans", "kg_consistency", "kg_entities")


def assemble_pipeline(nlp: Language) -> Language:
    """Add the components of `kg.extract` up to entities, `kg_spans` untrained.

    Args:
        nlp: A pipeline with `tok2vec` and `ner`; it is changed and returned.
    """
    for name in reversed(BEFORE_RECOGNISER):
        nlp.add_pipe(name, first=True)
    for name in AFTER_RECOGNISER:
        nlp.add_pipe(name)
    # `kg_spans` asks it for probabilities; the one reading that it would give is not needed.
    nlp.disable_pipe(RECOGNISER)
    return nlp
