"""Makes small extractions, resolutions and tables for tests."""

from collections.abc import Sequence
from pathlib import Path

from kg.identity import slugify
from kg.link import link
from kg.records import (
    Abstract,
    Document,
    Entity,
    EntityType,
    ExtractedEntity,
    Extraction,
    Linkage,
    Mention,
    Place,
    Relation,
    Resolution,
    Role,
    Span,
)
from kg.tables import Tables, write_tables

DOCUMENT = Document("papers.txt", "0" * 64, "text")


def extract_by_hand(
    text: str,
    entities: Sequence[tuple[str, EntityType, Role]] = (),
    relations: Sequence[Relation] = (),
    key: str | None = None,
) -> Extraction:
    """An extraction in which each entity is mentioned where its name first stands.

    The whole text is one sentence; entities are `e1`, `e2`, … in the order given.
    """
    extracted = []
    sentence = Span(0, len(text)) if text else None
    for number, (name, type_, role) in enumerate(entities, 1):
        start = text.index(name)
        mention = Mention(start, start + len(name), name)
        extracted.append(
            ExtractedEntity(
                f"e{number}", type_, name, (mention,), role, 0.9, 0.8, role_evidence=sentence
            )
        )
    return Extraction(
        key=key or slugify(text)[-8:],
        text=text,
        sentences=(sentence,) if sentence else (),
        entities=tuple(extracted),
        relations=tuple(relations),
    )


def resolve_by_name(
    extractions: Sequence[Extraction], affiliations: Sequence[str] = ()
) -> Resolution:
    """A resolution in which equal names of a type are one entity."""
    entities: dict[str, Entity] = {}
    nodes: dict[tuple[str, str], str] = {}

    def find(type_: EntityType, name: str) -> str:
        id = f"{type_.lower()}/{slugify(name)}"
        entities[id] = Entity(id, type_, name)
        return id

    for extraction in extractions:
        for entity in extraction.entities:
            nodes[extraction.key, entity.id] = find(entity.type, entity.name)
    organizations = {name: find("Organization", name) for name in affiliations}
    return Resolution(tuple(entities[id] for id in sorted(entities)), nodes, organizations)


def stand_in(extraction: Extraction, line: int = 1, **metadata: object) -> Abstract:
    """The abstract of an extraction, at a line of `DOCUMENT`."""
    place = Place(DOCUMENT.path, DOCUMENT.sha256, line)
    return Abstract(extraction.key, extraction.text, (place,), **metadata)  # type: ignore[arg-type]


def link_by_hand(
    extractions: Sequence[Extraction],
    abstracts: Sequence[Abstract] | None = None,
    min_confidence: float = 0.0,
) -> Linkage:
    """Link extractions that are resolved by name."""
    if abstracts is None:
        abstracts = [stand_in(extraction) for extraction in extractions]
    affiliations = [name for abstract in abstracts for name in abstract.affiliations]
    return link(
        abstracts,
        {extraction.key: extraction for extraction in extractions},
        resolve_by_name(extractions, affiliations),
        min_confidence=min_confidence,
    )


def write_by_hand(
    folder: Path, extractions: Sequence[Extraction], abstracts: Sequence[Abstract] | None = None
) -> Tables:
    """Tables of extractions that are resolved by name."""
    if abstracts is None:
        abstracts = [stand_in(extraction) for extraction in extractions]
    abstracts = sorted(abstracts, key=lambda abstract: abstract.key)
    by_key = {extraction.key: extraction for extraction in extractions}
    affiliations = [name for abstract in abstracts for name in abstract.affiliations]
    resolution = resolve_by_name(extractions, affiliations)
    linkage = link(abstracts, by_key, resolution)
    write_tables(folder, abstracts, [DOCUMENT], by_key, resolution, linkage)
    return Tables(folder)
