"""The classifiers for types, roles, relations and results, trained and added to a pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.classifier import Classifier, Floats, softmax
from kg.extract.features import FeatureSet
from kg.extract.layout import lay_out
from kg.extract.relation_features import find_pairs, relation_features
from kg.extract.relations import THRESHOLD
from kg.extract.relations import WEIGHTS as RELATIONS
from kg.extract.result_features import choose_values, find_values, link_features, value_features
from kg.extract.results import LINK_CLASSES, LINK_THRESHOLD, LINKS, OF, VALUES
from kg.extract.role_classifier import WEIGHTS as ROLE_WEIGHTS
from kg.extract.role_features import join_mentions, role_features
from kg.extract.storage import Trained
from kg.extract.type_classifier import RECOGNISER_SAYS
from kg.extract.type_classifier import WEIGHTS as TYPE_WEIGHTS
from kg.extract.type_features import type_features
from kg.records import ENTITY_TYPES, ROLES
from kg.training.corpus import read_corpus
from kg.training.fitting import (
    Settings,
    apply_temperature,
    fit_classifier,
    fit_temperature,
    stack,
)
from kg.training.targets import Example, make_example, relation_targets, result_targets

FOLDS = 5
TYPE_SETTINGS = Settings(hidden=32, support=2, epochs=12)
# In nats. Of 0.5, 1, 1.5 and 2, the one with the best mentions.
RECOGNISER_AHEAD = 1.0
ROLE_SETTINGS = Settings(hidden=24, support=10, epochs=8, members=2)
RELATION_SETTINGS = Settings(hidden=32, support=10, epochs=5)
VALUE_SETTINGS = Settings(hidden=16, support=3, epochs=20, dropout=0.5, members=3)
LINK_SETTINGS = Settings(hidden=16, support=3, epochs=20, dropout=0.5, members=3)
_ROLE_NUMBERS = {role: number for number, role in enumerate(ROLES)}
_COMPONENTS = ("kg_types", "kg_roles", "kg_relations", "kg_results")
_TYPE_NUMBERS = {kind: number for number, kind in enumerate(ENTITY_TYPES)}

Case = tuple[Doc, Example]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What one abstract gives a classifier to learn.

    Attributes:
        features: Of its rows.
        targets: Rows x classes, 0 to 1.
        allowed: Rows x classes: those that take part.
    """

    features: FeatureSet
    targets: Floats
    allowed: NDArray[np.bool_]


def train_classifiers(
    corpus: Path, pipeline: Language, *, settings: Settings | None = None
) -> None:
    """Train the classifiers on annotated abstracts and add them to a pipeline.

    They take the place of what `pipeline` has under the names `kg_types`, `kg_roles`,
    `kg_relations` and `kg_results`. Thresholds and confidences are set by cross-validation on
    the same abstracts, in which the later classifiers see roles as the first gives them to
    abstracts that it was not trained on. The same corpus gives the same weights.

    Args:
        corpus: Folder with `train.jsonl`.
        pipeline: Its tokenizer and `kg_sentences` are used; it is changed.
        settings: In place of those of each classifier.

    Raises:
        ExtractionsError: The file is not in the corpus format.
        OSError: It cannot be read.
    """
    cases = [
        (pipeline.get_pipe("kg_sentences")(pipeline.make_doc(gold.text)), make_example(gold))
        for gold in read_corpus(corpus / "train.jsonl")
        if gold.entities
    ]
    types = train_types(cases, settings or TYPE_SETTINGS)
    roles, likely = train_roles(cases, settings or ROLE_SETTINGS)
    cases = give_roles(cases, likely)
    relations, relation_threshold = train_relations(cases, settings or RELATION_SETTINGS)
    results, result_settings = train_results(
        cases, settings or VALUE_SETTINGS, settings or LINK_SETTINGS
    )
    trained: tuple[tuple[dict[str, Classifier], dict[str, float]], ...] = (
        ({TYPE_WEIGHTS: types}, {RECOGNISER_SAYS: RECOGNISER_AHEAD}),
        ({ROLE_WEIGHTS: roles}, {}),
        ({RELATIONS: relations}, {THRESHOLD: relation_threshold}),
        (results, result_settings),
    )
    for name, (classifiers, chosen) in zip(_COMPONENTS, trained, strict=True):
        if name in pipeline.pipe_names:
            pipeline.remove_pipe(name)
        component = pipeline.add_pipe(name)
        assert isinstance(component, Trained)
        component.classifiers, component.settings = classifiers, chosen


def train_types(cases: Sequence[Case], settings: Settings) -> Classifier:
    """Train the classifier of `kg.extract.type_classifier`."""
    rows = []
    for doc, example in cases:
        targets = np.zeros((len(example.entities), len(ENTITY_TYPES)), np.float32)
        for row, entity in enumerate(example.entities):
            targets[row, _TYPE_NUMBERS[entity.type]] = 1
        rows.append(_rows(type_features(doc, example.entities), targets))
    return _fit(rows, settings)


def train_roles(cases: Sequence[Case], settings: Settings) -> tuple[Classifier, list[Floats]]:
    """Train the classifier of `kg.extract.role_classifier`.

    Returns:
        It, and for each case the probabilities of the roles of its entities, from classifiers
        that were not trained on the case.
    """
    rows = [_role_rows(doc, example) for doc, example in cases]
    return _fit_with_folds(rows, settings)


