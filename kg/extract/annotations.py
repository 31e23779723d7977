"""What the components leave on a `Doc`, behind typed access functions.

The values lie in extension attributes (`doc._.kg_links`, …) as plain lists, so that a `Doc`
can still be written to bytes and sent between processes.
"""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

from spacy.tokens import Doc, Span

from kg.abbreviations import Abbreviation
from kg.records import ExtractedEntity, Hyperlink, Mention, Relation, Result
from kg.records import Span as TextSpan

for _name in ("kg_links", "kg_abbreviations", "kg_entities", "kg_relations", "kg_results"):
    Doc.set_extension(_name, default=None, force=True)
for _name in ("kg_confidences", "kg_type_probabilities"):
    Doc.set_extension(_name, default=None, force=True)


def set_hyperlinks(doc: Doc, links: list[Hyperlink]) -> None:
    """Leave the addresses found in `doc`, in the order of the text."""
    doc._.kg_links = [list(astuple(link)) for link in links]


def hyperlinks(doc: Doc) -> tuple[Hyperlink, ...]:
    """The addresses that `kg_links` found; none where it did not run."""
    return tuple(Hyperlink(*values) for values in doc._.kg_links or ())


def set_abbreviations(doc: Doc, pairs: list[Abbreviation]) -> None:
    """Leave the pairs of long and short form found in `doc`."""
    doc._.kg_abbreviations = [list(astuple(pair)) for pair in pairs]


def abbreviations(doc: Doc) -> tuple[Abbreviation, ...]:
    """The pairs that `kg_abbreviations` found; none where it did not run."""
    return tuple(Abbreviation(*values) for values in doc._.kg_abbreviations or ())


def set_confidences(doc: Doc, values: dict[tuple[int, int], float]) -> None:
    """Leave how sure the recogniser is of each entity, by its first and last-plus-one token."""
    doc._.kg_confidences = [[start, end, value] for (start, end), value in values.items()]


def confidences(doc: Doc) -> dict[tuple[int, int], float]:
    """How sure the recogniser is of each entity; empty where `kg_spans` did not run."""
    return {(start, end): value for start, end, value in doc._.kg_confidences or ()}


def set_type_probabilities(doc: Doc, values: dict[tuple[int, int], list[float]]) -> None:
    """Leave how likely each entity is of each of `ENTITY_TYPES`, by its tokens as above."""
    doc._.kg_type_probabilities = [[start, end, value] for (start, end), value in values.items()]


def type_probabilities(doc: Doc) -> dict[tuple[int, int], list[float]]:
    """How likely the recogniser holds each type of its entities; empty without `kg_spans`."""
    return {(start, end): value for start, end, value in doc._.kg_type_probabilities or ()}


def set_entities(doc: Doc, entities: list[ExtractedEntity]) -> None:
    """Leave the entities of `doc`, in the order of their first mention."""
    doc._.kg_entities = [_pack(entity) for entity in entities]


def entities(doc: Doc) -> tuple[ExtractedEntity, ...]:
    """The entities that `kg_entities` made; none where it did not run."""
    return tuple(_unpack(values) for values in doc._.kg_entities or ())


def set_relations(doc: Doc, found: list[Relation]) -> None:
    """Leave the relations between the entities of `doc`."""
    doc._.kg_relations = [_pack_fields(item) for item in found]


def relations(doc: Doc) -> tuple[Relation, ...]:
    """The relations that `kg_relations` found; none where it did not run."""
    return tuple(
        Relation(**{**values, "evidence": _unpack_span(values["evidence"])})
        for values in doc._.kg_relations or ()
    )


def set_results(doc: Doc, found: list[Result]) -> None:
    """Leave the results that `doc` reports."""
    doc._.kg_results = [_pack_fields(item) for item in found]


def results(doc: Doc) -> tuple[Result, ...]:
    """The results that `kg_results` found; none where it did not run."""
    return tuple(
        Result(**{**values, "evidence": _unpack_span(values["evidence"])})
        for values in doc._.kg_results or ()
    )


def text_span(span: Span) -> TextSpan | None:
    """The characters of `span` without white space at its ends; None where nothing is left."""
    text = span.text
    start = span.start_char + len(text) - len(text.lstrip())
    end = span.start_char + len(text.rstrip())
    return TextSpan(start, end) if start < end else None


def _pack_fields(item: Relation | Result) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in item.__slots__}
    return {**values, "evidence": _pack_span(item.evidence)}


def _pack_span(span: TextSpan | None) -> list[int] | None:
    return None if span is None else [span.start, span.end]


def _unpack_span(values: list[int] | None) -> TextSpan | None:
    return None if values is None else TextSpan(*values)


def _pack(entity: ExtractedEntity) -> dict[str, Any]:
    return {
        "id": entity.id,
        "type": entity.type,
        "name": entity.name,
        "mentions": [[m.start, m.end, m.form] for m in entity.mentions],
        "role": entity.role,
        "confidence": entity.confidence,
        "role_confidence": entity.role_confidence,
        "role_evidence": _pack_span(entity.role_evidence),
    }


def _unpack(values: dict[str, Any]) -> ExtractedEntity:
    return ExtractedEntity(
        **{
            **values,
            "mentions": tuple(Mention(*m) for m in values["mentions"]),
            "role_evidence": _unpack_span(values["role_evidence"]),
        }
    )
