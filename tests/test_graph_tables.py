"""CSV and Parquet for databases and data frames, as programs that are not ours read them."""

import csv
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import ladybug
import pytest

from kg.export import edges
from kg.export.edges import EDGE_SCHEMA
from kg.export.nodes import NODE_SCHEMAS, make_common_schema
from kg.export.registry import ExportOptions, ExportReport, find_format
from kg.tables import Tables
from tests.elements import (
    HOSTILE,
    Elements,
    drop_unknown,
    key_by_id,
    list_edges,
    list_nodes,
    write_hostile_graph,
)
from tests.extractions import extract_by_hand, write_by_hand
from tests.graphs import write_small_graph

OPTIONS = ExportOptions()
LISTS = ("keywords", "aliases", "via")
FORMATS = ("graphml", "gexf", "cytoscape", "json", "neo4j", "ladybug", "parquet", "csv")
GRAPHS = pytest.mark.parametrize("write_graph", [write_small_graph, write_hostile_graph])


def export(format: str, tables: Tables, folder: Path) -> tuple[Path, ExportReport]:
    path = folder / format
    path.mkdir()
    return path, find_format(format).export(tables, path, OPTIONS)


def replace(elements: Elements, pattern: str, in_lists: str | None = None) -> Elements:
    """Elements with U+FFFD for what a format cannot hold, in the items of lists for more."""

    def convert(value: Any) -> Any:
        if isinstance(value, list):
            return [re.sub(in_lists or pattern, "\ufffd", item) for item in value]
        return re.sub(pattern, "\ufffd", value) if isinstance(value, str) else value

    return {
        id: {name: convert(value) for name, value in attributes.items()}
        for id, attributes in elements.items()
    }


def fetch(query: str) -> list[dict[str, Any]]:
    """The rows that duckdb answers with."""
    found = duckdb.sql(query)
    return [drop_unknown(dict(zip(found.columns, row, strict=True))) for row in found.fetchall()]


@GRAPHS
def test_duckdb_reads_the_parquet(tmp_path: Path, write_graph: Callable[[Path], Tables]) -> None:
    tables = write_graph(tmp_path)
    path, report = export("parquet", tables, tmp_path)
    assert report == ExportReport()
    assert key_by_id(fetch(f"FROM '{path}/nodes.parquet'")) == list_nodes(tables, text=True)
    assert key_by_id(fetch(f"FROM '{path}/edges.parquet'")) == list_edges(tables)


@GRAPHS
def test_duckdb_reads_the_csv(tmp_path: Path, write_graph: Callable[[Path], Tables]) -> None:
    tables = write_graph(tmp_path)
    path, _ = export("csv", tables, tmp_path)
    for name, schema, expected in (
        ("nodes", make_common_schema(text=True), list_nodes(tables, text=True)),
        ("edges", EDGE_SCHEMA, list_edges(tables)),
    ):
        types = {field.name: "VARCHAR" for field in schema if str(field.type) == "string"}
        types |= {name: "JSON" for name in LISTS if name in schema.names}
        rows = fetch(
            f"FROM read_csv('{path}/{name}.csv', header = true, types = {types},"
            " allow_quoted_nulls = false)"
        )
        for row in rows:
            row.update({name: json.loads(row[name]) for name in LISTS if name in row})
        # JSON, as which lists are written, can hold every character.
        assert key_by_id(rows) == replace(expected, "\x00", in_lists="(?!)")


def test_csv_is_read_without_a_word_about_its_form(seeds_output: Path, tmp_path: Path) -> None:
    tables = Tables(seeds_output / "tables")
    path, _ = export("csv", tables, tmp_path)
    (entities,) = fetch(f"SELECT count(*) AS n FROM '{path}/nodes.csv' WHERE kind = 'entity'")
    assert entities["n"] == tables.count("entities")
    (roles,) = fetch(
        f"SELECT count(*) AS n, avg(confidence) AS mean FROM '{path}/edges.csv'"
        " WHERE category = 'role'"
    )
    expected = [row["confidence"] for row in tables.select("statements", category="role")]
    assert roles["n"] == len(expected)
    assert roles["mean"] == pytest.approx(sum(expected) / len(expected))


@pytest.mark.parametrize("format", ["csv", "neo4j", "ladybug"])
def test_what_csv_cannot_hold_is_replaced_and_counted(tmp_path: Path, format: str) -> None:
    path, report = export(format, write_hostile_graph(tmp_path, ("a\x00b",)), tmp_path)
    written = "".join(file.read_text(encoding="utf-8") for file in path.glob("*.csv"))
    assert "\x00" not in written
    assert report.replaced == written.count("\ufffd") > 0


# --- Ladybug


