"""The endpoint by the standards: SPARQL 1.1 Protocol, Graph Store, Service Description, CORS."""

import csv
import io
import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import RdfFormat

from tests.servers import MODELS, Reply, Server, run_server

FORM = "application/x-www-form-urlencoded"
NAMES = ["CLIP", "GPT-4 Turbo"]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CONSTRUCT = "CONSTRUCT { ?m kg:variantOf ?o } WHERE { ?m kg:variantOf ?o }"
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")


@pytest.fixture(scope="module")
def quads_server(tmp_path_factory: pytest.TempPathFactory):
    """A store of others, with named graphs."""
    path = tmp_path_factory.mktemp("quads") / "store"
    store = pyoxigraph.Store(str(path))
    store.load(
        '<http://a/s> <http://a/p> "default" .\n'
        '<http://a/s> <http://a/p> "one" <http://a/g1> .\n'
        '<http://a/s> <http://a/p> "two" <http://a/g2> .\n'
        '<http://a/s> <http://a/9> "three\\u0001\\uFFFE" <http://a/g3> .',
        format=RdfFormat.N_QUADS,
    )
    store.flush()
    del store
    with run_server(path, "--workers", "2") as server:
        yield server


def read_names(reply: Reply) -> list[str]:
    assert reply.status == 200, reply.text
    rows = json.loads(reply.body)["results"]["bindings"]
    return [row["name"]["value"] for row in rows]


def read_values(reply: Reply) -> set[str]:
    assert reply.status == 200, reply.text
    return {row["o"]["value"] for row in json.loads(reply.body)["results"]["bindings"]}


def count_triples(graph: Path) -> int:
    return len({*pyoxigraph.parse(path=graph, format=RdfFormat.TURTLE)})


# Queries


def test_query_by_get(seeds_server: Server) -> None:
    reply = seeds_server.fetch(f"/sparql?query={quote(MODELS)}")

    assert set(NAMES) <= set(read_names(reply))
    assert reply.media_type == "application/sparql-results+json"


def test_query_by_post_of_a_form(seeds_server: Server) -> None:
    form = urlencode({"query": MODELS})
    reply = seeds_server.fetch("/sparql", "POST", form, content_type=f"{FORM}; charset=UTF-8")

    assert set(NAMES) <= set(read_names(reply))


def test_query_by_post_as_it_is(seeds_server: Server) -> None:
    assert set(NAMES) <= set(read_names(seeds_server.ask(MODELS)))


def test_head_gives_the_headers_of_get(seeds_server: Server) -> None:
    path = f"/sparql?query={quote(MODELS)}"
    head = seeds_server.fetch(path, "HEAD")

    assert head.status == 200
    assert head.body == b""
    assert head.headers["content-length"] == str(len(seeds_server.fetch(path).body))


@pytest.mark.parametrize(
    "accept",
    ["application/sparql-results+json", "application/json", "application/*", "*/*", ""],
)
def test_results_as_json(seeds_server: Server, accept: str) -> None:
    reply = seeds_server.ask(MODELS, accept=accept)

    assert set(NAMES) <= set(read_names(reply))


@pytest.mark.parametrize("accept", ["application/sparql-results+xml", "text/xml", BROWSER])
def test_results_as_xml(seeds_server: Server, accept: str) -> None:
    reply = seeds_server.ask(MODELS, accept=accept)

    literals = ElementTree.fromstring(reply.body).findall(".//{*}literal")
    assert set(NAMES) <= {literal.text for literal in literals}


def test_results_as_csv(seeds_server: Server) -> None:
    reply = seeds_server.ask(MODELS, accept="text/csv")

    rows = [*csv.reader(io.StringIO(reply.text))]
    assert rows[0] == ["name"]
    assert ["CLIP"] in rows
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"


def test_results_as_tsv(seeds_server: Server) -> None:
    reply = seeds_server.ask(MODELS, accept="text/tab-separated-values")

    assert reply.text.splitlines()[0] == "?name"
    assert '"CLIP"' in reply.text.splitlines()


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/sparql-results+xml;q=0.5, text/csv;q=0.9", "text/csv"),
        ("text/csv;q=0, */*;q=0.1", "application/sparql-results+json"),
        ("text/html, text/*;q=0.3", "text/csv"),
        ("application/n-triples, application/sparql-results+xml;q=0.2", None),
    ],
)
def test_accept_chooses_the_syntax(
    seeds_server: Server, accept: str, media_type: str | None
) -> None:
    reply = seeds_server.ask(MODELS, accept=accept)

    assert reply.media_type == (media_type or "application/sparql-results+xml")
    assert reply.headers["vary"] == "accept"


