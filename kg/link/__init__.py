"""Linking: abstracts, entities and what comes with them become one graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from kg.identity import abstract_id, hash_values, person_id
from kg.link.abstract_links import RolesOfAbstract, link_abstracts
from kg.link.evidence import find_sentence, find_value_span
from kg.link.labels import label_abstract
from kg.link.merging import Statements
from kg.link.statements import (
    find_repository_id,
    state_metadata,
    state_relations,
    state_roles,
)
from kg.link.structure import build_structure, find_communities, measure_importance
from kg.records import (
    Abstract,
    Entity,
    Extraction,
    Linkage,
    Person,
    ReportedResult,
    Repository,
    Resolution,
)

__all__ = ["link"]


def link(
    abstracts: Iterable[Abstract],
    extractions: Mapping[str, Extraction],
    resolution: Resolution,
    *,
    min_confidence: float = 0.0,
) -> Linkage:
    """Link abstracts to entities, to what their metadata names, and to each other.

    Args:
        abstracts: Distinct abstracts.
        extractions: By the abstracts' keys.
        resolution: Which entity each extracted entity is.
        min_confidence: Statements that are less sure are not made.
    """
    ordered = sorted(abstracts, key=lambda abstract: abstract.key)
    nodes_of = _nodes_by_extraction(resolution)
    names = {entity.id: entity.name for entity in resolution.entities}
    labels: dict[str, str] = {}
    roles: dict[str, RolesOfAbstract] = {}
    collected = Statements(min_confidence)
    results: dict[str, ReportedResult] = {}
    persons: dict[str, Person] = {}
    repositories: dict[str, Repository] = {}
    for abstract in ordered:
        extraction = extractions[abstract.key]
        nodes = nodes_of.get(abstract.key, {})
        id = abstract_id(abstract.key)
        labels[id] = label_abstract(abstract, extraction, min_confidence)
        roles[id] = {
            stated[0].object: stated for stated in state_roles(extraction, nodes, min_confidence)
        }
        collected.add(roles[id].values())
        collected.add(state_relations(extraction, nodes))
        collected.add(state_metadata(abstract, extraction, resolution.organizations))
        results.update((r.id, r) for r in _report_results(extraction, nodes))
        for name in abstract.authors:
            person = Person(person_id(name), name)
            persons[person.id] = min(persons.get(person.id, person), person, key=_person_name)
        for repository in _find_repositories(extraction):
            repositories.setdefault(repository.id, repository)

    years = {abstract_id(abstract.key): abstract.year for abstract in ordered}
    named = {entity.id for entity in resolution.entities if _has_own_name(entity)}
    collected.add(link_abstracts(roles, years, named))
    statements = collected.list_statements()
    structure = build_structure([*labels, *names], statements)
    importance = measure_importance(structure)
    return Linkage(
        statements=statements,
        evidence=collected.list_evidence(),
        results=tuple(results[id] for id in sorted(results)),
        persons=tuple(persons[id] for id in sorted(persons)),
        repositories=tuple(repositories[id] for id in sorted(repositories)),
        labels=labels,
        importance=importance,
        communities=find_communities(structure, labels | names, importance),
    )


def _nodes_by_extraction(resolution: Resolution) -> Mapping[str, Mapping[str, str]]:
    nodes: dict[str, dict[str, str]] = defaultdict(dict)
    for (key, entity), node in resolution.nodes.items():
        nodes[key][entity] = node
    return nodes


def _has_own_name(entity: Entity) -> bool:
    """Whether it is called by a name, which has a capital or a digit, or by common words."""
    return entity.name != entity.name.lower() or any(map(str.isdigit, entity.name))


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
