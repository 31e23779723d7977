"""Clients that people have: each asks the server and gets what it asked for."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from tests.conftest import ROOT, require
from tests.servers import MODELS, WAIT, Server

NODE_MODULES = ROOT / "tests" / "node" / "node_modules"
PREFIXES = """
PREFIX kg: <https://w3id.org/kg-abstracts/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
NAMES = PREFIXES + MODELS
CONSTRUCT = PREFIXES + "CONSTRUCT { ?m skos:prefLabel ?n } { ?m a kg:Model ; skos:prefLabel ?n }"


@pytest.fixture(scope="module")
def names(seeds_output: Path) -> list[str]:
    """The models in the graph, by rdflib."""
    graph = rdflib.Graph().parse(seeds_output / "graph.ttl", format="turtle")
    return [str(row[0]) for row in graph.query(NAMES)]


@pytest.fixture
def wrapper(seeds_server: Server) -> SPARQLWrapper:
    return SPARQLWrapper(f"{seeds_server.url}sparql")


@pytest.fixture(scope="module")
def comunica() -> Path:
    program = NODE_MODULES / ".bin" / "comunica-sparql"
    require(
        shutil.which("node") is not None and program.exists(),
        "Node or Comunica is missing; install them with npm ci --prefix tests/node",
    )
    return program


def run_comunica(program: Path, server: Server, *arguments: str) -> str:
    ended = subprocess.run(
        [program, f"sparql@{server.url}sparql", *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=WAIT,
    )
    return ended.stdout


def run_curl(*arguments: str) -> str:
    require(shutil.which("curl") is not None, "curl is not installed")
    ended = subprocess.run(
        ["curl", "--silent", "--show-error", "--fail-with-body", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=WAIT,
    )
    return ended.stdout


@pytest.mark.parametrize("method", ["GET", POST])
def test_sparqlwrapper_selects(wrapper: SPARQLWrapper, names: list[str], method: str) -> None:
    wrapper.setMethod(method)
    wrapper.setReturnFormat(JSON)
    wrapper.setQuery(NAMES)

    rows = wrapper.queryAndConvert()["results"]["bindings"]
    assert [row["name"]["value"] for row in rows] == names


def test_sparqlwrapper_posts_the_query_as_it_is(wrapper: SPARQLWrapper, names: list[str]) -> None:
    wrapper.setMethod(POST)
    wrapper.setRequestMethod("postdirectly")
    wrapper.setReturnFormat(CSV)
    wrapper.setQuery(NAMES)

    assert wrapper.queryAndConvert().decode().splitlines()[1:] == names


def test_sparqlwrapper_reads_xml(wrapper: SPARQLWrapper, names: list[str]) -> None:
    wrapper.setReturnFormat(XML)
    wrapper.setQuery(NAMES)

    document = wrapper.queryAndConvert()
    found = [node.firstChild.data for node in document.getElementsByTagName("literal")]
    assert found == names


def test_sparqlwrapper_constructs(wrapper: SPARQLWrapper, names: list[str]) -> None:
    wrapper.setReturnFormat(TURTLE)
    wrapper.setQuery(CONSTRUCT)

    graph = rdflib.Graph().parse(data=wrapper.queryAndConvert(), format="turtle")
    assert sorted(map(str, graph.objects())) == sorted(names)


def test_sparqlwrapper_is_told_what_is_wrong(wrapper: SPARQLWrapper) -> None:
    wrapper.setQuery("SELECT ?x { ?x a foo:bar }")

    with pytest.raises(QueryBadFormed, match="the prefix foo: is not known"):
        wrapper.query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_store_selects(seeds_server: Server, names: list[str], method: str) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{seeds_server.url}sparql", method=method))

    assert [str(row[0]) for row in graph.query(NAMES)] == names


def test_rdflib_store_walks(seeds_server: Server) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{seeds_server.url}sparql"))
    clip = rdflib.URIRef("https://kg.example/model/clip")

    assert str(graph.value(clip, rdflib.SKOS.prefLabel)) == "CLIP"
    assert (clip, rdflib.SKOS.prefLabel, rdflib.Literal("CLIP")) in graph
    assert graph.query("ASK {}").askAnswer is True
    assert len(graph.query(CONSTRUCT).graph) > 10


def test_rdflib_reads_a_resource_and_the_whole_graph(
    seeds_server: Server, seeds_output: Path
) -> None:
    clip = rdflib.Graph().parse(f"{seeds_server.url}model/clip")
    whole = rdflib.Graph().parse(f"{seeds_server.url}data?default")

    assert {*clip} <= {*whole}
    assert len(whole) == len(rdflib.Graph().parse(seeds_output / "graph.ttl"))


def test_comunica_selects(comunica: Path, seeds_server: Server, names: list[str]) -> None:
    written = run_comunica(comunica, seeds_server, NAMES, "-t", "application/sparql-results+json")
    rows = json.loads(written)["results"]["bindings"]
    assert [row["name"]["value"] for row in rows] == names


def test_comunica_constructs(comunica: Path, seeds_server: Server, names: list[str]) -> None:
    written = run_comunica(comunica, seeds_server, CONSTRUCT, "-t", "application/n-triples")

    graph = rdflib.Graph().parse(data=written, format="nt")
    assert sorted(map(str, graph.objects())) == sorted(names)


def test_comunica_finds_the_endpoint_by_its_description(
    comunica: Path, seeds_server: Server, names: list[str]
) -> None:
    ended = subprocess.run(
        [comunica, f"{seeds_server.url}sparql", NAMES, "-t", "application/sparql-results+json"],
        capture_output=True,
        text=True,
        check=True,
        timeout=WAIT,
    )
    rows = json.loads(ended.stdout)["results"]["bindings"]
    assert [row["name"]["value"] for row in rows] == names


def test_curl_by_get_form_and_body(seeds_server: Server, names: list[str]) -> None:
    url = f"{seeds_server.url}sparql"
    csv = ("--header", "Accept: text/csv")
    by_get = run_curl("--get", *csv, "--data-urlencode", f"query={NAMES}", url)
    by_form = run_curl(*csv, "--data-urlencode", f"query={NAMES}", url)
    by_body = run_curl(
        *csv, "--header", "Content-Type: application/sparql-query", "--data-binary", NAMES, url
    )
    assert by_get == by_form == by_body
    assert by_get.splitlines()[1:] == names


def test_curl_is_told_what_is_wrong(seeds_server: Server) -> None:
    written = run_curl("--data-urlencode", "query=SELECT", f"{seeds_server.url}sparql")

    assert "does not parse" in written