def test_ask_is_answered(seeds_server: Server) -> None:
    assert json.loads(seeds_server.ask("ASK { ?x a kg:Model }").body)["boolean"] is True


@pytest.mark.parametrize(
    ("accept", "format"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/ld+json", "json-ld"),
        ("application/rdf+xml", "xml"),
    ],
)
def test_graphs_in_each_syntax(seeds_server: Server, accept: str, format: str) -> None:
    reply = seeds_server.ask(CONSTRUCT, accept=accept)

    graph = rdflib.Graph().parse(data=reply.body, format=format)
    expected = rdflib.Graph().parse(data=seeds_server.ask(CONSTRUCT).body, format="turtle")
    assert reply.media_type == accept
    assert {*graph} == {*expected}
    assert len(graph) > 10


def test_describe_is_answered(seeds_server: Server) -> None:
    reply = seeds_server.ask("DESCRIBE model:clip")

    graph = rdflib.Graph().parse(data=reply.body, format="turtle")
    assert {str(s) for s in graph.subjects()} == {"https://kg.example/model/clip"}


# What a client does wrong


@pytest.mark.parametrize(
    ("sparql", "said"),
    [
        ("", "this is no SPARQL query"),
        ("SELECT", "does not parse"),
        ("SELECT ?x { ?x a foo:bar }", "the prefix foo: is not known"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", "read only"),
        ("LOAD <http://127.0.0.1:9/>", "read only"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?x ?y ?z } }", "asks another server"),
        ("SELECT (<a:f>(1) AS ?y) {}", "cannot be answered"),
    ],
)
def test_bad_query_is_400_and_says_why(seeds_server: Server, sparql: str, said: str) -> None:
    reply = seeds_server.ask(sparql)

    assert reply.status == 400
    assert said in reply.text
    assert reply.media_type == "text/plain"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ([("query", "ASK {}"), ("query", "ASK {}")], "2 queries"),
        ([("update", "DROP ALL")], "not an update"),
        ([("query", "ASK {}"), ("default-graph-uri", "no iri")], "absolute IRI"),
        ([("query", "ASK {}"), ("named-graph-uri", "relative")], "absolute IRI"),
    ],
)
def test_bad_request_is_400_and_says_why(
    seeds_server: Server, fields: list[tuple[str, str]], said: str
) -> None:
    by_get = seeds_server.fetch(f"/sparql?{urlencode(fields)}")
    by_form = seeds_server.fetch("/sparql", "POST", urlencode(fields), content_type=FORM)

    assert (by_get.status, by_form.status) == (400, 400)
    assert said in by_get.text
    assert said in by_form.text


def test_form_without_a_query_is_400(seeds_server: Server) -> None:
    assert seeds_server.fetch("/sparql", "POST", "", content_type=FORM).status == 400


def test_query_in_url_and_body_is_400(seeds_server: Server) -> None:
    reply = seeds_server.fetch(
        "/sparql?query=ASK%7B%7D", "POST", "ASK {}", content_type="application/sparql-query"
    )
    assert reply.status == 400


@pytest.mark.parametrize(
    ("path", "body", "content_type"),
    [
        ("/sparql?query=%FF", None, None),
        ("/sparql", b"ASK { ?x ?y '\xff' }", "application/sparql-query"),
        ("/sparql", b"query=\xff", FORM),
    ],
)
def test_bytes_that_are_not_utf8_are_400(
    seeds_server: Server, path: str, body: bytes | None, content_type: str | None
) -> None:
    headers = {} if content_type is None else {"content_type": content_type}
    method = "GET" if body is None else "POST"

    assert seeds_server.fetch(path, method, body, **headers).status == 400


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/sparql", "/data?default", "/model/clip"])
def test_method_that_would_write_is_405(seeds_server: Server, method: str, path: str) -> None:
    reply = seeds_server.fetch(path, method)

    assert reply.status == 405
    assert {"GET", "HEAD"} <= set(reply.headers["allow"].split(", "))
    assert "read only" in reply.text


@pytest.mark.parametrize("sparql", [MODELS, CONSTRUCT])
def test_type_that_there_is_not_is_406(seeds_server: Server, sparql: str) -> None:
    reply = seeds_server.ask(sparql, accept="image/png")

    assert reply.status == 406
    assert "text/turtle" in reply.text


def test_graph_type_for_a_table_is_406_and_names_the_others(seeds_server: Server) -> None:
    reply = seeds_server.ask(MODELS, accept="text/turtle")

    assert reply.status == 406
    assert "text/csv" in reply.text