def give_roles(cases: Sequence[Case], likely: Sequence[Floats]) -> list[Case]:
    """The cases with the likeliest role for each entity."""
    return [
        (doc, replace(example, entities=tuple(
            replace(entity, role=ROLES[role])
            for entity, role in zip(example.entities, scores.argmax(axis=1).tolist(), strict=True)
        )))
        for (doc, example), scores in zip(cases, likely, strict=True)
    ]  # fmt: skip


def train_relations(cases: Sequence[Case], settings: Settings) -> tuple[Classifier, float]:
    """Train the classifier of `kg.extract.relations`.

    Returns:
        It, and the probability from which a relation is to be stated: that with the best F1 in
        cross-validation.
    """
    rows = [_relation_rows(doc, example) for doc, example in cases]
    classifier, likely = _fit_with_folds(rows, settings)
    scores = np.concatenate([part[:, :-1].max(axis=1) for part in likely])
    right = np.concatenate(
        [
            part.targets[np.arange(len(found)), found[:, :-1].argmax(axis=1)] > 0
            for part, found in zip(rows, likely, strict=True)
        ]
    )
    total = sum(len(example.gold.relations) for _, example in cases)
    return classifier, choose_threshold(scores, right, total)


def train_results(
    cases: Sequence[Case], value_settings: Settings, link_settings: Settings
) -> tuple[dict[str, Classifier], dict[str, float]]:
    """Train the two classifiers of `kg.extract.results`.

    Returns:
        They, and their thresholds, which are those with the best F1 in cross-validation.
    """
    values, links, chosen = [], [], []
    for doc, example in cases:
        layout = lay_out(doc, example.entities)
        found = find_values(doc.text, layout)
        is_result, roles = result_targets(example, found)
        values.append(_rows(value_features(layout, found), np.eye(2, dtype=np.float32)[is_result]))
        results = np.flatnonzero(is_result)
        links.append(
            _rows(
                link_features(layout, choose_values(found, results)),
                np.eye(LINK_CLASSES, dtype=np.float32)[roles[results].ravel()],
            )
        )
        chosen.append(is_result)
    value_classifier, likely_values = _fit_with_folds(values, value_settings)
    link_classifier, likely_links = _fit_with_folds(links, link_settings)
    total = sum(len(example.gold.results) for _, example in cases)
    scores = np.concatenate([part[:, 1] for part in likely_values])
    right = np.concatenate(chosen).astype(bool)
    # A value counts as found only where its entity is, too.
    right[np.flatnonzero(right)] = np.concatenate(
        [
            _right_entities(part, found, len(example.entities))
            for part, found, (_, example) in zip(links, likely_links, cases, strict=True)
        ]
    )
    return (
        {VALUES: value_classifier, LINKS: link_classifier},
        {THRESHOLD: choose_threshold(scores, right, total), LINK_THRESHOLD: 0.4},
    )


def choose_threshold(scores: Floats, right: NDArray[np.bool_], total: int) -> float:
    """The least score that is to be taken for the best F1, to two places.

    Args:
        scores: Of all that may be taken.
        right: Whether each is right.
        total: How many right ones there are, with those that nothing offers.
    """
    grid = np.arange(0.05, 0.96, 0.01)
    best = [2 * right[scores >= t].sum() / max((scores >= t).sum() + total, 1) for t in grid]
    return round(float(grid[int(np.argmax(best))]), 2)


def _right_entities(rows: Rows, likely: Floats, entities: int) -> NDArray[np.bool_]:
    given = likely[:, OF].reshape(-1, entities).argmax(axis=1)
    truth = rows.targets[:, OF].reshape(-1, entities)
    right: NDArray[np.bool_] = truth[np.arange(len(given)), given] > 0
    return right


def _role_rows(doc: Doc, example: Example) -> Rows:
    layout = lay_out(doc, example.entities)
    features = join_mentions(role_features(layout, example.entities), layout)
    targets = np.zeros((features.count, len(ROLES)), np.float32)
    for entity in example.gold.entities:
        if entity.id in example.places:
            targets[example.places[entity.id], _ROLE_NUMBERS[entity.role]] = 1
    return _rows(features, targets)


def _relation_rows(doc: Doc, example: Example) -> Rows:
    layout = lay_out(doc, example.entities)
    pairs = find_pairs(layout)
    allowed = np.concatenate([pairs.allowed, np.ones((len(pairs.first), 1), bool)], axis=1)
    return Rows(relation_features(layout, pairs), relation_targets(example, pairs), allowed)


def _rows(features: FeatureSet, targets: Floats) -> Rows:
    return Rows(features, targets, np.ones(targets.shape, bool))


def _fit_with_folds(rows: Sequence[Rows], settings: Settings) -> tuple[Classifier, list[Floats]]:
    """A calibrated classifier of all rows, and the probabilities that folds give theirs."""
    scores: dict[int, Floats] = {}
    for fold in range(FOLDS):
        inside = [part for number, part in enumerate(rows) if number % FOLDS != fold]
        classifier = _fit(inside, settings)
        for number in range(fold, len(rows), FOLDS):
            part = rows[number]
            scores[number] = np.where(
                part.allowed, classifier.score(part.features), np.float32(-1e9)
            )
    held_out = [scores[number] for number in range(len(rows))]
    temperature = fit_temperature(
        np.concatenate(held_out), np.concatenate([part.targets for part in rows])
    )
    final = apply_temperature(_fit(rows, settings), temperature)
    return final, [softmax(part / np.float32(temperature)) for part in held_out]


def _fit(rows: Sequence[Rows], settings: Settings) -> Classifier:
    return fit_classifier(
        stack([part.features for part in rows]),
        np.concatenate([part.targets for part in rows]),
        np.concatenate([part.allowed for part in rows]),
        settings,
    )
