"""Linking: abstracts, entities and what comes with them become one graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kg.identity import abstract_id, document_id, hash_values, person_id
from kg.link.abstract_links import link_abstracts
from kg.link.evidence import find_sentence, find_value_span
from kg.link.labels import label_abstract
from kg.link.statements import (
    Stated,
    find_repository_id,
    state_metadata,
    state_relations,
    state_roles,
)
from kg.link.structure import find_communities, measure_importance
from kg.network import build_network
from kg.records import (
    Abstract,
    Document,
    Entity,
    Evidence,
    Extraction,
    Linkage,
    Person,
    ReportedResult,
    Repository,
    Resolution,
    Span,
    Statement,
)

__all__ = ["link"]


def link(
    abstracts: Iterable[Abstract],
    documents: Iterable[Document],
    extractions: Mapping[str, Extraction],
    resolution: Resolution,
    *,
    min_confidence: float = 0.0,
) -> Linkage:
    """Link abstracts to entities, to what their metadata names, and to each other.

    Args:
        abstracts: Distinct abstracts.
        documents: All documents that the abstracts' places name.
        extractions: By the abstracts' keys.
        resolution: Which entity each extracted entity is.
        min_confidence: Statements that are less sure are not made.
    """
    ordered = sorted(abstracts, key=lambda abstract: abstract.key)
    nodes_of = _nodes_by_extraction(resolution)
    labels: dict[str, str] = {}
    roles: list[Stated] = []
    others: list[Stated] = []
    results: dict[str, ReportedResult] = {}
    persons: dict[str, Person] = {}
    repositories: dict[str, Repository] = {}
    for abstract in ordered:
        extraction = extractions[abstract.key]
        nodes = nodes_of.get(abstract.key, {})
        labels[abstract_id(abstract.key)] = label_abstract(abstract, extraction, min_confidence)
        roles += state_roles(extraction, nodes, min_confidence)
        others += state_relations(extraction, nodes)
        others += state_metadata(abstract, extraction, resolution.organizations)
        results.update((r.id, r) for r in _report_results(extraction, nodes))
        for name in abstract.authors:
            person = Person(person_id(name), name)
            persons[person.id] = min(persons.get(person.id, person), person, key=_person_name)
        for repository in _find_repositories(extraction):
            repositories.setdefault(repository.id, repository)

    years = {abstract_id(abstract.key): abstract.year for abstract in ordered}
    named = {entity.id for entity in resolution.entities if _has_own_name(entity)}
    others += link_abstracts(roles, years, named)
    others = [stated for stated in others if stated[0].confidence >= min_confidence]
    statements, evidence = _merge_statements(roles + others)
    network = build_network(
        _describe_nodes(labels, documents, resolution, persons, repositories), statements
    )
    importance = measure_importance(network)
    return Linkage(
        statements=statements,
        evidence=evidence,
        results=tuple(results[id] for id in sorted(results)),
        persons=tuple(persons[id] for id in sorted(persons)),
        repositories=tuple(repositories[id] for id in sorted(repositories)),
        labels=labels,
        importance=importance,
        communities=find_communities(network, importance),
    )


def _nodes_by_extraction(resolution: Resolution) -> Mapping[str, Mapping[str, str]]:
    nodes: dict[str, dict[str, str]] = defaultdict(dict)
    for (key, entity), node in resolution.nodes.items():
        nodes[key][entity] = node
    return nodes


def _has_own_name(entity: Entity) -> bool:
    """Whether it is called by a name, which has a capital or a digit, or by common words."""
    return entity.name != entity.name.lower() or any(map(str.isdigit, entity.name))


def _merge_statements(
    stated: Iterable[Stated],
) -> tuple[tuple[Statement, ...], tuple[Evidence, ...]]:
    """One statement for each id, as sure as its surest evidence."""
    statements: dict[str, Statement] = {}
    evidence: set[Evidence] = set()
    for statement, items in stated:
        known = statements.get(statement.id)
        if known is None or known.confidence < statement.confidence:
            statements[statement.id] = statement
        evidence.update(items)
    return (
        tuple(statements[id] for id in sorted(statements)),
        tuple(sorted(evidence, key=_rank_evidence)),
    )


def _rank_evidence(item: Evidence) -> tuple[str, str, Span, str, Span, float]:
    nowhere = Span(-1, -1)
    span, sentence = item.span or nowhere, item.sentence or nowhere
    return item.statement, item.abstract, span, item.entity or "", sentence, item.confidence


def _report_results(extraction: Extraction, nodes: Mapping[str, str]) -> Iterator[ReportedResult]:
    abstract = abstract_id(extraction.key)
    for result in extraction.results:
        of = nodes.get(result.of)
        if of is None:
            continue
        on = nodes.get(result.on) if result.on else None
        metric = nodes.get(result.metric) if result.metric else None
        span = find_value_span(extraction, result.value, result.evidence)
        sentence = result.evidence or (
            find_sentence(extraction.sentences, span.start) if span else None
        )
        yield ReportedResult(
            id=f"result/{hash_values(abstract, of, on, metric, result.value, span)}",
            abstract=abstract,
            of=of,
            value=result.value,
            on=on,
            metric=metric,
            number=result.number,
            unit=result.unit,
            confidence=result.confidence,
            span=span,
            sentence=sentence,
        )


def _person_name(person: Person) -> str:
    return person.name


def _find_repositories(extraction: Extraction) -> Iterator[Repository]:
    for hyperlink in extraction.hyperlinks:
        id = find_repository_id(hyperlink)
        if id is not None and hyperlink.owner and hyperlink.name:
            yield Repository(
                id,
                hyperlink.host,
                hyperlink.owner,
                hyperlink.name,
                f"https://{hyperlink.host}/{hyperlink.owner}/{hyperlink.name}",
            )


def _describe_nodes(
    labels: Mapping[str, str],
    documents: Iterable[Document],
    resolution: Resolution,
    persons: Mapping[str, Person],
    repositories: Mapping[str, Repository],
) -> dict[str, dict[str, Any]]:
    nodes: dict[str, dict[str, Any]] = {}
    nodes.update((id, {"kind": "abstract", "label": label}) for id, label in labels.items())
    nodes.update(
        (document_id(document), {"kind": "document", "label": document.path})
        for document in documents
    )
    nodes.update(
        (entity.id, {"kind": "entity", "label": entity.name, "type": entity.type})
        for entity in resolution.entities
    )
    nodes.update((id, {"kind": "person", "label": p.name}) for id, p in persons.items())
    nodes.update(
        (id, {"kind": "repository", "label": f"{r.owner}/{r.name}"})
        for id, r in repositories.items()
    )
    return nodes