@pytest.mark.parametrize(
    "content_type",
    ["application/sparql-update", "text/plain", "", "application/sparql-query; charset=utf-16"],
)
def test_body_of_another_type_is_415(seeds_server: Server, content_type: str) -> None:
    reply = seeds_server.fetch("/sparql", "POST", "ASK {}", content_type=content_type)

    assert reply.status == 415


def test_unknown_address_is_404_and_says_where_to_go(seeds_server: Server) -> None:
    reply = seeds_server.fetch("/nothing")

    assert reply.status == 404
    assert "/sparql" in reply.text


# The dataset of a query


DEFAULT = "SELECT ?o { ?s ?p ?o }"
NAMED = "SELECT ?o { GRAPH ?g { ?s ?p ?o } }"


@pytest.mark.parametrize(
    ("sparql", "dataset", "values"),
    [
        (DEFAULT, [], {"default"}),
        (NAMED, [], {"one", "two", "three\x01\ufffe"}),
        (DEFAULT, [("default-graph-uri", "http://a/g1")], {"one"}),
        (
            DEFAULT,
            [("default-graph-uri", "http://a/g1"), ("default-graph-uri", "http://a/g2")],
            {"one", "two"},
        ),
        (DEFAULT, [("default-graph-uri", "http://a/none")], set()),
        (DEFAULT, [("named-graph-uri", "http://a/g2")], set()),
        (NAMED, [("named-graph-uri", "http://a/g2")], {"two"}),
        (NAMED, [("default-graph-uri", "http://a/g1")], set()),
        ("SELECT ?o FROM <http://a/g1> { ?s ?p ?o }", [], {"one"}),
        (
            "SELECT ?o FROM <http://a/g1> { ?s ?p ?o }",
            [("default-graph-uri", "http://a/g2")],
            {"two"},
        ),
    ],
)
def test_request_names_the_dataset(
    quads_server: Server, sparql: str, dataset: list[tuple[str, str]], values: set[str]
) -> None:
    by_get = quads_server.fetch(f"/sparql?{urlencode([('query', sparql), *dataset])}")
    by_form = quads_server.fetch(
        "/sparql", "POST", urlencode([*dataset, ("query", sparql)]), content_type=FORM
    )
    by_body = quads_server.fetch(
        f"/sparql?{urlencode(dataset)}", "POST", sparql, content_type="application/sparql-query"
    )
    assert read_values(by_get) == read_values(by_form) == read_values(by_body) == values


# Graph Store


def test_whole_default_graph_is_read(seeds_server: Server, seeds_output: Path) -> None:
    reply = seeds_server.fetch("/data?default")

    assert reply.media_type == "text/turtle"
    quads = {*pyoxigraph.parse(reply.body, RdfFormat.TURTLE)}
    assert len(quads) == count_triples(seeds_output / "graph.ttl")


def test_head_of_a_long_answer_has_its_length(seeds_server: Server) -> None:
    head = seeds_server.fetch("/data?default", "HEAD", accept="application/n-triples")

    assert int(head.headers["content-length"]) > 1_000_000
    assert head.body == b""


def test_named_graph_is_read(quads_server: Server) -> None:
    reply = quads_server.fetch(
        f"/data?graph={quote('http://a/g1', safe='')}", accept="application/n-triples"
    )
    assert reply.text == '<http://a/s> <http://a/p> "one" .\n'


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("graph=http%3A%2F%2Fa%2Fnone", 404),
        ("graph=relative", 400),
        ("", 400),
        ("default&graph=http%3A%2F%2Fa%2Fg1", 400),
        ("graph=http%3A%2F%2Fa%2Fg1&graph=http%3A%2F%2Fa%2Fg2", 400),
    ],
)
def test_graph_that_cannot_be_read(quads_server: Server, query: str, status: int) -> None:
    assert quads_server.fetch(f"/data?{query}").status == status


def test_graph_in_a_syntax_that_there_is_not_is_406(quads_server: Server) -> None:
    assert quads_server.fetch("/data?default", accept="text/csv").status == 406


def test_predicate_that_xml_cannot_name_is_406(quads_server: Server) -> None:
    reply = quads_server.fetch(
        f"/data?graph={quote('http://a/g3', safe='')}", accept="application/rdf+xml"
    )
    assert reply.status == 406
    assert "http://a/9" in reply.text


def test_characters_that_xml_cannot_hold_are_replaced(quads_server: Server) -> None:
    reply = quads_server.ask(NAMED, accept="application/sparql-results+xml")

    literals = ElementTree.fromstring(reply.body).findall(".//{*}literal")
    assert "three\ufffd\ufffd" in {literal.text for literal in literals}


