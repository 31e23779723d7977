"""CSV with the scripts that load it into Ladybug (https://ladybugdb.com), successor of Kuzu."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import pyarrow as pa

from kg.export.property_graph import (
    EDGE_KINDS,
    LABELS,
    EdgeKind,
    list_edge_attributes,
    list_node_attributes,
    name_property,
    write_files,
)
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.tables import Tables

SCHEMA_FILE, COPY_FILE = "schema.cypher", "copy.cypher"

# Quotes are doubled, and line feeds stand in quotes, which a parallel reader cannot take.
_READING = """(header=true, parallel=false, escape='"')"""

Attributes = Sequence[tuple[str, pa.DataType]]

_NODES: Mapping[str, Attributes] = {kind: list_node_attributes(kind) for kind in LABELS}
_EDGES: Attributes = list_edge_attributes()
_ENDS: Attributes = [("source", pa.string()), ("target", pa.string())]


def export_ladybug(tables: Tables, path: Path, options: ExportOptions) -> ExportReport:  # noqa: ARG001
    """Write CSV files into the folder `path`, with `schema.cypher` and `copy.cypher`.

    A table for each kind of node and for each predicate. The scripts name the files as they lie in
    that folder: run them there, or after `CALL file_search_path='<folder>'`. U+0000, and U+001F
    within the items of lists, are replaced by U+FFFD.

    Raises:
        OSError: The files cannot be written.
    """
    present, replaced = write_files(
        tables,
        path,
        {kind: _name_columns(attributes) for kind, attributes in _NODES.items()},
        _name_columns([*_ENDS, *_EDGES]),
    )
    _write_script(path / SCHEMA_FILE, _write_schema())
    _write_script(path / COPY_FILE, _write_copies(present))
    return ExportReport(replaced)


def _name_columns(attributes: Attributes) -> list[tuple[str, str]]:
    return [(name, name_property(name)) for name, _ in attributes]


def _write_script(path: Path, statements: Iterable[str]) -> None:
    text = "".join(f"{statement};\n" for statement in statements)
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_schema() -> Iterator[str]:
    for kind, attributes in _NODES.items():
        columns = ", ".join(_declare(*attribute) for attribute in attributes)
        yield f"CREATE NODE TABLE {LABELS[kind]}({columns}, PRIMARY KEY (id))"
    columns = ", ".join(_declare(*attribute) for attribute in _EDGES)
    by_predicate = sorted(EDGE_KINDS, key=lambda kind: kind.predicate)
    for predicate, kinds in groupby(by_predicate, key=lambda kind: kind.predicate):
        ends = ", ".join(f"FROM {kind.source} TO {kind.target}" for kind in kinds)
        yield f"CREATE REL TABLE {predicate}({ends}, {columns})"


def _write_copies(present: Iterable[EdgeKind]) -> Iterator[str]:
    for kind, attributes in _NODES.items():
        label = LABELS[kind]
        yield f"COPY {label} FROM {_load(f'{label}.csv', attributes)}"
    for edge_kind in present:
        ends = f"(from='{edge_kind.source}', to='{edge_kind.target}')"
        source = _load(edge_kind.file_name, [*_ENDS, *_EDGES])
        yield f"COPY {edge_kind.predicate} FROM {source} {ends}"


def _load(file: str, attributes: Attributes) -> str:
    """A file's rows; lists are split here, since a list in CSV cannot hold every string."""
    columns = ", ".join(
        f"{_quote(name)} {'STRING' if pa.types.is_list(type) else _name_type(type)}"
        for name, type in attributes
    )
    values = ", ".join(
        rf"string_split({_quote(name)}, '\u001F')" if pa.types.is_list(type) else _quote(name)
        for name, type in attributes
    )
    return f'(LOAD WITH HEADERS ({columns}) FROM "{file}" {_READING} RETURN {values})'


def _declare(name: str, type: pa.DataType) -> str:
    return f"{_quote(name)} {_name_type(type)}"


def _name_type(type: pa.DataType) -> str:
    if pa.types.is_list(type):
        return "STRING[]"
    if pa.types.is_integer(type):
        return "INT64"
    return "DOUBLE" if pa.types.is_floating(type) else "STRING"


def _quote(attribute: str) -> str:
    return f"`{name_property(attribute)}`"


FORMAT = ExportFormat(
    "ladybug",
    "ladybug",
    "CSV with scripts that create and fill the tables",
    export_ladybug,
    is_folder=True,
    readers="Ladybug",
)
