"""Writing the tables of a graph."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

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

_T = TypeVar("_T")

Columns = Mapping[str, Sequence[Any]]

_BATCH_SIZE = 20_000


def write_table(
    folder: Path, name: str, rows: Iterable[Row], *, batch_size: int = _BATCH_SIZE
) -> int:
    """Write rows, already in order, as `<folder>/<name>.parquet`; gives their number."""
    names = SCHEMAS[name].names
    columns = (
        {column: [row.get(column) for row in batch] for column in names}
        for batch in _batch(rows, batch_size)
    )
    return _write_columns(folder, name, columns)


def _write_columns(folder: Path, name: str, batches: Iterable[Columns]) -> int:
    schema = SCHEMAS[name]
    written = 0
    path = folder / f"{name}.parquet"
    with pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True) as writer:
        for columns in batches:
            arrays = [pa.array(columns[field.name], field.type) for field in schema]
            table = pa.Table.from_arrays(arrays, schema=schema)
            writer.write_table(table)
            written += table.num_rows
    return written


def _batch(items: Iterable[_T], size: int = _BATCH_SIZE) -> Iterator[list[_T]]:
    """Lists of so many items; at least one, which may be empty."""
    remaining = iter(items)
    batch = list(islice(remaining, size))
    while True:
        yield batch
        batch = list(islice(remaining, size))
        if not batch:
            return


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
        "results": _list_results(linkage),
    }
    for name, described in rows.items():
        write_table(folder, name, described)
    # Millions, which are faster column by column.
    _write_columns(folder, "statements", _describe_statements(linkage))
    _write_columns(folder, "evidence", _describe_evidence(linkage))


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


def _describe_statements(linkage: Linkage) -> Iterator[Columns]:
    evidence = Counter(item.statement for item in linkage.evidence)
    for batch in _batch(linkage.statements):
        yield {
            "id": [s.id for s in batch],
            "subject": [s.subject for s in batch],
            "predicate": [s.predicate for s in batch],
            "object": [s.object for s in batch],
            "category": [s.category for s in batch],
            "confidence": [s.confidence for s in batch],
            "weight": [s.weight for s in batch],
            "via": [s.via for s in batch],
            "evidence": [evidence[s.id] for s in batch],
        }


def _describe_evidence(linkage: Linkage) -> Iterator[Columns]:
    for batch in _batch(linkage.evidence):
        yield {
            "statement": [item.statement for item in batch],
            "abstract": [item.abstract for item in batch],
            "entity": [item.entity for item in batch],
            "start": [item.span and item.span.start for item in batch],
            "end": [item.span and item.span.end for item in batch],
            "sentence_start": [item.sentence and item.sentence.start for item in batch],
            "sentence_end": [item.sentence and item.sentence.end for item in batch],
            "confidence": [item.confidence for item in batch],
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
