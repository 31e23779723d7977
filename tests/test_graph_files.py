"""GraphML, GEXF, Cytoscape.js and node-link JSON, as programs that are not ours read them."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kg.export.network import load_network
from kg.export.registry import ExportOptions, ExportReport, find_format
from kg.tables import Tables
from tests.elements import (
    Elements,
    key_by_id,
    list_edges,
    list_nodes,
    read_with_node,
    write_hostile_graph,
)
from tests.graphs import write_small_graph

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
FORBIDDEN_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
OPTIONS = ExportOptions()
FORMATS = ("graphml", "gexf", "cytoscape", "json")


def export(format: str, tables: Tables, folder: Path) -> tuple[Path, ExportReport]:
    exporter = find_format(format)
    path = folder / exporter.file_name
    return path, exporter.export(tables, path, OPTIONS)


def write_in_xml(elements: Elements) -> Elements:
    """Elements as XML can hold them: lists joined, what it has no characters for replaced."""

    def convert(value: Any) -> Any:
        if isinstance(value, list):
            value = " | ".join(value)
        return FORBIDDEN_IN_XML.sub("\ufffd", value) if isinstance(value, str) else value

    return {
        id: {name: convert(value) for name, value in attributes.items()}
        for id, attributes in elements.items()
    }


def list_network(network: Any) -> tuple[Elements, Elements]:
    """Nodes and edges of a multigraph of networkx."""
    return {id: dict(attributes) for id, attributes in network.nodes(data=True)}, {
        key: {"source": source, "target": target, **attributes}
        for source, target, key, attributes in network.edges(keys=True, data=True)
    }


def read_graphml(path: Path) -> tuple[Elements, Elements]:
    nodes, edges = list_network(nx.read_graphml(path, force_multigraph=True))
    for id, edge in edges.items():
        assert edge.pop("statement") == id
    return nodes, edges


def read_gexf(path: Path) -> tuple[Elements, Elements]:
    network = nx.read_gexf(path)
    edges = [
        {"source": source, "target": target, **attributes}
        for source, target, attributes in network.edges(data=True)
    ]
    for edge in edges:
        assert edge.pop("label") == edge["predicate"]
    nodes = {id: dict(attributes) for id, attributes in network.nodes(data=True)}
    for node in nodes.values():
        node.pop("viz", None)
    return nodes, key_by_id(edges)


XML_READERS: dict[str, Callable[[Path], tuple[Elements, Elements]]] = {
    "graphml": read_graphml,
    "gexf": read_gexf,
}


@settings(max_examples=25)
@given(name=TEXT, title=TEXT)
def test_node_link_json_holds_what_went_in(
    tmp_path_factory: pytest.TempPathFactory, name: str, title: str
) -> None:
    folder = tmp_path_factory.mktemp("graph")
    tables = write_hostile_graph(folder, (name, title))
    path, _ = export("json", tables, folder)
    data = json.loads(path.read_text(encoding="utf-8"))
    read = nx.node_link_graph(data, edges="edges")
    assert list_network(read) == (list_nodes(tables), list_edges(tables))
    assert set(read.edges(keys=True)) == set(load_network(tables).edges(keys=True))


@pytest.mark.parametrize("format", XML_READERS)
@settings(max_examples=25)
@given(name=TEXT, title=TEXT)
def test_xml_holds_what_went_in_save_for_characters_that_xml_has_not(
    tmp_path_factory: pytest.TempPathFactory, format: str, name: str, title: str
) -> None:
    folder = tmp_path_factory.mktemp("graph")
    tables = write_hostile_graph(folder, (name, title))
    path, report = export(format, tables, folder)
    nodes, edges = XML_READERS[format](path)
    assert nodes == write_in_xml(list_nodes(tables))
    assert edges == write_in_xml(list_edges(tables))
    lost = FORBIDDEN_IN_XML.findall(name + title)
    assert (report.replaced > 0) == bool(lost)


@pytest.mark.parametrize("format", XML_READERS)
def test_each_control_character_in_xml_is_replaced_and_counted(tmp_path: Path, format: str) -> None:
    tables = write_hostile_graph(tmp_path, ("a\x1bb",))
    path, report = export(format, tables, tmp_path)
    written = path.read_text(encoding="utf-8")
    assert "a\ufffdb" in written
    assert report.replaced == written.count("\ufffd") > 0


@pytest.mark.parametrize("format", XML_READERS)
def test_networkx_finds_every_node_and_edge_of_the_seeds(
    seeds_output: Path, tmp_path: Path, format: str
) -> None:
    tables = Tables(seeds_output / "tables")
    path, _ = export(format, tables, tmp_path)
    nodes, edges = XML_READERS[format](path)
    assert nodes == write_in_xml(list_nodes(tables))
    assert edges == write_in_xml(list_edges(tables))


@pytest.mark.parametrize("write_graph", [write_small_graph, write_hostile_graph])
def test_igraph_reads_the_graphml(tmp_path: Path, write_graph: Callable[[Path], Tables]) -> None:
    tables = write_graph(tmp_path)
    path, _ = export("graphml", tables, tmp_path)
    graph = igraph.Graph.Read_GraphML(str(path))
    nodes, edges = write_in_xml(list_nodes(tables)), write_in_xml(list_edges(tables))
    assert {v["id"]: known_to_igraph(v.attributes()) for v in graph.vs} == {
        id: {**attributes, "id": id} for id, attributes in nodes.items()
    }
    found = {
        edge["statement"]: known_to_igraph(edge.attributes())
        | {"source": graph.vs[edge.source]["id"], "target": graph.vs[edge.target]["id"]}
        for edge in graph.es
    }
    for id, attributes in found.items():
        assert attributes.pop("statement") == id
        # igraph confuses the ids of edges with those of nodes.
        attributes.pop("id", None)
    assert found == edges


def known_to_igraph(attributes: dict[str, Any]) -> dict[str, Any]:
    """The attributes that have a value: igraph gives an empty string or no number for the rest."""
    return {name: value for name, value in attributes.items() if value != "" and value == value}


@pytest.mark.parametrize("write_graph", [write_small_graph, write_hostile_graph])
def test_graphology_reads_the_gexf(tmp_path: Path, write_graph: Callable[[Path], Tables]) -> None:
    tables = write_graph(tmp_path)
    path, _ = export("gexf", tables, tmp_path)
    nodes, edges = read_with_node("gexf", path)
    for node in nodes.values():
        node.pop("color", None)
        node.pop("size", None)
    for edge in edges.values():
        assert edge.pop("label") == edge.pop("kind") == edge["predicate"]
    assert nodes == write_in_xml(list_nodes(tables))
    assert edges == write_in_xml(list_edges(tables))


@pytest.mark.parametrize("write_graph", [write_small_graph, write_hostile_graph])
def test_cytoscape_reads_its_json(tmp_path: Path, write_graph: Callable[[Path], Tables]) -> None:
    tables = write_graph(tmp_path)
    path, report = export("cytoscape", tables, tmp_path)
    assert report == ExportReport()
    assert read_with_node("cytoscape", path) == (list_nodes(tables), list_edges(tables))


def test_cytoscape_json_says_what_the_graph_is_called(tmp_path: Path) -> None:
    tables = write_small_graph(tmp_path)
    path = tmp_path / "graph.cyjs"
    find_format("cytoscape").export(tables, path, ExportOptions(title='A "title"'))
    assert json.loads(path.read_text(encoding="utf-8"))["data"] == {"name": 'A "title"'}


GEXF = "{http://gexf.net/1.3}"
VIZ = "{http://gexf.net/1.3/viz}"
# Of the schema of GEXF 1.3: the attributes that an element may have, and the children, in order.
GEXF_RULES = {
    f"{GEXF}gexf": ({"version"}, [f"{GEXF}meta", f"{GEXF}graph"]),
    f"{GEXF}meta": ({"lastmodifieddate"}, [f"{GEXF}creator", f"{GEXF}description"]),
    f"{GEXF}creator": (set(), []),
    f"{GEXF}description": (set(), []),
    f"{GEXF}graph": (
        {"defaultedgetype", "idtype", "mode"},
        [f"{GEXF}attributes", f"{GEXF}nodes", f"{GEXF}edges"],
    ),
    f"{GEXF}attributes": ({"class", "mode"}, [f"{GEXF}attribute"]),
    f"{GEXF}attribute": ({"id", "title", "type"}, []),
    f"{GEXF}nodes": ({"count"}, [f"{GEXF}node"]),
    f"{GEXF}node": ({"id", "label"}, [f"{GEXF}attvalues", f"{VIZ}color", f"{VIZ}size"]),
    f"{GEXF}attvalues": (set(), [f"{GEXF}attvalue"]),
    f"{GEXF}attvalue": ({"for", "value"}, []),
    f"{VIZ}color": ({"r", "g", "b"}, []),
    f"{VIZ}size": ({"value"}, []),
    f"{GEXF}edges": ({"count"}, [f"{GEXF}edge"]),
    f"{GEXF}edge": (
        {"id", "source", "target", "label", "kind", "weight", "type"},
        [f"{GEXF}attvalues"],
    ),
}


def test_gexf_keeps_the_rules_of_its_schema(tmp_path: Path) -> None:
    path, _ = export("gexf", write_small_graph(tmp_path), tmp_path)
    root = etree.parse(path).getroot()
    assert root.get("version") == "1.3"
    declared: dict[str, set[str]] = {}
    for element in root.iter():
        allowed, children = GEXF_RULES[element.tag]
        assert {name for name in element.attrib if not name.startswith("{")} <= allowed
        order = [children.index(child.tag) for child in element]
        assert order == sorted(order)
        if element.tag == f"{GEXF}attribute":
            assert element.get("type") in {"string", "long", "double"}
            declared.setdefault(element.getparent().get("class"), set()).add(element.get("id"))
        if element.tag == f"{GEXF}attvalue":
            kind = etree.QName(element.getparent().getparent()).localname
            assert element.get("for") in declared[kind]
    assert set(declared) == {"node", "edge"}


def test_gexf_tells_parallel_edges_apart_by_their_kind(seeds_output: Path, tmp_path: Path) -> None:
    path, _ = export("gexf", Tables(seeds_output / "tables"), tmp_path)
    edges = [
        (edge.get("source"), edge.get("target"), edge.get("kind"))
        for edge in etree.parse(path).iter(f"{GEXF}edge")
    ]
    assert len(edges) == len(set(edges)) > 0


def test_gexf_colours_by_type_and_sizes_by_importance(seeds_output: Path, tmp_path: Path) -> None:
    path, _ = export("gexf", Tables(seeds_output / "tables"), tmp_path)
    nodes = nx.read_gexf(path).nodes
    entities = [nodes[id] for id in nodes if nodes[id]["kind"] == "entity"]
    colors: dict[str, set[tuple[int, ...]]] = {}
    for node in entities:
        color = node["viz"]["color"]
        colors.setdefault(node["type"], set()).add((color["r"], color["g"], color["b"]))
    assert all(len(found) == 1 for found in colors.values())
    assert len({color for found in colors.values() for color in found}) == len(colors)
    by_importance = sorted(entities, key=lambda node: node["importance"])
    sizes = [node["viz"]["size"] for node in by_importance]
    assert sizes == sorted(sizes)


@pytest.mark.parametrize("format", FORMATS)
def test_graph_without_abstracts_can_be_read(tmp_path: Path, format: str) -> None:
    tables = write_hostile_graph(tmp_path, ())
    path, _ = export(format, tables, tmp_path)
    text = path.read_text(encoding="utf-8")
    if format in XML_READERS:
        assert etree.fromstring(text.encode()) is not None
    else:
        assert json.loads(text)
