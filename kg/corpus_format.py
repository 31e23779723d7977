"""Extractions as JSON Lines: the format in which abstracts are annotated, extracted and scored.

One object an abstract:

    {"id": "x1", "text": "…",
     "entities": [{"id": "e1", "type": "Model", "name": "CLIP", "role": "studies",
                   "mentions": [[12, 16, "CLIP"]]}],
     "relations": [["e1", "appliedTo", "e2"]],
     "results": [{"of": "e1", "on": "e3", "metric": null, "value": "28.8%"}]}

What the pipeline writes has more beside that: confidences, `sentence` as `[start, end]` of
the evidence, `relation_evidence` parallel to `relations`, `sentences`, `hyperlinks`, and
after resolution the `node` of each entity. All of that is optional in what is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from kg.errors import ExtractionsError
from kg.records import (
    ENTITY_TYPES,
    RELATION_PREDICATES,
    ROLES,
    ExtractedEntity,
    Extraction,
    Hyperlink,
    Mention,
    Relation,
    Result,
    Span,
)

Record = dict[str, Any]


def read_records(lines: Iterable[str], path: str) -> Iterator[tuple[Record, Extraction]]:
    """Read records in the corpus format, each as it stands and as an `Extraction`.

    Args:
        lines: Lines of JSON; empty ones are passed over.
        path: What the file is called, for messages.

    Raises:
        ExtractionsError: A line is no such record, or an id stands twice.
    """
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            extraction = extraction_from_record(record)
        except (ValueError, RecursionError) as error:
            raise ExtractionsError(f"{path}:{number}: {error}") from None
        if extraction.key in seen:
            raise ExtractionsError(f"{path}:{number}: the id {extraction.key!r} stands twice")
        seen.add(extraction.key)
        yield record, extraction


def read_extractions(lines: Iterable[str], path: str) -> Iterator[Extraction]:
    """Read the extractions of a file in the corpus format; as `read_records`."""
    return (extraction for _, extraction in read_records(lines, path))


def extraction_from_record(record: Any) -> Extraction:
    """The extraction that a record holds, with the record's id as its key.

    Raises:
        ValueError: The record does not keep to the format; the message says where.
    """
    if not isinstance(record, dict):
        raise ValueError("a record must be a JSON object")
    try:
        key, text = record["id"], record["text"]
        if not isinstance(key, str) or not isinstance(text, str):
            raise ValueError("`id` and `text` must be strings")
        if not (key + text).isascii():
            (key + text).encode()  # a lone surrogate is no text
        entities = tuple(_read_entity(item, text) for item in record["entities"])
        ids = {entity.id for entity in entities}
        if len(ids) < len(entities):
            raise ValueError("two entities have the same id")
        return Extraction(
            key=key,
            text=text,
            sentences=tuple(_read_span(item, text) for item in record.get("sentences", ())),
            entities=entities,
            relations=tuple(_read_relations(record, ids, text)),
            results=tuple(_read_result(item, ids, text) for item in record.get("results", ())),
            hyperlinks=tuple(Hyperlink(**item) for item in record.get("hyperlinks", ())),
        )
    except KeyError as error:
        raise ValueError(f"{error.args[0]!r} is missing") from None
    except (TypeError, AttributeError) as error:
        raise ValueError(f"not in the corpus format ({error})") from None


def extraction_to_record(
    extraction: Extraction, id: str, nodes: Mapping[str, str] | None = None
) -> Record:
    """The record that `extraction` is written as.

    Args:
        extraction: What was read from an abstract.
        id: The id that the record is to have.
        nodes: From entity id to node, once it is resolved.
    """
    entities = []
    for entity in extraction.entities:
        item: Record = {
            "id": entity.id,
            "type": entity.type,
            "name": entity.name,
            "role": entity.role,
            "mentions": [[m.start, m.end, m.form] for m in entity.mentions],
            "confidence": entity.confidence,
            "role_confidence": entity.role_confidence,
            "sentence": _span_to_json(entity.role_evidence),
        }
        if nodes is not None:
            item["node"] = nodes.get(entity.id)
        entities.append(item)
    return {
        "id": id,
        "text": extraction.text,
        "entities": entities,
        "relations": [[r.subject, r.predicate, r.object] for r in extraction.relations],
        "relation_evidence": [
            {"confidence": r.confidence, "sentence": _span_to_json(r.evidence)}
            for r in extraction.relations
        ],
        "results": [
            {
                "of": r.of,
                "on": r.on,
                "metric": r.metric,
                "value": r.value,
                "number": r.number,
                "unit": r.unit,
                "confidence": r.confidence,
                "sentence": _span_to_json(r.evidence),
            }
            for r in extraction.results
        ],
        "sentences": [[s.start, s.end] for s in extraction.sentences],
        "hyperlinks": [asdict(link) for link in extraction.hyperlinks],
    }


def dump_record(record: Record) -> str:
    """One line of JSON for a record, ending in a line feed."""
    return json.dumps(record, ensure_ascii=False) + "\n"


def _span_to_json(span: Span | None) -> list[int] | None:
    return None if span is None else [span.start, span.end]


def _read_span(value: Any, text: str) -> Span:
    start, end = value
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)):
        raise ValueError(f"{value} is no span of the text")
    return Span(start, end)


def _read_optional_span(item: Mapping[str, Any], text: str) -> Span | None:
    value = item.get("sentence")
    return None if value is None else _read_span(value, text)


def _read_confidence(item: Mapping[str, Any], name: str) -> float:
    value = float(item.get(name, 1.0))
    if not 0 <= value <= 1:
        raise ValueError(f"`{name}` must be from 0 to 1, not {value}")
    return value


def _read_entity(item: Any, text: str) -> ExtractedEntity:
    mentions = []
    for start, end, *form in item["mentions"]:
        span = _read_span((start, end), text)
        written = text[span.start : span.end]
        if form and form[0] != written:
            raise ValueError(f"the text has {written!r} at {start}..{end}, not {form[0]!r}")
        mentions.append(Mention(span.start, span.end, written))
    if not mentions:
        raise ValueError(f"the entity {item['id']!r} has no mentions")
    type_, role = item["type"], item.get("role", "mentions")
    if type_ not in ENTITY_TYPES:
        raise ValueError(f"{type_!r} is no type; there are {', '.join(ENTITY_TYPES)}")
    if role not in ROLES:
        raise ValueError(f"{role!r} is no role; there are {', '.join(ROLES)}")
    if not isinstance(item["id"], str):
        raise ValueError("the id of an entity must be a string")
    return ExtractedEntity(
        id=item["id"],
        type=type_,
        name=str(item.get("name") or mentions[0].form),
        mentions=tuple(sorted(mentions)),
        role=role,
        confidence=_read_confidence(item, "confidence"),
        role_confidence=_read_confidence(item, "role_confidence"),
        role_evidence=_read_optional_span(item, text),
    )


def _read_relations(record: Record, ids: set[str], text: str) -> Iterator[Relation]:
    triples = record.get("relations", ())
    evidence = record.get("relation_evidence") or [{}] * len(triples)
    for (subject, predicate, object_), item in zip(triples, evidence, strict=True):
        if predicate not in RELATION_PREDICATES:
            known = ", ".join(RELATION_PREDICATES)
            raise ValueError(f"{predicate!r} is no relation; there are {known}")
        for end in (subject, object_):
            if end not in ids:
                raise ValueError(f"a relation names {end!r}, which is no entity of the record")
        yield Relation(
            subject,
            predicate,
            object_,
            confidence=_read_confidence(item, "confidence"),
            evidence=_read_optional_span(item, text),
        )


def _read_result(item: Mapping[str, Any], ids: set[str], text: str) -> Result:
    for end in (item["of"], item.get("on"), item.get("metric")):
        if end is not None and end not in ids:
            raise ValueError(f"a result names {end!r}, which is no entity of the record")
    value = item["value"]
    if not isinstance(value, str):
        raise ValueError(f"the value of a result must be a string, not {value!r}")
    return Result(
        of=item["of"],
        value=value,
        on=item.get("on"),
        metric=item.get("metric"),
        number=item.get("number"),
        unit=item.get("unit"),
        confidence=_read_confidence(item, "confidence"),
        evidence=_read_optional_span(item, text),
    )
