"""The whole way from files to a folder with the graph in it: the one place where stages meet."""

from __future__ import annotations

import json
import platform
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from kg.confidence import check_min_confidence, drop_uncertain
from kg.corpus_format import dump_record, extraction_to_record, read_records
from kg.errors import SourceError
from kg.export.execution import run_export
from kg.export.registry import (
    DEFAULT_FORMATS,
    ExportFormat,
    ExportOptions,
    ExportReport,
    find_format,
)
from kg.extract import extract, fingerprint, load_pipeline
from kg.link import link
from kg.output import stage_folder, write_manifest
from kg.records import Abstract, Document, Extraction, Resolution, Skipped
from kg.resolve import Corrections, resolve
from kg.sources import Filters, OnError, read_sources
from kg.sources.duplicates import merge_duplicates
from kg.tables import Tables, write_tables

Input = str | Path

TABLES = "tables"
EXTRACTIONS = "extractions.jsonl"
SKIPPED = "skipped.jsonl"

# The packages whose version can change what a build writes.
_PACKAGES = ("kg-abstracts", "igraph", "networkx", "numpy", "pyarrow", "pyvis", "scipy", "spacy")


class Observer(Protocol):
    """Somebody who watches a long run."""

    def begin(self, stage: str, total: int | None = None) -> None:
        """A stage begins, with so many steps where their number is known."""

    def advance(self, count: int = 1) -> None:
        """So many steps more are done."""


class _Nobody:
    def begin(self, stage: str, total: int | None = None) -> None:
        pass

    def advance(self, count: int = 1) -> None:
        pass


NOBODY: Observer = _Nobody()


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """How inputs are read.

    Attributes:
        format: Name of the source format; found by content and suffix where it is absent.
        on_error: Whether something unreadable ends the run or is left out.
        filters: Which abstracts are taken.
    """

    format: str | None = None
    on_error: OnError = "fail"
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True)
class Collection:
    """What the inputs held.

    Attributes:
        abstracts: Distinct ones, sorted by key.
        places: How many places they stood in.
    """

    documents: tuple[Document, ...]
    abstracts: tuple[Abstract, ...]
    places: int
    skipped: tuple[Skipped, ...]


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
    model: Path | None = None,
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
        model: Folder of a trained pipeline; the shipped one where it is absent.
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
        observer.begin("loading the pipeline")
        nlp = load_pipeline(model)
        observer.begin("extracting", len(collection.abstracts))
        extractions: dict[str, Extraction] = {}
        for extraction in extract(collection.abstracts, nlp):
            extractions[extraction.key] = extraction
            observer.advance()

        observer.begin("resolving")
        certain = {
            key: drop_uncertain(extraction, min_confidence)
            for key, extraction in extractions.items()
        }
        resolution = resolve(
            certain.values(),
            affiliations=(name for a in collection.abstracts for name in a.affiliations),
            corrections=corrections.with_keys(_map_ids(collection.abstracts)),
        )
        observer.begin("linking")
        linkage = link(
            collection.abstracts,
            collection.documents,
            certain,
            resolution,
            min_confidence=min_confidence,
        )
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
        _write_lines(
            folder / EXTRACTIONS, _list_extractions(collection.abstracts, extractions, resolution)
        )
        if collection.skipped:
            _write_lines(
                folder / SKIPPED,
                (json.dumps(asdict(s), ensure_ascii=False) + "\n" for s in collection.skipped),
            )
        export = replace(export, program=version("kg-abstracts"), pipeline=fingerprint(nlp))
        reports = _export(Tables(folder / TABLES), folder, exporters, export, observer)
        write_manifest(folder, _describe_build(formats, export, min_confidence))
    return BuildReport(
        output=output,
        documents=len(collection.documents),
        places=collection.places,
        abstracts=len(collection.abstracts),
        skipped=collection.skipped,
        notes=resolution.notes,
        exports=reports,
    )


def collect(
    inputs: Sequence[Input], options: SourceOptions = SourceOptions(), observer: Observer = NOBODY
) -> Collection:
    """Read all inputs and make one abstract of those with the same text.

    Raises:
        SourceError: Something cannot be read, or there is no abstract at all.
    """
    observer.begin("reading")
    documents: list[Document] = []
    abstracts: list[Abstract] = []
    skipped: list[Skipped] = []
    for item in read_sources(
        inputs,
        format=options.format,
        on_error=options.on_error,
        filters=options.filters,
    ):
        if isinstance(item, Document):
            documents.append(item)
        elif isinstance(item, Abstract):
            abstracts.append(item)
            observer.advance()
        else:
            skipped.append(item)
    if not abstracts:
        problem = "no abstract is left to build a graph from"
        if skipped:
            problem += f"; the first that was left out: {skipped[0].reason}"
        raise SourceError(" ".join(map(str, inputs)), problem)
    return Collection(
        tuple(documents),
        tuple(merge_duplicates(abstracts)),
        len(abstracts),
        tuple(skipped),
    )


def extract_records(
    collection: Collection, *, model: Path | None = None, observer: Observer = NOBODY
) -> Iterator[str]:
    """Extract, without resolving: lines in the corpus format, one an input id.

    Args:
        collection: What the inputs held.
        model: Folder of a trained pipeline; the shipped one where it is absent.
        observer: Told of each abstract.
    """
    observer.begin("loading the pipeline")
    nlp = load_pipeline(model)
    observer.begin("extracting", len(collection.abstracts))
    ids = _choose_ids(collection.abstracts)
    for extraction in extract(collection.abstracts, nlp):
        for id in ids[extraction.key]:
            yield dump_record(extraction_to_record(extraction, id))
        observer.advance()


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


def _export(
    tables: Tables,
    folder: Path,
    exporters: Iterable[ExportFormat],
    options: ExportOptions,
    observer: Observer,
) -> dict[str, ExportReport]:
    reports = {}
    for exporter in exporters:
        observer.begin(f"writing {exporter.file_name}")
        reports[exporter.name] = run_export(exporter, tables, folder / exporter.file_name, options)
    return reports


def _choose_ids(abstracts: Iterable[Abstract]) -> Mapping[str, tuple[str, ...]]:
    """The ids under which each abstract is written, by its key.

    An id that the inputs give to two texts names neither: those go by their key.
    """
    abstracts = list(abstracts)
    claims = Counter(id for abstract in abstracts for id in abstract.ids)
    ids: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for abstract in abstracts:
        own = tuple(id for id in abstract.ids if claims[id] == 1)
        ids[abstract.key] = own or (abstract.key,)
    return ids


def _map_ids(abstracts: Iterable[Abstract]) -> dict[str, str]:
    """From each id under which an abstract is written to its key."""
    return {id: key for key, ids in _choose_ids(abstracts).items() for id in ids}


def _list_extractions(
    abstracts: Sequence[Abstract], extractions: Mapping[str, Extraction], resolution: Resolution
) -> Iterator[str]:
    ids = _choose_ids(abstracts)
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
