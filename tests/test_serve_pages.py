"""The pages of the server in a browser: they work, ask nobody else, and run no text of the data."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.pages import watch_page
from tests.servers import MODELS, Server, run_server

Opener = Callable[..., Page]
EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'&"
TURTLE = f"""
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
<https://kg.example/> a void:Dataset ; void:uriSpace "https://kg.example/" ;
    dcterms:title '''{EVIL}''' .
<https://kg.example/model/evil> a <javascript:alert(3)> ;
    skos:prefLabel '''{EVIL}''' ;
    skos:related <javascript:alert(4)> , <https://kg.example/model/..> , <http://a/"> .
""".replace('<http://a/">', "<http://a/%22>")


@pytest.fixture(scope="module")
def hostile_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path = tmp_path_factory.mktemp("hostile") / "graph.ttl"
    path.write_text(TURTLE, encoding="utf-8")
    with run_server(path, "--workers", "2") as server:
        yield server


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Opener]:
    """Opens a page of a server; at the end it has asked no other and met no trouble."""
    contexts = []
    requests: list[str] = []
    troubles: list[str] = []
    servers: list[Server] = []

    def open_address(server: Server, path: str = "", *, dark: bool = False) -> Page:
        context = browser.new_context(color_scheme="dark" if dark else "light")
        contexts.append(context)
        servers.append(server)
        page = context.new_page()
        # A refused query is an error to the browser.
        watch_page(page, requests, troubles, lambda message: "400 (Bad Request)" in message)
        page.goto(f"{server.url}{path}")
        return page

    yield open_address
    for context in contexts:
        context.close()
    assert troubles == []
    asked = [url for url in requests if not url.startswith(("data:", "blob:"))]
    assert asked
    assert [url for url in asked if not url.startswith(servers[0].url)] == []


def run_query(page: Page, sparql: str) -> None:
    page.get_by_label("Query").fill(sparql)
    page.get_by_role("button", name="Run").click()


def test_query_is_answered_with_a_table(open_page: Opener, seeds_server: Server) -> None:
    page = open_page(seeds_server)
    run_query(page, MODELS)

    expect(page.get_by_role("cell", name="CLIP", exact=True)).to_be_visible()
    models = len(json.loads(seeds_server.ask(MODELS).text)["results"]["bindings"])
    expect(page.get_by_role("status")).to_have_text(f"{models} rows")
    expect(page.get_by_role("columnheader")).to_have_text(["name"])


def test_first_example_runs_by_the_keyboard(open_page: Opener, seeds_server: Server) -> None:
    page = open_page(seeds_server)
    page.get_by_label("Query").press("Control+Enter")

    expect(
        page.get_by_role("link", name="https://w3id.org/kg-abstracts/ontology#Model")
    ).to_be_visible()


def test_yes_or_no_is_answered(open_page: Opener, seeds_server: Server) -> None:
    page = open_page(seeds_server)
    run_query(page, "ASK { ?x a kg:Model }")

    expect(page.get_by_role("status")).to_have_text("The answer is yes")


def test_graph_is_answered_with_turtle(open_page: Opener, seeds_server: Server) -> None:
    page = open_page(seeds_server)
    run_query(page, "DESCRIBE model:clip")

    expect(page.locator("pre")).to_contain_text('skos:prefLabel "CLIP"')


def test_what_is_wrong_with_a_query_is_said(open_page: Opener, seeds_server: Server) -> None:
    page = open_page(seeds_server)
    run_query(page, "SELECT ?x { ?x a foo:bar }")

    expect(page.get_by_role("status")).to_contain_text("the prefix foo: is not known")


def test_answer_is_saved_as_csv(open_page: Opener, seeds_server: Server, tmp_path: Path) -> None:
    page = open_page(seeds_server)
    run_query(page, MODELS)
    with page.expect_download() as saving:
        page.get_by_role("button", name="CSV").click()
    saving.value.save_as(tmp_path / "answer.csv")

    assert saving.value.suggested_filename == "answer.csv"
    assert (tmp_path / "answer.csv").read_bytes() == seeds_server.ask(
        MODELS, accept="text/csv"
    ).body


def test_link_holds_the_query(open_page: Opener, seeds_server: Server) -> None:
    page = open_page(seeds_server)
    page.get_by_label("Query").fill(MODELS)
    address = page.get_by_role("link", name="Link to this query").get_attribute("href")

    again = open_page(seeds_server, (address or "").removeprefix("/"))
    expect(again.get_by_label("Query")).to_have_value(MODELS)


def test_reader_walks_from_an_answer_through_the_graph(
    open_page: Opener, seeds_server: Server
) -> None:
    page = open_page(seeds_server)
    run_query(page, 'SELECT ?d { ?d a kg:Dataset ; skos:prefLabel "ImageNet" }')
    page.get_by_role("link", name="https://kg.example/dataset/imagenet").click()
    expect(page.get_by_role("heading", name="ImageNet")).to_be_visible()
    page.get_by_role("link", name="classification", exact=True).click()

    expect(page.get_by_role("heading", name="classification")).to_be_visible()
    assert page.url == f"{seeds_server.url}task/classification"


@pytest.mark.parametrize("path", ["", "dataset/imagenet"])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_no_violation(
    open_page: Opener, seeds_server: Server, path: str, dark: bool
) -> None:
    page = open_page(seeds_server, path, dark=dark)
    if not path:
        run_query(page, MODELS)
        expect(page.get_by_role("table")).to_be_visible()
    # The policy of the page allows no script but its own; axe is the test's.
    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()


def test_text_of_the_data_never_runs(open_page: Opener, hostile_server: Server) -> None:
    page = open_page(hostile_server)
    run_query(page, "SELECT * { ?s ?p ?o }")
    expect(page.get_by_role("cell", name=EVIL, exact=True).first).to_be_visible()
    iri = quote("https://kg.example/model/evil", safe="")

    for path in ("model/evil", f"resource?iri={iri}"):
        other = open_page(hostile_server, path)
        expect(other.get_by_role("heading", name=EVIL, exact=True)).to_be_visible()
        links = other.eval_on_selector_all("a", "links => links.map(link => link.href)")
        assert not [link for link in links if not link.startswith("http")]
        assert other.locator("img, script:not([src])").count() == 0


def test_form_works_without_scripts(browser: Browser, seeds_server: Server) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(seeds_server.url)
    page.get_by_label("Query").fill(MODELS)
    with page.expect_response(lambda response: "/sparql?query=" in response.url) as answering:
        page.get_by_role("button", name="Run").click()

    assert answering.value.status == 200
    assert "CLIP" in answering.value.text()
    context.close()
