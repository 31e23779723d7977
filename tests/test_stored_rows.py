"""Rows looked up in a store say what the tables say."""

from pathlib import Path
from typing import Any, cast

import pytest

from kg.export.html.details import describe
from kg.export.html.neighbourhood import describe_by_id
from kg.export.html.network import build_network
from kg.export.html.selection import Selection, select
from kg.query import open_graph
from kg.query.stored_rows import StoredRows
from kg.serve.neighbourhoods import select_nodes
from kg.tables import Tables

Described = dict[str, dict[str, Any]]


def describe_all(tables: Tables | StoredRows, selection: Selection) -> Described:
    """What the page shows of each node and edge, by id, without what the RDF does not hold.

    That is the type of a mention where it is not its entity's, and the order of evidence.
    """
    details = describe(cast(Tables, tables), selection)
    part = describe_by_id(build_network(selection, None), details)
    described = {item["id"]: item for item in (*part["nodes"], *part["edges"])}
    for item in described.values():
        if "mentions" in item and isinstance(item["mentions"], list):
            item["mentions"] = [mention[:3] for mention in item["mentions"]]
        if "evidence" in item:
            item["evidence"] = sorted(map(repr, item["evidence"]))
    return described


@pytest.fixture(scope="module")
def described(
    seeds_output: Path,
) -> tuple[Described, Described]:
    """The seeds as the tables have them, and as a store has them that was made of the Turtle."""
    tables = Tables(seeds_output / "tables")
    whole = select(tables)
    rows = StoredRows(
        open_graph(seeds_output / "graph.ttl"), "https://kg.example/", most_evidence=100
    )
    selection = select_nodes(rows, list(whole.numbers), len(whole.statements) + 1)
    return describe_all(tables, whole), describe_all(rows, selection)


def test_nodes_and_edges_are_the_same(
    described: tuple[Described, Described],
) -> None:
    expected, found = described

    assert len(expected) > 500
    assert found.keys() == expected.keys()


def test_all_that_the_page_shows_of_them_is_the_same(
    described: tuple[Described, Described],
) -> None:
    expected, found = described

    different = [id for id in expected if found[id] != expected[id]]
    assert different == []


def test_what_is_not_there_has_no_rows(seeds_output: Path) -> None:
    rows = StoredRows(
        open_graph(seeds_output / "graph.ttl"), "https://kg.example/", most_evidence=1
    )

    for table in ("abstracts", "entities", "repositories", "statements"):
        assert [*rows.rows_where(table, {"id": ["model/none", "", "\U0001f680"]})] == []
    for table in ("mentions", "hyperlinks", "places", "results"):
        assert [*rows.rows_where(table, {"abstract": ["abstract/none"]})] == []


def test_no_more_evidence_is_read_than_is_wanted(seeds_output: Path) -> None:
    rows = StoredRows(
        open_graph(seeds_output / "graph.ttl"), "https://kg.example/", most_evidence=1
    )
    statements = [
        row["id"]
        for row in Tables(seeds_output / "tables").rows("statements")
        if row["evidence"] > 1 and row["category"] != "metadata"
    ]

    found = [row["statement"] for row in rows.rows_where("evidence", {"statement": statements})]
    assert found == sorted(statements)
