"""The page of a graph that is too large to be drawn whole, in a browser."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from kg.export.html.appearance import EDGE_LOOKS, HIDDEN_AT_FIRST
from kg.export.html.details import describe
from kg.export.html.layout import place_nodes
from kg.export.html.neighbourhood import describe_by_id
from kg.export.html.network import build_network, kind_of, label_of
from kg.export.html.page import render_page
from kg.export.html.selection import Selection, select
from kg.identity import slugify
from kg.records import Extraction
from kg.tables import Tables
from tests.extractions import extract_by_hand, write_by_hand
from tests.pages import watch_page

OVERVIEW = 12


def papers() -> list[Extraction]:
    """Seventy methods on ImageNet and twenty on GLUE, joined by one paper on both."""

    def study(number: int, dataset: str) -> Extraction:
        return extract_by_hand(
            f"Method {number:02} is new on {dataset}.",
            [(f"Method {number:02}", "Technique", "introduces"), (dataset, "Dataset", "uses")],
            key=f"{dataset.lower()}{number:02}",
        )

    both = extract_by_hand(
        "ImageNet and GLUE differ.", [("ImageNet", "Dataset", "uses"), ("GLUE", "Dataset", "uses")],
        key="both",
    )  # fmt: skip
    return [
        *(study(number, "ImageNet") for number in range(70)),
        *(study(number, "GLUE") for number in range(70, 90)),
        both,
    ]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return write_by_hand(tmp_path_factory.mktemp("tables"), papers())


def write_page(path: Path, tables: Tables) -> Path:
    selection = select(tables, max_whole=20, overview_nodes=OVERVIEW)
    page = render_page(
        "Graph",
        build_network(selection, place_nodes(selection)),
        describe(tables, selection),
        selection.notes,
        overview=selection.overview,
    )
    path.write_text(page, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def file(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_page(tmp_path_factory.mktemp("page") / "graph.html", tables)


Opener = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, file: Path) -> Iterator[Opener]:
    """Opens the page; at the end no request, script error or dialog has come."""
    contexts = []
    requests: list[str] = []
    troubles: list[str] = []

    def open_file(fragment: str = "", width: int = 1200, *, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        watch_page(page, requests, troubles)
        page.goto(file.as_uri() + fragment)
        page.wait_for_selector("html[data-ready]")
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert [url for url in requests if not url.startswith(("file:///", "data:,"))] == []
    assert troubles == []


@pytest.fixture
def page(open_page: Opener) -> Page:
    return open_page()


def drawn(page: Page) -> set[str]:
    """Ids of the nodes that vis-network holds."""
    ids: list[str] = page.evaluate(
        "Object.keys(kg.picture.network.getPositions()).map((n) => kg.graph.nodes[n].id)"
    )
    return set(ids)


IMAGENET, GLUE = f"dataset/{slugify('ImageNet')}", f"dataset/{slugify('GLUE')}"


def method(number: int) -> str:
    return f"technique/{slugify(f'Method {number:02}')}"


def neighbours(page: Page, id: str) -> list[str]:
    ids: list[str] = page.evaluate(
        """(id) => kg.neighbours
          .of(kg.graph.nodeById.get(id).number)
          .map((number) => kg.graph.nodes[number].id)""",
        id,
    )
    return ids


def choose(page: Page, text: str) -> None:
    page.get_by_role("combobox", name="Search").fill(text)
    page.keyboard.press("Enter")


def place_of(page: Page, id: str) -> tuple[float, float]:
    """Where a node is drawn, in pixels of the page."""
    place = page.evaluate("(id) => kg.picture.placeOf(kg.graph.nodeById.get(id))", id)
    return place["x"], place["y"]


def spot_of(page: Page, id: str) -> dict[str, int]:
    """Where a node lies on the map."""
    spot: dict[str, int] = page.evaluate(
        """(id) => {
          const { number } = kg.graph.nodeById.get(id);
          return kg.picture.network.getPositions([number])[number];
        }""",
        id,
    )
    return spot


# ---- The overview


def test_page_draws_an_overview_and_holds_the_rest(page: Page, tables: Tables) -> None:
    held = tables.count("abstracts") + tables.count("entities")
    assert len(drawn(page)) == OVERVIEW
    assert {IMAGENET, GLUE} <= drawn(page)
    assert page.evaluate("kg.graph.nodes.length") == held
    expect(page.locator("#filters .facts")).to_contain_text(f"{OVERVIEW} of {held} nodes")
    expect(page.locator(".notes")).to_contain_text(f"starts with {OVERVIEW} of {held} nodes")


def test_overview_names_the_communities(page: Page) -> None:
    written = page.evaluate(
        """() => {
          const texts = [];
          const original = CanvasRenderingContext2D.prototype.fillText;
          CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
            if (this.font.startsWith("600")) texts.push(text);
            original.call(this, text, ...place);
          };
          kg.picture.network.moveTo({ scale: 0.5 });
          kg.picture.network.redraw();
          CanvasRenderingContext2D.prototype.fillText = original;
          return texts;
        }"""
    )
    names = page.evaluate("Object.values(kg.graph.communities)")
    assert any(name.startswith(text.rstrip("…")) for name in names for text in written)


def test_table_lists_all_that_is_held(page: Page, tables: Tables) -> None:
    page.get_by_role("button", name="Table").click()
    expect(page.locator("caption")).to_have_text(f"{tables.count('entities')} entities")
    expect(page.locator("#filters .facts")).to_contain_text(f"{held_by(page)} of {held_by(page)}")


def held_by(page: Page) -> int:
    count: int = page.evaluate("kg.graph.nodes.length")
    return count


def test_edges_stay_in_view_while_the_picture_is_moved(page: Page) -> None:
    def inked() -> int:
        pixels: int = page.evaluate(
            """() => {
              const canvas = kg.picture.copy();
              const { data } = canvas.getContext("2d").getImageData(
                0, 0, canvas.width, canvas.height);
              let count = 0;
              for (let at = 0; at < data.length; at += 4) count += data[at] < 230 ? 1 : 0;
              return count;
            }"""
        )
        return pixels

    choose(page, "ImageNet")
    page.keyboard.press("Escape")
    at_rest = inked()
    page.mouse.move(300, 700)
    page.mouse.down()
    page.mouse.move(306, 704, steps=3)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    moving = inked()
    page.mouse.up()
    assert moving > 0.9 * at_rest


# ---- Opening more


def test_expand_draws_the_most_important_neighbours_some_at_a_time(page: Page) -> None:
    choose(page, "ImageNet")
    order = neighbours(page, IMAGENET)
    before = drawn(page)
    expand = page.get_by_role("button", name="Expand")
    expand.click()
    once = drawn(page)
    assert before < once
    assert len(once - before) == 50
    size = "(ids) => ids.map((id) => kg.graph.nodeById.get(id).size)"
    least_drawn = min(page.evaluate(size, [id for id in order if id in once]))
    most_left = max(page.evaluate(size, [id for id in order if id not in once]))
    assert least_drawn >= most_left
    expect(expand).to_contain_text(f"{len(set(order) - once)} more")
    expand.click()
    assert set(order) <= drawn(page)
    expect(expand).to_have_count(0)


def test_double_click_and_key_expand_too(page: Page) -> None:
    before = len(drawn(page))
    page.mouse.dblclick(*place_of(page, IMAGENET))
    expect(page.get_by_role("button", name="Collapse")).to_be_visible()
    after = len(drawn(page))
    assert after == before + 50
    page.locator("#picture").focus()
    page.keyboard.press("e")
    assert len(drawn(page)) > after


def test_collapse_takes_away_what_was_opened(page: Page) -> None:
    before = drawn(page)
    choose(page, "ImageNet")
    page.get_by_role("button", name="Expand").click()
    page.get_by_role("button", name="Collapse").click()
    assert drawn(page) == before


def test_focus_stays_on_the_button_that_was_pressed(page: Page) -> None:
    choose(page, "ImageNet")
    expand = page.get_by_role("button", name="Expand")
    expand.focus()
    page.keyboard.press("Enter")
    expect(expand).to_be_focused()


def test_search_finds_what_is_not_drawn_and_shows_it_with_its_neighbours(page: Page) -> None:
    number = next(number for number in range(90) if method(number) not in drawn(page))
    choose(page, f"Method {number:02}")
    expect(page.locator("#panel h2")).to_have_text(f"Method {number:02}")
    page.evaluate("(id) => kg.state.set({ selected: id })", method(number))
    assert neighbours(page, method(number))
    assert {method(number), *neighbours(page, method(number))} <= drawn(page)


def test_overview_comes_back_at_a_button(page: Page) -> None:
    before = drawn(page)
    choose(page, "Method 66")
    choose(page, "Method 88")
    page.get_by_role("button", name="Back to the overview").click()
    assert drawn(page) == before
    expect(page.locator("#panel")).to_be_hidden()


def test_isolated_neighbourhood_is_one_of_all_that_is_held(page: Page) -> None:
    choose(page, "GLUE")
    page.get_by_role("button", name="Show only the neighbourhood of 1 step").click()
    assert drawn(page) == {GLUE, *(id for id in neighbours(page, GLUE))}
    assert {method(number) for number in range(70, 90)} & drawn(page) == set()
    page.get_by_role("button", name="Show only the neighbourhood of 2 steps").click()
    assert {method(number) for number in range(70, 90)} <= drawn(page)


def test_what_lies_outside_an_isolated_neighbourhood_can_still_be_read(page: Page) -> None:
    choose(page, "GLUE")
    page.get_by_role("button", name="Show only the neighbourhood of 1 step").click()
    page.evaluate(
        """(id) => {
          const { number } = kg.graph.nodeById.get(id);
          kg.state.set({ selected: kg.graph.edgesAt[number][0].id });
        }""",
        method(66),
    )
    expect(page.locator("#panel h2")).to_have_text("introduces")
    page.evaluate("kg.picture.showFocus()")
    page.evaluate("(id) => kg.state.set({ selected: id })", method(66))
    expect(page.locator("#panel h2")).to_have_text("Method 66")
    assert method(66) not in drawn(page)


def test_path_leads_through_what_is_not_drawn(page: Page) -> None:
    page.evaluate("(id) => kg.state.set({ selected: id })", method(66))
    page.get_by_role("button", name="Path to…").click()
    page.evaluate("(id) => kg.state.set({ selected: id })", method(88))
    expect(page.locator("#restrictions")).to_contain_text("steps")
    ends = {method(66), method(88)}
    assert ends < drawn(page)
    assert {"abstract/imagenet66", "abstract/glue88"} <= drawn(page)


def test_address_holds_what_is_opened_and_back_closes_it(page: Page, open_page: Opener) -> None:
    before = drawn(page)
    choose(page, "ImageNet")
    page.get_by_role("button", name="Expand").click()
    opened = drawn(page)
    other = open_page(page.evaluate("location.hash"))
    assert drawn(other) == opened
    page.go_back()
    assert drawn(page) == before
    page.go_forward()
    assert drawn(page) == opened


@pytest.mark.parametrize(
    "fragment",
    [
        "#expanded=nothing:5",
        "#expanded=%25E0%25A4%25A:1&pinned=x",
        "#expanded=DATASET:-7,DATASET:x:y",
        "#pinned=DATASET:Infinity:NaN",
    ],
)
def test_address_that_makes_no_sense_opens_nothing(open_page: Opener, fragment: str) -> None:
    page = open_page(fragment.replace("DATASET", quote(quote(IMAGENET, safe=""))))
    assert len(drawn(page)) == OVERVIEW


def test_hidden_node_stays_away_when_its_neighbour_is_opened(page: Page) -> None:
    choose(page, "ImageNet")
    page.get_by_role("button", name="Expand").click()
    gone = neighbours(page, IMAGENET)[0]
    page.evaluate("(id) => kg.state.set({ selected: id })", gone)
    page.get_by_role("button", name="Hide", exact=True).click()
    choose(page, "ImageNet")
    page.get_by_role("button", name="Expand").click()
    assert gone not in drawn(page)


# ---- Pinning


def drag(page: Page, id: str, dx: int, dy: int) -> None:
    x, y = place_of(page, id)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()


def test_node_stays_where_it_is_dragged_and_the_address_tells(
    page: Page, open_page: Opener
) -> None:
    before = spot_of(page, IMAGENET)
    drag(page, IMAGENET, 80, 60)
    there = spot_of(page, IMAGENET)
    assert there["x"] > before["x"] + 20
    assert there["y"] > before["y"] + 20
    other = open_page(page.evaluate("location.hash"))
    at_other = spot_of(other, IMAGENET)
    assert abs(at_other["x"] - there["x"]) <= 1
    assert abs(at_other["y"] - there["y"]) <= 1
    page.go_back()
    assert spot_of(page, IMAGENET) == before


def test_unpinned_node_goes_back_to_its_place(page: Page) -> None:
    before = spot_of(page, IMAGENET)
    drag(page, IMAGENET, 80, 60)
    choose(page, "ImageNet")
    page.get_by_role("button", name="Unpin").click()
    assert spot_of(page, IMAGENET) == before
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.locator("#restrictions")).to_contain_text("1 pinned")
    assert spot_of(page, IMAGENET) == before


def test_node_is_moved_and_pinned_by_keyboard(page: Page) -> None:
    choose(page, "ImageNet")
    before = spot_of(page, IMAGENET)
    page.locator("#picture").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    after = spot_of(page, IMAGENET)
    assert after["x"] > before["x"]
    assert after["y"] > before["y"]
    expect(page.get_by_role("button", name="Unpin")).to_be_visible()
    page.keyboard.press("p")
    assert spot_of(page, IMAGENET) == before


def test_pins_do_not_disturb_a_neighbourhood_in_rings(page: Page) -> None:
    choose(page, "GLUE")
    page.get_by_role("button", name="Show only the neighbourhood of 1 step").click()
    alone = spot_of(page, GLUE)
    page.go_back()
    drag(page, GLUE, 50, 30)
    choose(page, "GLUE")
    page.get_by_role("button", name="Show only the neighbourhood of 1 step").click()
    assert spot_of(page, GLUE) == alone


# ---- For everybody


@pytest.mark.parametrize(("width", "dark"), [(1200, False), (390, True)])
def test_axe_finds_no_violation(open_page: Opener, width: int, dark: bool) -> None:
    page = open_page(width=width, dark=dark)
    choose(page, "ImageNet")
    page.get_by_role("button", name="Expand").click()
    page.get_by_role("button", name="Pin", exact=True).click()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


# ---- Where a server has more


class Explorer:
    """What `kg serve` does for the page, in short."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.asked: list[str] = []
        self.is_broken = False
        rows = [
            row for name in ("abstracts", "entities", "repositories") for row in tables.rows(name)
        ]
        self._nodes = {row["id"]: row for row in rows}
        self._statements = list(tables.rows("statements"))

    def page(self) -> str:
        few = sorted(self._nodes)[:3]
        selection = self._select(few)
        return render_page(
            "Graph",
            build_network(selection, place_nodes(selection)),
            describe(self._tables, selection),
            (),
            source={"neighbourhood": "/neighbourhood", "search": "/search"},
        )

    def _select(self, ids: list[str]) -> Selection:
        rows = [self._nodes[id] for id in ids]
        abstracts, entities, repositories = (
            tuple(row for row in rows if field in row) for field in ("text", "type", "host")
        )
        numbers = {
            row["id"]: number for number, row in enumerate((*abstracts, *entities, *repositories))
        }
        statements = tuple(
            row
            for row in self._statements
            if {row["subject"], row["object"]} <= numbers.keys()
            and (row["category"], row["predicate"]) in EDGE_LOOKS
        )
        return Selection(
            abstracts, entities, repositories, statements, (), MappingProxyType(numbers)
        )

    def neighbourhood(self, node: str, offset: int, limit: int) -> dict[str, Any]:
        others = {
            row["subject"] if row["object"] == node else row["object"]
            for row in self._statements
            if node in (row["subject"], row["object"])
            and (row["category"], row["predicate"]) in EDGE_LOOKS.keys() - HIDDEN_AT_FIRST
        }
        order = sorted(others, key=lambda each: (-(self._nodes[each].get("importance") or 0), each))
        ids = [node, *order[offset : offset + limit]]
        selection = self._select(ids)
        part = describe_by_id(build_network(selection, None), describe(self._tables, selection))
        part["nodes"].sort(key=lambda each: ids.index(each["id"]))
        return part | {"total": len(order)}

    def search(self, text: str) -> dict[str, Any]:
        found = [row for row in self._nodes.values() if text.lower() in label_of(row).lower()]
        return {
            "nodes": [
                {"id": row["id"], "kind": kind_of(row), "label": label_of(row)} for row in found[:5]
            ]
        }