@pytest.fixture
def load_ladybug(tmp_path: Path) -> Callable[[Path], ladybug.Connection]:
    def load(folder: Path) -> ladybug.Connection:
        connection = ladybug.Connection(ladybug.Database(tmp_path / "graph.lbdb"))
        connection.execute(f"CALL file_search_path='{folder}'")
        for script in ("schema.cypher", "copy.cypher"):
            connection.execute((folder / script).read_text(encoding="utf-8"))
        return connection

    return load


def ask(connection: ladybug.Connection, query: str) -> list[list[Any]]:
    result = connection.execute(query)
    assert isinstance(result, ladybug.QueryResult)
    return result.get_all()


def list_properties(value: dict[str, Any], columns: list[str]) -> dict[str, Any]:
    """The properties of a node or an edge that are known."""
    properties = drop_unknown({name: value.get(name) for name in columns})
    if "name" in properties:
        properties["label"] = properties.pop("name")
    return properties


@GRAPHS
def test_ladybug_loads_its_csv(
    tmp_path: Path,
    write_graph: Callable[[Path], Tables],
    load_ladybug: Callable[[Path], ladybug.Connection],
) -> None:
    tables = write_graph(tmp_path)
    path, _ = export("ladybug", tables, tmp_path)
    connection = load_ladybug(path)
    columns = ["name", *make_common_schema(text=True).names]
    nodes = [
        {"kind": node["_LABEL"].lower(), **list_properties(node, columns)}
        for (node,) in ask(connection, "MATCH (n) RETURN n")
    ]
    assert key_by_id(nodes) == replace(list_nodes(tables, text=True), "\x00", "[\x00\x1f]")
    relations = [
        {
            "source": source,
            "target": target,
            "predicate": edge["_LABEL"],
            **list_properties(edge, EDGE_SCHEMA.names),
        }
        for source, edge, target in ask(connection, "MATCH (a)-[e]->(b) RETURN a.id, e, b.id")
    ]
    assert key_by_id(relations) == replace(list_edges(tables), "\x00", "[\x00\x1f]")


def test_ladybug_answers_which_abstracts_evaluate_on_what(
    seeds_output: Path, tmp_path: Path, load_ladybug: Callable[[Path], ladybug.Connection]
) -> None:
    tables = Tables(seeds_output / "tables")
    path, _ = export("ladybug", tables, tmp_path)
    found = ask(
        load_ladybug(path),
        "MATCH (a:Abstract)-[e:evaluatesOn]->(d:Entity {type: 'Dataset'})"
        " RETURN a.id, d.id, e.confidence, e.sentence",
    )
    expected = [
        [edge["source"], edge["target"], edge["confidence"], edge["sentence"]]
        for edge in list_edges(tables).values()
        if edge["predicate"] == "evaluatesOn" and edge["target"].startswith("dataset/")
    ]
    assert sorted(found) == sorted(expected)
    assert len(found) > 0


def test_ladybug_has_tables_for_what_a_graph_does_not_have(
    tmp_path: Path, load_ladybug: Callable[[Path], ladybug.Connection]
) -> None:
    path, _ = export("ladybug", write_hostile_graph(tmp_path, ()), tmp_path)
    connection = load_ladybug(path)
    assert ask(connection, "MATCH (a:Entity)-[e:developedBy]->(b:Entity) RETURN count(*)") == [[0]]


# --- Neo4j, of which there is none here: the files are read by what their headers say.


