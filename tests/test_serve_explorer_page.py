"""The explorer of `kg serve` in a browser: it asks its server for what the reader opens."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from kg.export.registry import ExportOptions
from kg.records import EntityType
from kg.tables import Tables
from tests.extractions import extract_by_hand, stand_in, write_by_hand
from tests.graphs import write_turtle
from tests.pages import watch_page
from tests.servers import WAIT, Server, run_server
from tests.test_serve_explorer import IMAGENET, ask_neighbourhood, read_data

Opener = Callable[..., Page]
TYPES: tuple[EntityType, ...] = ("Model", "Dataset")
HOSTILE = f"abstract/{'e' * 16}"
EVIL = "<img src=x onerror=alert(1)></script><script>alert(2)</script>{{ 7 * 7 }}\u2028\"'&"


@pytest.fixture(scope="module")
def hostile_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Over a graph of which the page begins with all but one hostile abstract."""
    folder = tmp_path_factory.mktemp("hostile")
    hostile = extract_by_hand(
        f"We run {EVIL} on javascript:alert(3).",
        [(EVIL, "Model", "introduces"), ("javascript:alert(3)", "Dataset", "evaluatesOn")],
        key="e" * 16,
    )
    others = [
        extract_by_hand(
            f"Here is {type} {number}.",
            [(f"{type} {number}", type, "introduces")],
            key=f"{number:015}{type[0].lower()}",
        )
        for number in range(70)
        for type in TYPES
    ]
    stood = stand_in(hostile, title=EVIL, venue=EVIL, url="javascript:alert(4)", authors=(EVIL,))
    tables = write_by_hand(folder, [hostile, *others], [stood, *map(stand_in, others)])
    turtle = write_turtle(tables, folder / "graph.ttl", ExportOptions(title=EVIL))
    with run_server(turtle, "--workers", "2") as server:
        yield server


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Opener]:
    """Opens the explorer of a server; at the end it has asked no other and met no trouble."""
    contexts = []
    servers: list[Server] = []
    requests: list[str] = []
    troubles: list[str] = []

    def open_address(server: Server, path: str = "explore", **options: Any) -> Page:
        context = browser.new_context(reduced_motion="reduce", **options)
        contexts.append(context)
        servers.append(server)
        page = context.new_page()
        watch_page(page, requests, troubles)
        page.set_default_timeout(1_000 * WAIT)
        page.goto(f"{server.url}{path}")
        page.wait_for_selector("html[data-ready]:not([data-loading])")
        return page

    yield open_address
    for context in contexts:
        context.close()
    assert troubles == []
    asked = [url for url in requests if not url.startswith(("data:", "blob:"))]
    assert asked
    assert [url for url in asked if not url.startswith(f"{servers[0].url}explore")] == []


def expect_heading(page: Page, text: str | re.Pattern[str]) -> None:
    """Wait until the panel is about what is called so."""
    expect(page.locator("#panel h2")).to_have_text(text, timeout=1_000 * WAIT)


def held(page: Page) -> set[str]:
    """Ids of the nodes that the page holds."""
    return set(page.evaluate("kg.graph.nodes.map((node) => node.id)"))


def drawn(page: Page) -> set[str]:
    """Ids of the nodes that the picture draws."""
    return set(
        page.evaluate(
            "Object.keys(kg.picture.network.getPositions()).map((n) => kg.graph.nodes[n].id)"
        )
    )


@pytest.fixture(scope="module")
def seeds(seeds_output: Path) -> Tables:
    return Tables(seeds_output / "tables")


@pytest.fixture(scope="module")
def rare(seeds: Tables, seeds_server: Server) -> Any:
    """An entity that the page does not begin with, named by several abstracts."""
    begun = {node["id"] for node in read_data(seeds_server.fetch("/explore"))["nodes"]}
    return max(
        (row for row in seeds.rows("entities") if row["id"] not in begun),
        key=lambda row: (row["abstracts"], row["name"].isalpha(), row["id"]),
    )


def test_reader_finds_what_the_page_does_not_hold_yet(
    open_page: Opener, seeds_server: Server, rare: Any
) -> None:
    page = open_page(seeds_server)
    assert rare["id"] not in held(page)
    page.get_by_role("combobox", name="Search").fill(rare["name"])
    called_so = re.compile(f"^{re.escape(rare['name'])}$")
    page.get_by_role("option").filter(has=page.get_by_text(called_so)).first.click()

    expect_heading(page, rare["name"])
    assert rare["id"] in drawn(page)


def test_expanding_a_node_brings_its_neighbours_with_their_evidence(
    open_page: Opener, seeds_server: Server, seeds: Tables, rare: Any
) -> None:
    neighbours = {
        node["id"] for node in ask_neighbourhood(seeds_server, rare["id"], limit=200)["nodes"]
    }
    page = open_page(seeds_server, f"explore#selected={quote(rare['id'], safe='')}")
    expect_heading(page, rare["name"])
    expand = page.get_by_role("button", name="Expand")
    while expand.count():
        expand.click()
        page.wait_for_selector("html:not([data-loading])")

    assert neighbours <= drawn(page)
    sentences = {
        " ".join(text[row["sentence_start"] : row["sentence_end"]].split())
        for row in seeds.rows_where("mentions", {"entity": [rare["id"]]})
        for text in [next(seeds.rows_where("abstracts", {"id": [row["abstract"]]}))["text"]]
    }
    quoted = page.locator("#panel blockquote").all_inner_texts()
    assert sentences & {" ".join(quote.split()) for quote in quoted}


def test_address_of_a_view_opens_it_again(
    open_page: Opener, seeds_server: Server, rare: Any
) -> None:
    page = open_page(seeds_server, f"explore#selected={quote(rare['id'], safe='')}")
    page.wait_for_function("id => kg.state.get().selected === id", arg=rare["id"])
    address = page.evaluate("location.hash")
    again = open_page(seeds_server, f"explore{address}")

    expect_heading(again, rare["name"])
    assert drawn(again) == drawn(page)


def test_page_of_a_node_leads_to_it_in_the_explorer(browser: Browser, seeds_server: Server) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(1_000 * WAIT)
    page.goto(f"{seeds_server.url}{IMAGENET}")
    page.get_by_role("link", name="Explore what is around it").click()

    expect_heading(page, "ImageNet")
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (390, "dark")])
def test_axe_finds_no_violation(
    open_page: Opener, seeds_server: Server, rare: Any, width: int, scheme: str
) -> None:
    page = open_page(
        seeds_server,
        f"explore#selected={quote(rare['id'], safe='')}",
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
    )
    expect_heading(page, rare["name"])
    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()


def test_text_of_the_data_never_runs(open_page: Opener, hostile_server: Server) -> None:
    page = open_page(hostile_server)
    assert HOSTILE not in held(page)
    page.get_by_role("combobox", name="Search").fill("img src")
    page.get_by_role("option").filter(has_text="Abstract").first.click()

    expect_heading(page, re.compile(re.escape("<img src=x onerror=alert(1)></script>")))
    expect(page.locator("#panel .text")).to_contain_text("{{ 7 * 7 }}")
    expect(page.locator("h1")).to_contain_text("<script>alert(2)</script>")
    assert HOSTILE in drawn(page)
    links = page.eval_on_selector_all("a", "links => links.map(link => link.href)")
    assert not [link for link in links if link.startswith("javascript:")]
    assert page.locator("img, #panel script, #suggestions script").count() == 0