@pytest.fixture
def explorer(tables: Tables) -> Explorer:
    return Explorer(tables)


@pytest.fixture
def open_served(browser: Browser, explorer: Explorer) -> Iterator[Opener]:
    """Opens the page of a server."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(address.query).items()}
            explorer.asked.append(address.path)
            status, type_, body = 200, "application/json", ""
            if address.path == "/":
                type_, body = "text/html", explorer.page()
            elif explorer.is_broken:
                status = 503
            elif address.path == "/search":
                body = json.dumps(explorer.search(asked["text"]))
            else:
                part = explorer.neighbourhood(
                    asked["node"], int(asked["offset"]), int(asked["limit"])
                )
                body = json.dumps(part)
            data = body.encode("utf-8")
            self.send_response(status)
            self.send_header("Content-Type", f"{type_}; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    contexts = []
    troubles: list[str] = []

    def open_address(fragment: str = "") -> Page:
        context = browser.new_context(
            viewport={"width": 1200, "height": 800}, reduced_motion="reduce"
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        watch_page(page, [], troubles, lambda text: explorer.is_broken and "503" in text)
        page.goto(f"http://127.0.0.1:{server.server_port}/{fragment}")
        page.wait_for_selector("html[data-ready]")
        page.wait_for_selector("html:not([data-loading])")
        return page

    yield open_address
    for context in contexts:
        context.close()
    server.shutdown()
    server.server_close()
    thread.join()
    assert troubles == []


def test_served_page_asks_for_neighbours_and_puts_each_on_a_place_of_its_own(
    open_served: Opener,
) -> None:
    page = open_served(f"#selected={quote(IMAGENET, safe='')}")
    expect(page.locator("#panel h2")).to_have_text("ImageNet")
    before = held_by(page)
    page.get_by_role("button", name="Expand").click()
    page.wait_for_selector("html:not([data-loading])")
    assert held_by(page) > before
    places = page.evaluate("Object.values(kg.picture.network.getPositions())")
    assert len({(place["x"], place["y"]) for place in places}) == len(places) > before
    again = open_served(page.evaluate("location.hash"))
    expect(again.locator("#panel h2")).to_have_text("ImageNet")
    assert drawn(again) == drawn(page)


def test_served_page_shows_texts_mentions_and_evidence_of_what_comes_later(
    open_served: Opener,
) -> None:
    page = open_served("#selected=abstract%2Fboth")
    text = page.locator("#panel .text")
    expect(text).to_have_text("ImageNet and GLUE differ.")
    expect(text.locator("mark.mention")).to_have_text(["ImageNet", "GLUE"])
    page.get_by_role("button", name="Expand").click()
    expect(text.locator("a.mention")).to_have_text(["ImageNet", "GLUE"])
    page.get_by_role("button", name="Evidence that").first.click()
    expect(page.locator("#panel blockquote")).to_contain_text("differ")


def test_served_page_searches_what_only_the_server_has(open_served: Opener) -> None:
    page = open_served()
    page.get_by_role("combobox", name="Search").fill("Method 88")
    page.get_by_role("option", name="Method 88").first.click()
    expect(page.locator("#panel h2")).to_contain_text("Method 88")


def test_served_page_says_so_where_its_server_does_not_answer(
    open_served: Opener, explorer: Explorer
) -> None:
    page = open_served("#selected=abstract%2Fboth")
    explorer.is_broken = True
    page.get_by_role("button", name="Expand").click()
    expect(page.locator("#status")).to_contain_text("could not answer")


def test_file_asks_nothing_of_anyone(page: Page) -> None:
    policy = page.locator("meta[http-equiv]").get_attribute("content")
    assert policy is not None
    assert "connect-src" not in policy
    assert page.evaluate("kg.neighbours.isServed") is False
