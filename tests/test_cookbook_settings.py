"""Queries of the cookbook by name: their settings, and the command line."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

from kg import cli
from kg.errors import QueryError
from kg.query import find_recipe, list_recipes, open_graph, parse_settings, run_query
from tests.conftest import ROOT

NAMES = [recipe.name for recipe in list_recipes()]


@pytest.fixture(scope="module")
def store(seeds_output: Path) -> Store:
    return open_graph(seeds_output / "graph.ttl")


def test_setting_takes_several_values(store: Store) -> None:
    recipe = find_recipe("names")
    rows = run_query(store, recipe.fill({"name": ["ImageNet", "accuracy"]})).rows

    assert {row[1] for row in rows} == {"ImageNet", "accuracy"}


@given(st.text())
def test_setting_is_never_more_than_a_value(value: str) -> None:
    recipe = find_recipe("names")
    value = value.replace("\x00", "")
    sparql = recipe.fill({"name": [value]})
    store = Store()
    store.update(
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
        'INSERT DATA { <a:a> a <a:#B> ; skos:prefLabel "other" }'
    )

    assert run_query(store, sparql).rows == ((("B", "other", None),) if value == "other" else ())


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("names", {"colour": ["red"]}, "names has no setting 'colour'; it can set name"),
        ("code", {"name": ["red"]}, "nothing can be set in it"),
        ("most-shared", {"type": ["Model }"]}, "type is a name of the ontology, such as Dataset"),
    ],
)
def test_setting_that_cannot_be_is_refused(
    name: str, settings: dict[str, list[str]], message: str
) -> None:
    with pytest.raises(QueryError, match=message):
        find_recipe(name).fill(settings)


def test_setting_of_a_number_is_a_number() -> None:
    recipe = replace(find_recipe("names"), sparql="VALUES ?n { 1 }", settings={"n": "1"})

    assert recipe.fill({"n": ["2.5"]}) == "VALUES ?n { 2.5 }"
    with pytest.raises(QueryError, match="n is a number, such as 1"):
        recipe.fill({"n": ["two"]})


def test_settings_are_names_and_values() -> None:
    assert parse_settings(["name=a=b", "name=c", "type="]) == {"name": ["a=b", "c"], "type": [""]}
    with pytest.raises(QueryError, match="write NAME=VALUE"):
        parse_settings(["ImageNet"])


def test_unknown_query_suggests_what_is_near() -> None:
    with pytest.raises(QueryError, match="near it are neighbourhood"):
        find_recipe("neighborhood")


def run_kg(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["kg", "query", *map(str, arguments)])
    try:
        cli.main()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    return 0


def test_command_line_lists_the_cookbook(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_kg(monkeypatch, "--list") == 0
    out = capfd.readouterr().out
    assert [line.split()[0] for line in out.splitlines() if line[:1].strip()][2:] == NAMES


def test_command_line_asks_by_name(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], seeds_output: Path
) -> None:
    arguments = ("--name", "names", "--with", "name=D3M", "--format", "csv")
    assert run_kg(monkeypatch, seeds_output, *arguments) == 0
    out = capfd.readouterr().out
    assert out.splitlines()[1] == "Technique,Data Debiasing with Datamodels,D3M"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name a graph"),
        (("graph.ttl",), "give a query, or --file, or --name"),
        (("graph.ttl", "ASK {}", "--name", "code"), "give a query, or --file, or --name"),
        (("graph.ttl", "ASK {}", "--with", "a=b"), "--with goes with --name"),
    ],
)
def test_command_line_explains_wrong_use(
    arguments: tuple[str, ...],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert run_kg(monkeypatch, *arguments) == 2
    assert message in capfd.readouterr().err


def test_cookbook_is_part_of_the_package() -> None:
    assert '"ontology" = "kg/ontology"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
