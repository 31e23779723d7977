"""The whole way from files to a folder with the graph in it: the one place where stages meet."""

from __future__ import annotations

import gc
import json
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path

from kg.collection import Collection, Input, SourceOptions, choose_ids, collect, map_ids
from kg.confidence import check_min_confidence, drop_uncertain
from kg.corpus_format import dump_record, extraction_to_record, read_records
from kg.export.execution import run_export
from kg.export.registry import (
    DEFAULT_FORMATS,
    ExportFormat,
    ExportOptions,
    ExportReport,
    find_format,
)
from kg.extract import (
    ExtractionCache,
    ReadingOptions,
    find_cache_file,
    fingerprint,
    identify_reading,
    read_abstracts,
)
from kg.link import link
from kg.observer import NOBODY, Observer
from kg.output import stage_folder, write_manifest
from kg.records import Abstract, Extraction, Resolution, Skipped
from kg.resolve import Corrections, resolve
from kg.tables import Tables, write_tables

TABLES = "tables"
EXTRACTIONS = "extractions.jsonl"
SKIPPED = "skipped.jsonl"

# The packages whose version can change what a build writes.
_PACKAGES = ("kg-abstracts", "igraph", "networkx", "numpy", "pyarrow", "pyvis", "scipy", "spacy")


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        output: The folder that holds the graph.
        documents: How many were read.
        places: How many abstracts stood in them.
        abstracts: How many of those are distinct.
        skipped: What was left out.
        notes: Corrections that could not be applied, in words.
        exports: By the name of the format.
    """

    output: Path
    documents: int
    places: int
    abstracts: int
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]
    exports: Mapping[str, ExportReport]


def build(
    inputs: Sequence[Input],
    output: Path,
    *,
    source: SourceOptions = SourceOptions(),
    formats: Sequence[str] = DEFAULT_FORMATS,
    export: ExportOptions = ExportOptions(),
    corrections: Corrections = Corrections(),
    reading: ReadingOptions = ReadingOptions(),
    min_confidence: float = 0.0,
    observer: Observer = NOBODY,
) -> BuildReport:
    """Build the graph of all abstracts in the inputs.

    Args:
        inputs: Files and folders; `-` is standard input.
        output: The folder to write; an earlier output there is replaced, anything else refused.
        source: How the inputs are read.
        formats: Names of the export formats to write beside the tables.
        export: What the exports are to say.
        corrections: The user's word on which entities are the same.
        reading: How the abstracts are read.
        min_confidence: What is less sure is left out of the graph: entities with all that hangs
            on them, roles, relations, results, links between abstracts. The extractions hold
            it nevertheless.
        observer: Told of each stage.

    Raises:
        KgError: Something cannot be read, done or written; `output` is left as it was.
    """
    check_min_confidence(min_confidence)
    exporters = [find_format(name) for name in dict.fromkeys(formats)]
    with stage_folder(output) as folder:
        collection = collect(inputs, source, observer)
        notes = _write_graph(folder, collection, corrections, reading, min_confidence, observer)
        report = BuildReport(
            output=output,
            documents=len(collection.documents),
            places=collection.places,
            abstracts=len(collection.abstracts),
            skipped=collection.skipped,
            notes=notes,
            exports={},
        )
        del collection  # exports read the tables, and have its memory
        options = replace(
            export, program=version("kg-abstracts"), pipeline=fingerprint(reading.model)
        )
        exports = _export(Tables(folder / TABLES), folder, exporters, options, observer)
        write_manifest(folder, _describe_build(formats, options, min_confidence))
    return replace(report, exports=exports)


def _write_graph(
    folder: Path,
    collection: Collection,
    corrections: Corrections,
    reading: ReadingOptions,
    min_confidence: float,
    observer: Observer,
) -> tuple[str, ...]:
    """Extract, resolve and link, and write tables and records; gives notes on corrections."""
    extractions = {
        extraction.key: extraction for extraction in _read(collection.abstracts, reading, observer)
    }
    with _paused_collector():
        observer.begin("resolving")
        certain = {
            key: drop_uncertain(extraction, min_confidence)
            for key, extraction in extractions.items()
        }
        resolution = resolve(
            certain.values(),
            affiliations=(name for a in collection.abstracts for name in a.affiliations),
            corrections=corrections.with_keys(map_ids(collection.abstracts)),
        )
        observer.begin("linking")
        linkage = link(collection.abstracts, certain, resolution, min_confidence=min_confidence)
        observer.begin("writing tables")
        (folder / TABLES).mkdir()
        write_tables(
            folder / TABLES,
            collection.abstracts,
            collection.documents,
            certain,
            resolution,
            linkage,
        )
        observer.begin(f"writing {EXTRACTIONS}")
        _write_lines(
            folder / EXTRACTIONS, _list_extractions(collection.abstracts, extractions, resolution)
        )
    if collection.skipped:
        _write_lines(
            folder / SKIPPED,
            (json.dumps(asdict(s), ensure_ascii=False) + "\n" for s in collection.skipped),
        )
    return resolution.notes


@contextmanager
def _paused_collector() -> Iterator[None]:
    """Keep Python from looking for cycles: of millions of records, none of which is in one."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def extract_records(
    collection: Collection,
    *,
    reading: ReadingOptions = ReadingOptions(),
    observer: Observer = NOBODY,
) -> Iterator[str]:
    """Extract, without resolving: lines in the corpus format, one an input id.

    Args:
        collection: What the inputs held.
        reading: How the abstracts are read.
        observer: Told of each abstract.
    """
    ids = choose_ids(collection.abstracts)
    for extraction in _read(collection.abstracts, reading, observer):
        for id in ids[extraction.key]:
            yield dump_record(extraction_to_record(extraction, id))


