"""What a picture calls an abstract."""

from __future__ import annotations

from kg.link.evidence import find_role_confidence
from kg.records import Abstract, EntityType, Extraction

LABEL_LENGTH = 60

_TELLING: tuple[EntityType, ...] = ("Model", "Dataset", "Software", "Technique", "Metric")
_NAMES_SHOWN = 2


def label_abstract(abstract: Abstract, extraction: Extraction, min_confidence: float = 0.0) -> str:
    """Its title; without one, what it introduces; without that, its first words."""
    if abstract.title and abstract.title.strip():
        return " ".join(abstract.title.split())
    introduced = sorted(
        (
            e
            for e in extraction.entities
            if e.role == "introduces"
            and e.type in _TELLING
            and find_role_confidence(e) >= min_confidence
        ),
        key=lambda e: (_TELLING.index(e.type), e.mentions[0]),
    )
    if introduced:
        return ", ".join(" ".join(e.name.split()) for e in introduced[:_NAMES_SHOWN])
    return _shorten(abstract.text)


def _shorten(text: str) -> str:
    words = " ".join(text[: 4 * LABEL_LENGTH].split())
    if len(words) <= LABEL_LENGTH:
        return words
    cut = words[:LABEL_LENGTH].rsplit(" ", 1)[0]
    return f"{cut}…"
