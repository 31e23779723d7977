"""`kg_abbreviations`: the pairs of long and short form of a text, left on its `Doc`."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from kg.abbreviations import find_abbreviations
from kg.extract.annotations import set_abbreviations


@Language.factory("kg_abbreviations", assigns=["doc._.kg_abbreviations"])
def create_abbreviations(nlp: Language, name: str) -> AbbreviationFinder:  # noqa: ARG001
    """The component, with no settings."""
    return AbbreviationFinder()


class AbbreviationFinder:
    """Leaves the pairs of long and short form of a `Doc` in `doc._.kg_abbreviations`."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the pairs of `doc` and leave them there."""
        set_abbreviations(doc, list(find_abbreviations(doc.text)))
        return doc