# Service description, health, CORS


@pytest.mark.parametrize("path", ["/sparql", "/"])
def test_service_describes_itself(quads_server: Server, path: str) -> None:
    reply = quads_server.fetch(path, accept="application/rdf+xml")

    graph = rdflib.Graph().parse(data=reply.body, format="xml")
    service = graph.value(None, rdflib.RDF.type, SD.Service)
    assert graph.value(service, SD.endpoint) == rdflib.URIRef(f"{quads_server.url}sparql")
    assert graph.value(service, SD.supportedLanguage) == SD.SPARQL11Query
    assert len({*graph.objects(service, SD.resultFormat)}) == 8
    names = {str(name) for name in graph.objects(None, SD.name)}
    assert names == {"http://a/g1", "http://a/g2", "http://a/g3"}


def test_service_description_is_turtle_unless_asked_otherwise(seeds_server: Server) -> None:
    assert seeds_server.fetch("/sparql").media_type == "text/turtle"
    assert seeds_server.fetch("/sparql", accept=BROWSER).media_type == "text/html"


def test_health(seeds_server: Server) -> None:
    reply = seeds_server.fetch("/health")

    assert (reply.status, reply.text) == (200, "ok\n")


def test_pages_of_others_may_read(seeds_server: Server) -> None:
    asked = seeds_server.fetch(
        "/sparql",
        "OPTIONS",
        origin="https://example.org",
        access_control_request_method="POST",
        access_control_request_headers="content-type",
    )
    assert asked.status == 204
    assert asked.headers["access-control-allow-methods"] == "GET, HEAD, POST"
    assert "content-type" in asked.headers["access-control-allow-headers"]
    for reply in (asked, seeds_server.ask(MODELS), seeds_server.ask("SELECT")):
        assert reply.headers["access-control-allow-origin"] == "*"


# Resources


@pytest.mark.parametrize("accept", ["text/turtle", "*/*"])
def test_entity_is_described_to_a_client(seeds_server: Server, accept: str) -> None:
    reply = seeds_server.fetch("/dataset/imagenet", accept=accept)

    assert reply.media_type == "text/turtle"
    graph = rdflib.Graph().parse(data=reply.body, format="turtle")
    entity = rdflib.URIRef("https://kg.example/dataset/imagenet")
    assert str(graph.value(entity, rdflib.SKOS.prefLabel)) == "ImageNet"
    assert len({*graph.subjects(None, entity)}) > 5
    assert reply.headers["link"] == '<https://kg.example/dataset/imagenet>; rel="describes"'


def test_entity_is_described_to_a_browser(seeds_server: Server) -> None:
    reply = seeds_server.fetch("/dataset/imagenet", accept=BROWSER)

    assert reply.media_type == "text/html"
    assert "<h1>ImageNet</h1>" in reply.text


def test_each_kind_of_node_has_its_address(seeds_server: Server, seeds_output: Path) -> None:
    quads = pyoxigraph.parse(path=seeds_output / "graph.ttl", format=RdfFormat.TURTLE)
    iris = {str(quad.subject.value) for quad in quads}
    examples = {iri.split("/")[3]: iri for iri in sorted(iris) if iri != "https://kg.example/"}

    assert {"abstract", "repository", "statement", "span"} <= set(examples)
    for iri in examples.values():
        path = quote(iri.removeprefix("https://kg.example"), safe="/%")
        reply = seeds_server.fetch(path, accept="application/n-triples")
        assert f"<{iri}> " in reply.text


def test_any_resource_is_described(seeds_server: Server) -> None:
    dataset = quote("https://kg.example/", safe="")

    assert "uriSpace" in seeds_server.fetch(f"/resource?iri={dataset}").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/model/nothing", 404),
        ("/resource?iri=http%3A%2F%2Fa%2Fnothing", 404),
        ("/resource?iri=nothing", 400),
        ("/resource", 400),
        ("/static/../limits.py", 404),
    ],
)
@pytest.mark.parametrize("accept", ["text/turtle", "text/html"])
def test_resource_that_there_is_not(
    seeds_server: Server, path: str, status: int, accept: str
) -> None:
    assert seeds_server.fetch(path, accept=accept).status == status


def test_node_of_a_graph_without_a_namespace_is_404(quads_server: Server) -> None:
    reply = quads_server.fetch("/model/clip")

    assert reply.status == 404
    assert "/resource?iri=" in reply.text
