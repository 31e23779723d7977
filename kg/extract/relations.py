"""`kg_relations`: the relations that the text states between its entities.

A trained classifier scores each pair of entities whose mentions stand near each other
(`kg.extract.relation_features`) for each predicate and direction that their types allow.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.annotations import entities, set_relations
from kg.extract.classifier import Classifier, Floats, softmax
from kg.extract.layout import lay_out, sentence_span
from kg.extract.relation_features import Pairs, find_pairs, relation_features
from kg.extract.storage import Trained
from kg.records import RELATION_PREDICATES, ROLES, ExtractedEntity, Relation

WEIGHTS = "relations"
THRESHOLD = "threshold"
CLASSES = 2 * len(RELATION_PREDICATES) + 1
_NONE = CLASSES - 1
_INTRODUCES = ROLES.index("introduces")


@Language.factory("kg_relations", requires=["doc._.kg_entities"], assigns=["doc._.kg_relations"])
def create_relations(nlp: Language, name: str) -> RelationClassifier:  # noqa: ARG001
    """The component, untrained: `kg.training.classifiers` trains it."""
    return RelationClassifier()


class RelationClassifier(Trained):
    """Leaves the relations of a `Doc` in `doc._.kg_relations`."""

    def __init__(self) -> None:
        super().__init__({WEIGHTS: Classifier.untrained(CLASSES)}, {THRESHOLD: 1.0})

    def __call__(self, doc: Doc) -> Doc:
        """Find the relations in `doc`."""
        found = entities(doc)
        if len(found) > 1:
            threshold = self.settings[THRESHOLD]
            set_relations(doc, find_relations(doc, found, self.classifiers[WEIGHTS], threshold))
        return doc


def find_relations(
    doc: Doc, found: Sequence[ExtractedEntity], classifier: Classifier, threshold: float
) -> list[Relation]:
    """The relations between entities, by subject, predicate and object.

    Args:
        doc: A text with sentences.
        found: The entities in it, with their roles.
        classifier: For `relation_features`; its classes are each predicate with the entity
            that stands first as subject, each with the other as subject, and none.
        threshold: The least probability of a relation. Trained on entities that were found, the
            classifier counts with those that are none.
    """
    layout = lay_out(doc, found)
    pairs = find_pairs(layout)
    if not len(pairs.first):
        return []
    likely = pair_probabilities(pairs, classifier.score(relation_features(layout, pairs)))
    best = likely[:, :_NONE].argmax(axis=1)
    confidence = likely[np.arange(len(best)), best]
    relations = []
    for pair in np.flatnonzero(confidence >= threshold).tolist():
        turned, predicate = divmod(int(best[pair]), len(RELATION_PREDICATES))
        first, second = int(pairs.first[pair]), int(pairs.second[pair])
        # What is said of "our method" stands where the other entity does.
        farther = layout.roles[second] == _INTRODUCES != layout.roles[first]
        mention = pairs.first_mention[pair] if farther else pairs.second_mention[pair]
        sentence = layout.sentence[mention]
        relations.append(
            Relation(
                subject=found[second if turned else first].id,
                predicate=RELATION_PREDICATES[predicate],
                object=found[first if turned else second].id,
                confidence=round(float(confidence[pair]), 3),
                evidence=sentence_span(layout, int(sentence)),
            )
        )
    place = {entity.id: number for number, entity in enumerate(found)}
    return sorted(relations, key=lambda r: (place[r.subject], r.predicate, place[r.object]))


def pair_probabilities(pairs: Pairs, scores: Floats) -> Floats:
    """Probabilities of the classes of each pair; nothing for what the types rule out."""
    none = np.ones((len(scores), 1), dtype=bool)
    allowed = np.concatenate([pairs.allowed, none], axis=1)
    return softmax(np.where(allowed, scores, np.float32(-1e9)))
