"""Statements that texts and metadata make: roles, relations, authors, places, repositories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kg.identity import (
    abstract_id,
    person_id,
    place_document_id,
    repository_id,
    statement_id,
)
from kg.link.evidence import (
    find_relation_span,
    find_role_confidence,
    find_role_mention,
    find_sentence,
)
from kg.records import (
    ROLES,
    Abstract,
    Evidence,
    ExtractedEntity,
    Extraction,
    Hyperlink,
    Span,
    Statement,
    StatementCategory,
)

Stated = tuple[Statement, tuple[Evidence, ...]]


def state_roles(
    extraction: Extraction, nodes: Mapping[str, str], min_confidence: float = 0.0
) -> Iterator[Stated]:
    """The role of each entity in an abstract, one an entity.

    Where several extracted entities are one thing, a role that says more than `mentions`
    goes first, then the surer one.

    Args:
        extraction: What was read from the abstract.
        nodes: From extracted entity id to entity id; those absent are passed over.
        min_confidence: Roles that are less sure are passed over.
    """
    chosen: dict[str, ExtractedEntity] = {}
    for entity in extraction.entities:
        node = nodes.get(entity.id)
        if node is not None and find_role_confidence(entity) >= min_confidence:
            chosen[node] = min(chosen.get(node, entity), entity, key=_rank_role)
    subject = abstract_id(extraction.key)
    for node, entity in chosen.items():
        mention = find_role_mention(entity)
        confidence = find_role_confidence(entity)
        statement = _make_statement(subject, entity.role, node, "role", confidence)
        yield (
            statement,
            (
                Evidence(
                    statement.id,
                    subject,
                    Span(mention.start, mention.end),
                    entity.role_evidence or find_sentence(extraction.sentences, mention.start),
                    confidence=confidence,
                ),
            ),
        )


def state_relations(extraction: Extraction, nodes: Mapping[str, str]) -> Iterator[Stated]:
    """The relations of an abstract, between entities; one to itself says nothing."""
    entities = {entity.id: entity for entity in extraction.entities}
    for relation in extraction.relations:
        subject, object_ = nodes.get(relation.subject), nodes.get(relation.object)
        if subject is None or object_ is None or subject == object_:
            continue
        span = find_relation_span(
            entities[relation.subject], entities[relation.object], relation.evidence
        )
        statement = _make_statement(
            subject, relation.predicate, object_, "relation", relation.confidence
        )
        yield (
            statement,
            (
                Evidence(
                    statement.id,
                    abstract_id(extraction.key),
                    span,
                    relation.evidence or find_sentence(extraction.sentences, span.start),
                    confidence=relation.confidence,
                ),
            ),
        )


def state_metadata(
    abstract: Abstract, extraction: Extraction, organizations: Mapping[str, str]
) -> Iterator[Stated]:
    """Documents, authors, affiliations and repositories of an abstract.

    Args:
        abstract: The abstract with its metadata.
        extraction: What was read from it.
        organizations: From affiliation to entity id; those absent are passed over.
    """
    subject = abstract_id(abstract.key)

    def state(predicate: str, objects: Iterable[str]) -> Iterator[Stated]:
        for object_ in dict.fromkeys(objects):
            statement = _make_statement(subject, predicate, object_, "metadata", 1.0)
            yield statement, (Evidence(statement.id, subject),)

    yield from state(
        "appearsIn", (place_document_id(p.document, p.sha256) for p in abstract.places)
    )
    yield from state("hasAuthor", map(person_id, abstract.authors))
    yield from state(
        "hasAffiliation",
        (organizations[name] for name in abstract.affiliations if name in organizations),
    )
    for link in extraction.hyperlinks:
        repository = find_repository_id(link)
        if repository is not None:
            statement = _make_statement(subject, "hasRepository", repository, "metadata", 1.0)
            yield (
                statement,
                (
                    Evidence(
                        statement.id,
                        subject,
                        Span(link.start, link.end),
                        find_sentence(extraction.sentences, link.start),
                    ),
                ),
            )


def find_repository_id(link: Hyperlink) -> str | None:
    """Node id of the repository that a hyperlink leads to, if it leads to one."""
    if link.kind != "repository" or link.owner is None or link.name is None:
        return None
    return repository_id(link.host, link.owner, link.name)


def _make_statement(
    subject: str, predicate: str, object: str, category: StatementCategory, confidence: float
) -> Statement:
    id = statement_id(subject, predicate, object)
    return Statement(id, subject, predicate, object, category, confidence)


def _rank_role(entity: ExtractedEntity) -> tuple[bool, float, int, str]:
    return (
        entity.role == "mentions",
        -entity.role_confidence,
        ROLES.index(entity.role),
        entity.id,
    )
