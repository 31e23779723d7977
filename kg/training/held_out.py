"""What recognisers say of abstracts that they were not trained on.

On its own training abstracts a recogniser is surer and more often right than it will be. What is
to learn how far to trust it, and what to make of entities that are not quite right, must see
what it says elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

from kg.extract.marginals import Candidates
from kg.extract.spans import SpanChooser
from kg.records import Extraction
from kg.training.assembly import assemble_pipeline
from kg.training.recogniser import RecogniserTraining

PARTS = 3
"""So many recognisers are trained, each on all but one part of the abstracts."""

HeldOut = tuple[Doc, Candidates]


def read_held_out(training: RecogniserTraining, gold: Sequence[Extraction]) -> list[HeldOut]:
    """Each abstract with the candidates of a recogniser that was not trained on it.

    Args:
        training: Of the abstracts.
        gold: The abstracts, in the order of its file.

    Returns:
        Texts as `kg_spans` gets them, and its candidates.
    """
    read: dict[int, HeldOut] = {}
    for part in range(PARTS):
        nlp = assemble_pipeline(training.train(folds=PARTS, left_out=part))
        chooser = nlp.get_pipe("kg_spans")
        assert isinstance(chooser, SpanChooser)
        numbers = range(part, len(gold), PARTS)
        after = nlp.pipe_names[nlp.pipe_names.index("kg_spans") :]
        docs = nlp.pipe((gold[number].text for number in numbers), disable=after)
        for number, doc in zip(numbers, docs, strict=True):
            read[number] = doc, chooser.find_candidates(doc)
    return [read[number] for number in range(len(gold))]