def resolve_records(
    lines: Iterable[str], path: str, corrections: Corrections = Corrections()
) -> Iterator[str]:
    """Resolve records in the corpus format: the same records, each entity with its `node`.

    Args:
        lines: The records.
        path: What the file is called, for messages.
        corrections: The user's word on which entities are the same.

    Raises:
        ExtractionsError: A line is no such record.
    """
    records = list(read_records(lines, path))
    resolution = resolve((extraction for _, extraction in records), corrections=corrections)
    for record, extraction in records:
        for entity in record["entities"]:
            entity["node"] = resolution.nodes.get((extraction.key, entity["id"]))
        yield dump_record(record)


def _read(
    abstracts: Sequence[Abstract], reading: ReadingOptions, observer: Observer
) -> Iterator[Extraction]:
    observer.begin("extracting", len(abstracts))
    with ExtractionCache(find_cache_file(), identify_reading(reading.model)) as cache:
        said = None
        for extraction in read_abstracts(abstracts, cache, reading):
            if cache.problem != said:
                said = cache.problem
                observer.note(f"{cache.problem}")
            yield extraction
            observer.advance()


def _export(
    tables: Tables,
    folder: Path,
    exporters: Iterable[ExportFormat],
    options: ExportOptions,
    observer: Observer,
) -> dict[str, ExportReport]:
    reports = {}
    written: dict[str, Path] = {}
    # Folders last: a store is made of the Turtle where there is one.
    for exporter in sorted(exporters, key=lambda exporter: exporter.is_folder):
        observer.begin(f"writing {exporter.file_name}")
        path = folder / exporter.file_name
        reports[exporter.name] = run_export(exporter, tables, path, options, written)
        written[exporter.name] = path
    return reports


def _list_extractions(
    abstracts: Sequence[Abstract], extractions: Mapping[str, Extraction], resolution: Resolution
) -> Iterator[str]:
    ids = choose_ids(abstracts)
    for abstract in abstracts:
        extraction = extractions[abstract.key]
        nodes = {
            entity.id: node
            for entity in extraction.entities
            if (node := resolution.nodes.get((abstract.key, entity.id))) is not None
        }
        for id in ids[abstract.key]:
            yield dump_record(extraction_to_record(extraction, id, nodes))


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines)


def _describe_build(
    formats: Sequence[str], export: ExportOptions, min_confidence: float
) -> dict[str, object]:
    return {
        "pipeline": export.pipeline,
        **({"min_confidence": min_confidence} if min_confidence > 0 else {}),
        "formats": list(dict.fromkeys(formats)),
        "base_iri": export.base_iri,
        "title": export.title,
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in _PACKAGES},
        },
    }
