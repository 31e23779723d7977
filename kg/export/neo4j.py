"""CSV with typed headers for Neo4j's bulk import, and the same load as a Cypher script.

After https://neo4j.com/docs/operations-manual/current/import/ and
https://neo4j.com/docs/cypher-manual/current/clauses/load-csv/, and checked by reading alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from kg.export.property_graph import (
    LABELS,
    Columns,
    EdgeKind,
    list_edge_attributes,
    list_node_attributes,
    name_property,
    write_files,
)
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.records import ENTITY_TYPES
from kg.tables import Tables

SCRIPT_FILE = "load.cypher"

_ROWS_AT_ONCE = 10_000

Attributes = Sequence[tuple[str, pa.DataType]]

_NODES: Mapping[str, Attributes] = {kind: list_node_attributes(kind) for kind in LABELS}
_EDGES: Attributes = list_edge_attributes()


def export_neo4j(tables: Tables, path: Path, options: ExportOptions) -> ExportReport:  # noqa: ARG001
    """Write CSV files into the folder `path`, with `load.cypher`, whose head says how to load them.

    An entity has its type as a second label. U+0000, and U+001F within the items of lists, are
    replaced by U+FFFD.

    Raises:
        OSError: The files cannot be written.
    """
    present, replaced = write_files(
        tables,
        path,
        {kind: _name_node_columns(kind) for kind in _NODES},
        [
            ("source", ":START_ID"),
            ("target", ":END_ID"),
            ("predicate", ":TYPE"),
            *((name, _name_column(name, type)) for name, type in _EDGES),
        ],
    )
    script = "".join([*_explain(present), *_write_script(present)])
    (path / SCRIPT_FILE).write_text(script, encoding="utf-8", newline="\n")
    return ExportReport(replaced)


def _name_node_columns(kind: str) -> Columns:
    return [
        ("id", "id:ID"),
        *((name, _name_column(name, type)) for name, type in _NODES[kind][1:]),
        ("type" if kind == "entity" else "kind", ":LABEL"),
    ]


def _name_column(name: str, type: pa.DataType) -> str:
    name = name_property(name)
    if pa.types.is_list(type):
        return f"{name}:string[]"
    if pa.types.is_integer(type):
        return f"{name}:long"
    return f"{name}:double" if pa.types.is_floating(type) else name


def _explain(present: Iterable[EdgeKind]) -> Iterator[str]:
    yield (
        "// Two ways to load these files; neither has been tried by those who wrote this script.\n"
        "//\n"
        "// Into a new database, fastest, run in this folder while Neo4j is stopped:\n"
        "//\n"
        "//   neo4j-admin database import full neo4j \\\n"
        "//     --array-delimiter=U+001F --multiline-fields=true \\\n"
    )
    files = [f"--nodes={'Entity=' if x == 'Entity' else ''}{x}.csv" for x in LABELS.values()]
    files += [f"--relationships={kind.file_name}" for kind in present]
    yield " \\\n".join(f"//     {file}" for file in files) + "\n"
    yield (
        "//\n"
        "// Into a running database (Neo4j 5.23 or newer): copy the CSV files into its folder\n"
        "// `import`, set in neo4j.conf\n"
        "//\n"
        "//   db.import.csv.legacy_quote_escaping=false\n"
        "//\n"
        "// since backslashes in these files are nothing but backslashes, and run\n"
        "//\n"
        f"//   cypher-shell --file {SCRIPT_FILE}\n"
        "\n"
    )


def _write_script(present: Iterable[EdgeKind]) -> Iterator[str]:
    for label in LABELS.values():
        name = f"{label.lower()}_id"
        yield f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE;\n"
    yield "\n"
    for kind, label in LABELS.items():
        properties = _list_properties(("id", "id:ID", pa.string()), _NODES[kind][1:])
        yield _load(f"{label}.csv", f"CREATE (n:{label} {{{properties}}})")
    for type in ENTITY_TYPES:
        yield (
            f"MATCH (n:Entity) WHERE n.type = '{type}'\n"
            f"CALL (n) {{ SET n:{type} }} IN TRANSACTIONS OF {_ROWS_AT_ONCE} ROWS;\n\n"
        )
    properties = _list_properties(("id", "id", pa.string()), _EDGES[1:])
    for edge_kind in present:
        yield _load(
            edge_kind.file_name,
            f"MATCH (a:{edge_kind.source} {{id: row.`:START_ID`}})\n"
            f"  MATCH (b:{edge_kind.target} {{id: row.`:END_ID`}})\n"
            f"  CREATE (a)-[:{edge_kind.predicate} {{{properties}}}]->(b)",
        )


def _load(file: str, clause: str) -> str:
    return (
        f"LOAD CSV WITH HEADERS FROM 'file:///{file}' AS row\n"
        f"CALL (row) {{\n  {clause}\n}} IN TRANSACTIONS OF {_ROWS_AT_ONCE} ROWS;\n\n"
    )


def _list_properties(id: tuple[str, str, pa.DataType], attributes: Attributes) -> str:
    columns = [id, *((name, _name_column(name, type), type) for name, type in attributes)]
    return ", ".join(
        f"{name_property(name)}: {_convert(f'row.`{column}`', type)}"
        for name, column, type in columns
    )


def _convert(value: str, type: pa.DataType) -> str:
    if pa.types.is_list(type):
        return rf"split({value}, '\u001F')"
    if pa.types.is_integer(type):
        return f"toInteger({value})"
    return f"toFloat({value})" if pa.types.is_floating(type) else value


FORMAT = ExportFormat(
    "neo4j",
    "neo4j",
    "CSV for neo4j-admin import, and a Cypher script",
    export_neo4j,
    is_folder=True,
    readers="Neo4j (checked by reading only)",
)
