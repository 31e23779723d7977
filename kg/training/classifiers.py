"""The classifiers for types, roles, relations and results, trained and added to a pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.annotations import entities
from kg.extract.classifier import Classifier, Floats
from kg.extract.layout import lay_out
from kg.extract.relation_features import find_pairs, relation_features
from kg.extract.relations import THRESHOLD
from kg.extract.relations import WEIGHTS as RELATIONS
from kg.extract.result_features import choose_values, find_values, link_features, value_features
from kg.extract.results import LINK_CLASSES, LINK_THRESHOLD, LINKS, OF, VALUES
from kg.extract.role_classifier import WEIGHTS as ROLE_WEIGHTS
from kg.extract.role_features import join_mentions, role_features
from kg.extract.storage import Trained
from kg.extract.type_classifier import WEIGHTS as TYPE_WEIGHTS
from kg.records import ROLES, Extraction
from kg.training.fitting import Settings
from kg.training.folds import Case, Rows, fit_and_apply, fit_calibrated, make_rows
from kg.training.targets import Example, make_example, relation_targets, result_targets
from kg.training.thresholds import choose_threshold
from kg.training.types import SETTINGS as TYPE_SETTINGS
from kg.training.types import train_types

ROLE_SETTINGS = Settings(hidden=24, support=10, epochs=8, members=2)
RELATION_SETTINGS = Settings(hidden=32, support=10, epochs=5)
VALUE_SETTINGS = Settings(hidden=16, support=3, epochs=20, dropout=0.5, members=3)
LINK_SETTINGS = Settings(hidden=16, support=3, epochs=20, dropout=0.5, members=3)
_ROLE_NUMBERS = {role: number for number, role in enumerate(ROLES)}
_COMPONENTS = ("kg_types", "kg_roles", "kg_relations", "kg_results")


def train_classifiers(
    read: Sequence[tuple[Doc, Extraction]],
    pipeline: Language,
    *,
    settings: Settings | None = None,
) -> None:
    """Train the classifiers on annotated abstracts and add them to a pipeline.

    They take the place of what `pipeline` has under the names `kg_types`, `kg_roles`,
    `kg_relations` and `kg_results`. Thresholds and confidences are set by cross-validation on
    the same abstracts, in which the later classifiers see types and roles as the first give
    them to abstracts that they were not trained on. The same abstracts give the same weights.

    Args:
        read: The abstracts: texts with the entities that were found in them by what was not
            trained on them, and what is annotated.
        pipeline: It is changed.
        settings: In place of those of each classifier.
    """
    read = [(doc, gold) for doc, gold in read if gold.entities]
    annotated = [(doc, make_example(gold)) for doc, gold in read]
    cases = [(doc, make_example(gold, entities(doc))) for doc, gold in read]
    types, type_settings, typed = train_types(annotated, cases, settings or TYPE_SETTINGS)
    cases = [
        (doc, make_example(example.gold, tuple(found)))
        for (doc, example), found in zip(cases, typed, strict=True)
    ]
    roles, *likely = train_roles(annotated, cases, settings or ROLE_SETTINGS)
    annotated, cases = give_roles(annotated, likely[0]), give_roles(cases, likely[1])
    relations, relation_threshold = train_relations(cases, settings or RELATION_SETTINGS)
    # Of results there are so few that those of entities which are not found count too.
    results, result_settings = train_results(
        annotated, settings or VALUE_SETTINGS, settings or LINK_SETTINGS
    )
    trained: tuple[tuple[dict[str, Classifier], dict[str, float]], ...] = (
        ({TYPE_WEIGHTS: types}, type_settings),
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


def train_roles(
    annotated: Sequence[Case], found: Sequence[Case], settings: Settings
) -> tuple[Classifier, list[Floats], list[Floats]]:
    """Train the classifier of `kg.extract.role_classifier`.

    Args:
        annotated: Abstracts with the annotated entities, to learn from.
        found: The same ones with what was found.
        settings: How it is fitted.

    Returns:
        The classifier, and for each of the annotated and of the others the probabilities of the
        roles of its entities, from classifiers that were not trained on the abstract.
    """
    rows, others = ([_role_rows(*case) for case in cases] for cases in (annotated, found))
    return fit_and_apply(rows, others, settings)


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
    classifier, likely = fit_calibrated(rows, settings)
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
        values.append(
            make_rows(value_features(layout, found), np.eye(2, dtype=np.float32)[is_result])
        )
        results = np.flatnonzero(is_result)
        links.append(
            make_rows(
                link_features(layout, choose_values(found, results)),
                np.eye(LINK_CLASSES, dtype=np.float32)[roles[results].ravel()],
            )
        )
        chosen.append(is_result)
    value_classifier, likely_values = fit_calibrated(values, value_settings)
    link_classifier, likely_links = fit_calibrated(links, link_settings)
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
    return make_rows(features, targets)


def _relation_rows(doc: Doc, example: Example) -> Rows:
    layout = lay_out(doc, example.entities)
    pairs = find_pairs(layout)
    allowed = np.concatenate([pairs.allowed, np.ones((len(pairs.first), 1), bool)], axis=1)
    return Rows(relation_features(layout, pairs), relation_targets(example, pairs), allowed)
