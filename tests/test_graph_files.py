"""GraphML and node-link JSON, as other tools read them."""

import json
from pathlib import Path

import igraph
import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.export.network import load_network
from kg.export.registry import ExportOptions, find_format
from kg.records import Relation
from kg.tables import Tables
from tests.extractions import extract_by_hand, stand_in, write_by_hand

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
OPTIONS = ExportOptions()


def strip_lists(value: object) -> object:
    return " | ".join(value) if isinstance(value, list) else value


@given(name=TEXT, title=TEXT)
def test_node_link_json_holds_what_went_in(
    tmp_path_factory: pytest.TempPathFactory, name: str, title: str
) -> None:
    folder = tmp_path_factory.mktemp("graph")
    tables = write_hostile(folder, name, title)
    find_format("json").export(tables, folder / "graph.json", OPTIONS)
    data = json.loads((folder / "graph.json").read_text(encoding="utf-8"))
    assert nx.utils.graphs_equal(nx.node_link_graph(data, edges="edges"), load_network(tables))


@given(name=TEXT, title=TEXT)
def test_graphml_holds_what_went_in_save_for_characters_that_xml_has_not(
    tmp_path_factory: pytest.TempPathFactory, name: str, title: str
) -> None:
    folder = tmp_path_factory.mktemp("graph")
    tables = write_hostile(folder, name, title)
    report = find_format("graphml").export(tables, folder / "graph.graphml", OPTIONS)
    network = load_network(tables)
    read = nx.read_graphml(folder / "graph.graphml", force_multigraph=True)
    assert set(read.edges(keys=True)) == set(network.edges(keys=True))
    replaced = 0
    for id, attributes in network.nodes(data=True):
        for attribute, value in attributes.items():
            written, expected = read.nodes[id][attribute], strip_lists(value)
            if isinstance(expected, str):
                changed = [(a, b) for a, b in zip(written, expected, strict=True) if a != b]
                assert all(a == "\ufffd" for a, _ in changed)
                replaced += len(changed)
            else:
                assert written == expected
    assert replaced == report.replaced


def test_control_character_in_graphml_is_replaced_and_counted(tmp_path: Path) -> None:
    tables = write_hostile(tmp_path, "a\x1bb", "t\x00")
    report = find_format("graphml").export(tables, tmp_path / "graph.graphml", OPTIONS)
    written = (tmp_path / "graph.graphml").read_text(encoding="utf-8")
    assert "a\ufffdb" in written
    assert report.replaced == written.count("\ufffd") > 0


def test_igraph_reads_the_graphml(tmp_path: Path) -> None:
    tables = write_hostile(tmp_path, "<b>CLIP & co</b>", "A title")
    find_format("graphml").export(tables, tmp_path / "graph.graphml", OPTIONS)
    graph = igraph.Graph.Read_GraphML(str(tmp_path / "graph.graphml"))
    network = load_network(tables)
    assert set(graph.vs["label"]) == {label for _, label in network.nodes(data="label")}
    assert sorted(graph.es["statement"]) == sorted(key for *_, key in network.edges(keys=True))


def write_hostile(folder: Path, name: str, title: str) -> Tables:
    extraction = extract_by_hand(
        f"We use {name} on ImageNet.",
        [(name, "Model", "uses"), ("ImageNet", "Dataset", "evaluatesOn")],
        [Relation("e1", "evaluatedOn", "e2")],
        key="k",
    )
    return write_by_hand(folder, [extraction], [stand_in(extraction, title=title, year=2020)])
