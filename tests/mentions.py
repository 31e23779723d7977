"""Makes extractions of which only mentions and types matter."""

from collections.abc import Sequence

from kg.records import Entity, EntityType, ExtractedEntity, Extraction, Mention, Resolution
from kg.resolve import Corrections, resolve

Named = tuple[EntityType, Sequence[str]]


def mention_in(key: str, text: str, *entities: Named) -> Extraction:
    """An extraction in which entity `e1`, `e2`, … are mentioned wherever their forms stand.

    The name of each entity is a bad one, since resolution is not to read it.
    """
    extracted = []
    for number, (type_, forms) in enumerate(entities, 1):
        mentions = sorted(
            Mention(start, start + len(form), form)
            for form in forms
            for start in range(len(text))
            if text.startswith(form, start)
        )
        assert {mention.form for mention in mentions} == set(forms)
        extracted.append(ExtractedEntity(f"e{number}", type_, "?", tuple(mentions), "mentions"))
    return Extraction(key, text, entities=tuple(extracted))


def mention(*entities: Named) -> list[Extraction]:
    """One extraction for each entity, named only by its forms."""
    return [
        mention_in(f"a{number}", f"we study {' or '.join(forms)}.", (type_, forms))
        for number, (type_, forms) in enumerate(entities)
    ]


def resolve_mentions(
    *entities: Named, corrections: Corrections = Corrections()
) -> tuple[Resolution, list[Entity | None]]:
    """Resolve entities of one abstract each; gives the entity that each became."""
    resolution = resolve(mention(*entities), corrections=corrections)
    return resolution, [find(resolution, f"a{n}") for n in range(len(entities))]


def find(resolution: Resolution, key: str, id: str = "e1") -> Entity | None:
    """The entity that an extracted entity became."""
    by_id = {entity.id: entity for entity in resolution.entities}
    node = resolution.nodes.get((key, id))
    return None if node is None else by_id[node]


def are_one(*entities: Named) -> bool:
    """Whether entities of one abstract each become one."""
    _, found = resolve_mentions(*entities)
    return len({entity.id for entity in found if entity is not None}) == 1
