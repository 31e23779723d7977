"""The stage as a whole: extractions in, entities out."""

from __future__ import annotations

from collections.abc import Iterable

from kg.records import Entity, Extraction, Resolution
from kg.resolve.amendment import Amendment
from kg.resolve.corrections import Corrections
from kg.resolve.groups import assign_ids, group_occurrences
from kg.resolve.identification import identify
from kg.resolve.lexicon import load_lexicon
from kg.resolve.occurrences import Forms, read_affiliations, read_extractions

_NO_CORRECTIONS = Corrections()


def resolve(
    extractions: Iterable[Extraction],
    *,
    affiliations: Iterable[str] = (),
    corrections: Corrections = _NO_CORRECTIONS,
) -> Resolution:
    """Find which entities of the extractions are the same thing.

    Case, plural, hyphen, Unicode and LaTeX variants, and long forms with their
    abbreviations, are one entity. Things that only share a short form stay apart, by type and
    by what the short form stands for. The names that entities have in the input are not read,
    only their mentions and types.

    Args:
        extractions: In any order, which makes no difference; each key once. They are gone
            through once, and none is kept.
        affiliations: As the metadata writes them. Each is an organisation, the same that
            abstracts mention by that name.
        corrections: The user's last word.

    Returns:
        The entities, and which of them each extracted entity and affiliation is. Corrections
        that could not be applied are in its `notes`.
    """
    forms = Forms()
    occurrences = [*read_extractions(extractions, forms), *read_affiliations(affiliations, forms)]
    things = identify(occurrences, forms, load_lexicon())
    groups = group_occurrences(occurrences, things, forms)
    notes: tuple[str, ...] = ()
    if corrections != _NO_CORRECTIONS:
        amendment = Amendment(groups)
        amendment.apply(corrections)
        groups, notes = amendment.groups, tuple(amendment.unmatched)
    entities = []
    nodes: dict[tuple[str, str], str] = {}
    organizations: dict[str, str] = {}
    for i, id in assign_ids(groups).items():
        group = groups[i]
        aliases = group.forms().keys() - {group.name}
        entities.append(Entity(id, group.type, group.name, tuple(sorted(aliases))))
        for occurrence in group.occurrences:
            if occurrence.extraction is None:
                organizations[occurrence.entity] = id
            else:
                nodes[occurrence.extraction, occurrence.entity] = id
    entities.sort(key=lambda entity: entity.id)
    return Resolution(tuple(entities), nodes, organizations, notes)
