"""Writing the tables of a graph."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kg.identity import abstract_id, document_id, place_document_id, repository_id
from kg.records import (
    Abstract,
    Document,
    Extraction,
    Linkage,
    Resolution,
    Span,
)
from kg.tables.reading import Row
from kg.tables.schema import SCHEMAS


def write_table(folder: Path, name: str, rows: Iterable[Row], *, batch_size: int = 20_000) -> int:
    """Write rows, already in order, as `<folder>/<name>.parquet`; gives their number."""
    schema = SCHEMAS[name]
    written = 0
    path = folder / f"{name}.parquet"
    with pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True) as writer:
        batch: list[Row] = []
        for row in rows:
            batch.append(row)
            if len(batch) == batch_size:
                writer.write_table(pa.Table.from_pylist(batch, schema=schema))
                written += len(batch)
                batch = []
        writer.write_table(pa.Table.from_pylist(batch, schema=schema))
        written += len(batch)
    return written


def write_tables(
    folder: Path,
    abstracts: Sequence[Abstract],
    documents: Sequence[Document],
    extractions: Mapping[str, Extraction],
    resolution: Resolution,
    linkage: Linkage,
) -> None:
    """Write all tables of a graph into `folder`.

    Args:
        folder: An existing folder.
        abstracts: Distinct abstracts, sorted by key.
        documents: Where they came from.
        extractions: By the abstracts' keys.
        resolution: Which entity each extracted entity is.
        linkage: What linking made of them.
    """
    rows: dict[str, Iterable[Row]] = {
        "abstracts": _list_abstracts(abstracts, extractions, linkage),
        "documents": sorted(map(_describe_document, documents), key=lambda row: str(row["id"])),
        "places": _list_places(abstracts),
        "entities": _list_entities(extractions, resolution, linkage),
        "persons": _list_persons(linkage),
        "repositories": (
            {"id": r.id, "host": r.host, "owner": r.owner, "name": r.name, "url": r.url}
            for r in linkage.repositories
        ),
        "communities": _list_communities(linkage),
        "mentions": _list_mentions(abstracts, extractions, resolution),
        "hyperlinks": _list_hyperlinks(abstracts, extractions),
        "statements": _list_statements(linkage),
        "evidence": _list_evidence(linkage),
        "results": _list_results(linkage),
    }
    for name in SCHEMAS:
        write_table(folder, name, rows[name])


def _span(span: Span | None, prefix: str = "") -> Row:
    return {
        f"{prefix}start": None if span is None else span.start,
        f"{prefix}end": None if span is None else span.end,
    }


def _community_of(linkage: Linkage) -> dict[str, int]:
    return {id: community.id for community in linkage.communities for id in community.members}


def _list_abstracts(
    abstracts: Iterable[Abstract], extractions: Mapping[str, Extraction], linkage: Linkage
) -> Iterator[Row]:
    communities = _community_of(linkage)
    for abstract in abstracts:
        id = abstract_id(abstract.key)
        yield {
            "id": id,
            "text": abstract.text,
            "label": linkage.labels[id],
            "title": abstract.title,
            "year": abstract.year,
            "venue": abstract.venue,
            "doi": abstract.doi,
            "url": abstract.url,
            "authors": list(abstract.authors),
            "affiliations": list(abstract.affiliations),
            "keywords": list(abstract.keywords),
            "extra": json.dumps(dict(abstract.extra), ensure_ascii=False, sort_keys=True),
            "sentences": [_span(span) for span in extractions[abstract.key].sentences],
            "importance": linkage.importance[id],
            "community": communities[id],
        }


def _describe_document(document: Document) -> Row:
    return {
        "id": document_id(document),
        "path": document.path,
        "sha256": document.sha256,
        "format": document.format,
        "label": document.label,
    }


def _list_places(abstracts: Iterable[Abstract]) -> Iterator[Row]:
    for abstract in abstracts:
        rows: list[Row] = [
            {
                "abstract": abstract_id(abstract.key),
                "document": place_document_id(place.document, place.sha256),
                "line": place.line,
                "input_id": place.id,
            }
            for place in abstract.places
        ]
        yield from sorted(rows, key=lambda row: (row["document"], row["line"]))


def _list_mentions(
    abstracts: Iterable[Abstract], extractions: Mapping[str, Extraction], resolution: Resolution
) -> Iterator[Row]:
    for abstract in abstracts:
        extraction = extractions[abstract.key]
        sentences = sorted(extraction.sentences)
        found = sorted(
            (mention, entity.type, entity.confidence, node)
            for entity in extraction.entities
            if (node := resolution.nodes.get((abstract.key, entity.id))) is not None
            for mention in entity.mentions
        )
        following = iter(sentences)
        sentence = next(following, None)
        for mention, type_, confidence, node in found:
            while sentence is not None and sentence.end <= mention.start:
                sentence = next(following, None)
            inside = sentence is not None and sentence.start <= mention.start
            yield {
                "abstract": abstract_id(abstract.key),
                "entity": node,
                "start": mention.start,
                "end": mention.end,
                "form": mention.form,
                "type": type_,
                "confidence": confidence,
                **_span(sentence if inside else None, "sentence_"),
            }


def _list_entities(
    extractions: Mapping[str, Extraction], resolution: Resolution, linkage: Linkage
) -> Iterator[Row]:
    counts: Counter[str] = Counter()
    named_by: dict[str, set[str]] = defaultdict(set)
    for key, extraction in extractions.items():
        for extracted in extraction.entities:
            node = resolution.nodes.get((key, extracted.id))
            if node is not None:
                counts[node] += len(extracted.mentions)
                named_by[node].add(key)
    communities = _community_of(linkage)
    for entity in resolution.entities:
        yield {
            "id": entity.id,
            "type": entity.type,
            "name": entity.name,
            "aliases": list(entity.aliases),
            "abstracts": len(named_by[entity.id]),
            "mentions": counts[entity.id],
            "importance": linkage.importance[entity.id],
            "community": communities[entity.id],
        }


def _list_persons(linkage: Linkage) -> Iterator[Row]:
    written = Counter(s.object for s in linkage.statements if s.predicate == "hasAuthor")
    for person in linkage.persons:
        yield {"id": person.id, "name": person.name, "abstracts": written[person.id]}


def _list_communities(linkage: Linkage) -> Iterator[Row]:
    for community in linkage.communities:
        abstracts = sum(id.startswith("abstract/") for id in community.members)
        yield {
            "id": community.id,
            "name": community.name,
            "abstracts": abstracts,
            "entities": len(community.members) - abstracts,
        }


def _list_hyperlinks(
    abstracts: Iterable[Abstract], extractions: Mapping[str, Extraction]
) -> Iterator[Row]:
    for abstract in abstracts:
        for link in extractions[abstract.key].hyperlinks:
            is_repository = link.kind == "repository" and link.owner and link.name
            yield {
                "abstract": abstract_id(abstract.key),
                "start": link.start,
                "end": link.end,
                "form": link.form,
                "url": link.url,
                "kind": link.kind,
                "host": link.host,
                "owner": link.owner,
                "name": link.name,
                "repository": repository_id(link.host, link.owner or "", link.name or "")
                if is_repository
                else None,
            }


def _list_statements(linkage: Linkage) -> Iterator[Row]:
    evidence = Counter(item.statement for item in linkage.evidence)
    for statement in linkage.statements:
        yield {
            "id": statement.id,
            "subject": statement.subject,
            "predicate": statement.predicate,
            "object": statement.object,
            "category": statement.category,
            "confidence": statement.confidence,
            "weight": statement.weight,
            "via": list(statement.via),
            "evidence": evidence[statement.id],
        }


def _list_evidence(linkage: Linkage) -> Iterator[Row]:
    for item in linkage.evidence:
        yield {
            "statement": item.statement,
            "abstract": item.abstract,
            "entity": item.entity,
            **_span(item.span),
            **_span(item.sentence, "sentence_"),
            "confidence": item.confidence,
        }


def _list_results(linkage: Linkage) -> Iterator[Row]:
    for result in linkage.results:
        yield {
            "id": result.id,
            "abstract": result.abstract,
            "of": result.of,
            "on": result.on,
            "metric": result.metric,
            "value": result.value,
            "number": result.number,
            "unit": result.unit,
            "confidence": result.confidence,
            **_span(result.span),
            **_span(result.sentence, "sentence_"),
        }
