"""Exports carried out: a format's files written, with a manifest where it is a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kg.errors import GraphError
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.output import hash_file, is_complete, read_manifest, write_manifest
from kg.tables import Tables

_TABLES = "tables/"


def run_export(
    exporter: ExportFormat,
    tables: Tables,
    path: Path,
    options: ExportOptions,
    written: Mapping[str, Path] = {},
) -> ExportReport:
    """Write the graph in a format.

    A folder gets a manifest of its own, which says of which tables it was made: its files need
    not have the same bytes each time, so the manifest of an output does not list them.

    Args:
        exporter: The format.
        tables: The graph.
        path: The file or the folder to write.
        options: What else is known of the graph.
        written: Finished files of other formats, of the same tables and options, by the name of
            the format. Where the format can be made of one of them it is, and the report is
            empty: theirs says all.

    Raises:
        FormatError: The options cannot be met.
        OutputError: Something cannot be written.
    """
    if not exporter.is_folder:
        return exporter.export(tables, path, options)
    path.mkdir(exist_ok=True)
    finished = None if exporter.source is None else written.get(exporter.source)
    if finished is not None and exporter.convert is not None:
        exporter.convert(finished, path)
        report = ExportReport()
    else:
        report = exporter.export(tables, path, options)
    facts = {
        "format": exporter.name,
        "base_iri": options.base_iri,
        "title": options.title,
        "tables": {file.name: hash_file(file) for file in sorted(tables.folder.glob("*.parquet"))},
    }
    write_manifest(path, facts)
    return report


def find_current(output: Path, name: str, manifest: Mapping[str, Any]) -> Path | None:
    """The folder `name` of an output, where it is whole and says the same as the output.

    Args:
        output: An output folder.
        name: Name of an export that is a folder.
        manifest: The output's manifest.

    Returns:
        Nothing where the export was made of other tables or with other options.
    """
    try:
        export = read_manifest(output / name)
        tables = {
            file["path"].removeprefix(_TABLES): file["sha256"]
            for file in manifest["files"]
            if file["path"].startswith(_TABLES)
        }
    except (GraphError, KeyError, TypeError, AttributeError):
        return None
    same = all(export[fact] == manifest[fact] for fact in ("base_iri", "title"))
    current = same and export.get("tables") == tables and is_complete(output / name, export)
    return output / name if current else None