def read_neo4j(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a file, with the types of its header."""
    convert: dict[str, Callable[[str], Any]] = {
        "long": int,
        "double": float,
        "string[]": lambda text: text.split("\x1f"),
    }
    with (folder / name).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, strict=True)
    fields = [field if field.startswith(":") else field.partition(":") for field in header]
    return [
        {
            field if isinstance(field, str) else field[0]: value
            if isinstance(field, str)
            else convert.get(field[2], str)(value)
            for field, value in zip(fields, row, strict=True)
            if value != ""
        }
        for row in rows
    ]


@GRAPHS
def test_neo4j_files_hold_what_went_in(
    tmp_path: Path, write_graph: Callable[[Path], Tables]
) -> None:
    tables = write_graph(tmp_path)
    path, _ = export("neo4j", tables, tmp_path)
    nodes = []
    for kind in NODE_SCHEMAS:
        for node in read_neo4j(path, f"{kind.capitalize()}.csv"):
            label = node.pop(":LABEL")
            assert label == (node["type"] if kind == "entity" else kind.capitalize())
            nodes.append({"kind": kind, "label": node.pop("name"), **node})
    assert key_by_id(nodes) == replace(list_nodes(tables, text=True), "\x00", "[\x00\x1f]")
    relations = []
    for file in path.glob("*-*.csv"):
        for edge in read_neo4j(path, file.name):
            ends = {"source": edge.pop(":START_ID"), "target": edge.pop(":END_ID")}
            relations.append({**ends, "predicate": edge.pop(":TYPE"), **edge})
            assert file.name == f"{edge['category']}-{relations[-1]['predicate']}.csv"
    assert key_by_id(relations) == replace(list_edges(tables), "\x00", "[\x00\x1f]")


def test_neo4j_header_says_ids_labels_and_types(tmp_path: Path) -> None:
    path, _ = export("neo4j", write_small_graph(tmp_path), tmp_path)
    nodes = (path / "Entity.csv").read_text(encoding="utf-8").splitlines()[0]
    assert {'"id:ID"', '":LABEL"', '"name"', '"aliases:string[]"', '"mentions:long"'} <= {
        *nodes.split(",")
    }
    relations = (path / "role-introduces.csv").read_text(encoding="utf-8").splitlines()[0]
    assert relations.startswith('":START_ID",":END_ID",":TYPE",')
    assert {'"confidence:double"', '"via:string[]"', '"sentence_start:long"'} <= {
        *relations.split(",")
    }


def test_neo4j_script_loads_every_file_by_columns_that_it_has(tmp_path: Path) -> None:
    path, _ = export("neo4j", write_small_graph(tmp_path), tmp_path)
    script = (path / "load.cypher").read_text(encoding="utf-8")
    head, *loads = script.split("LOAD CSV WITH HEADERS FROM 'file:///")
    loaded = [load.partition("'")[0] for load in loads]
    assert sorted(loaded) == sorted(file.name for file in path.glob("*.csv"))
    for file, load in zip(loaded, loads, strict=True):
        with (path / file).open(encoding="utf-8", newline="") as opened:
            header = set(next(csv.reader(opened)))
        used = set(re.findall("row.`([^`]+)`", load))
        assert used == header - {":LABEL", ":TYPE"}
        assert f"={file}" in head
    for label in ("Abstract", "Entity", "Document", "Person", "Repository"):
        assert f"FOR (n:{label}) REQUIRE n.id IS UNIQUE" in head
    assert "neo4j-admin database import full" in head


def test_no_hostile_name_stands_in_a_script(tmp_path: Path) -> None:
    tables = write_hostile_graph(tmp_path)
    for format in ("neo4j", "ladybug"):
        path, _ = export(format, tables, tmp_path)
        scripts = "".join(file.read_text(encoding="utf-8") for file in path.glob("*.cypher"))
        assert not [name for name in HOSTILE if len(name) > 6 and name in scripts]


# --- All of them


@pytest.fixture
def orders(tmp_path: Path) -> list[Tables]:
    """The tables of the same abstracts, extracted in two orders."""
    texts = {"a" * 16: "We use CLIP on ImageNet.", "b" * 16: "We probe CLIP on ImageNet."}
    extractions = [
        extract_by_hand(
            text, [("CLIP", "Model", "uses"), ("ImageNet", "Dataset", "evaluatesOn")], key=key
        )
        for key, text in texts.items()
    ]
    tables = []
    for name, order in (("forward", extractions), ("backward", extractions[::-1])):
        (tmp_path / name).mkdir()
        tables.append(write_by_hand(tmp_path / name, order))
    return tables


@pytest.mark.parametrize("format", FORMATS)
def test_same_abstracts_in_any_order_give_the_same_bytes(
    orders: list[Tables], tmp_path: Path, format: str
) -> None:
    written = []
    for number, tables in enumerate(orders):
        (tmp_path / str(number)).mkdir()
        path = tmp_path / str(number) / format
        exporter = find_format(format)
        if exporter.is_folder:
            path.mkdir()
        exporter.export(tables, path, OPTIONS)
        files = sorted(path.iterdir()) if exporter.is_folder else [path]
        written.append([(file.name, file.read_bytes()) for file in files])
    assert written[0] == written[1]


@pytest.mark.parametrize("format", FORMATS)
def test_full_disk_is_one_line_and_leaves_nothing(
    seeds_output: Path, tmp_path: Path, format: str
) -> None:
    # A limit on the size of files, in kB, stands in for a full disk.
    command = 'ulimit -f 16; exec "$0" -m kg export "$1" --format "$2" --output "$3"'
    ended = subprocess.run(
        ["bash", "-c", command, sys.executable, seeds_output, format, tmp_path / "x"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("kg: ")
    assert "cannot be written" in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("rows", [1, 7, 250_000])
def test_edges_do_not_depend_on_how_much_is_sorted_at_once(
    seeds_output: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    tables = Tables(seeds_output / "tables")
    monkeypatch.setattr(edges, "_RUN_ROWS", rows)
    monkeypatch.setattr(edges, "_BATCH_ROWS", max(rows, 64))
    monkeypatch.setattr(edges, "_ABSTRACTS_AT_ONCE", rows)
    found = [row for batch in edges.stream_edges(tables) for row in batch.to_pylist()]
    order = [(row["evidence_abstract"], row["id"]) for row in found]
    assert order == sorted(order)
    assert key_by_id([*map(drop_unknown, found)]) == list_edges(tables)
