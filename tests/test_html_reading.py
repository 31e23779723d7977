"""The HTML page as reading matter: names, labels, legend and sentences say what is what."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kg.export.html.appearance import DASHES, EDGE_LOOKS, NODE_LOOKS
from kg.export.registry import ExportOptions, find_format
from kg.link import link
from kg.records import Document, Place
from kg.tables import Tables, write_tables
from tests.extractions import extract_by_hand, resolve_by_name, stand_in
from tests.html_pages import Opener, options, search_for
from tests.pages import watch_page

TablesOpener = Callable[..., Page]


@pytest.fixture
def open_tables(browser: Browser, tmp_path: Path) -> Iterator[TablesOpener]:
    """Opens the page of one abstract on CLIP; at the end there has been no trouble."""
    pages = []
    troubles: list[str] = []

    def open_graph(aliases: tuple[str, ...], path: str = "papers.txt", id: str = "1") -> Page:
        document = Document(path, "0" * 64, "text", path)
        extraction = extract_by_hand(
            "We introduce CLIP.", [("CLIP", "Model", "introduces")], key="a" * 16
        )
        place = Place(path, document.sha256, 1, id)
        abstract = dataclasses.replace(stand_in(extraction), places=(place,))
        resolution = resolve_by_name([extraction])
        entities = tuple(
            dataclasses.replace(entity, aliases=aliases) for entity in resolution.entities
        )
        resolution = dataclasses.replace(resolution, entities=entities)
        by_key = {extraction.key: extraction}
        linkage = link([abstract], by_key, resolution)
        write_tables(tmp_path, [abstract], [document], by_key, resolution, linkage)
        file = tmp_path / "graph.html"
        find_format("html").export(Tables(tmp_path), file, ExportOptions())
        page = browser.new_page()
        pages.append(page)
        watch_page(page, [], troubles)
        page.goto(file.as_uri())
        return page

    yield open_graph
    for page in pages:
        page.close()
    assert troubles == []


def wait_until_drawn(page: Page) -> None:
    page.evaluate(
        "new Promise((drawn) =>"
        " requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(drawn))))"
    )


# ---- What things look like


def test_kinds_differ_by_shape_alone() -> None:
    shapes = [look.shape for look in NODE_LOOKS.values()]
    assert len({*shapes}) == len(shapes)


@pytest.mark.parametrize("category", ["role", "relation", "link", "metadata"])
def test_predicates_of_a_category_look_different_from_each_other(category: str) -> None:
    looks = [
        (look.light, look.width, str(DASHES[key]))
        for key, look in EDGE_LOOKS.items()
        if key[0] == category
    ]
    assert len({*looks}) == len(looks)


def test_legend_draws_each_predicate_as_the_picture_does(page: Page) -> None:
    dashes = dict(
        page.locator("#filters label:has(.stroke)").evaluate_all(
            "labels => labels.map((label) =>"
            " [label.textContent.replace(/\\d+$/, ''),"
            "  label.querySelector('line').getAttribute('stroke-dasharray')])"
        )
    )
    assert dashes["introduces"] is None
    assert dashes["evaluatesOn"] == "14 4"
    assert dashes["evaluatedOn"] == "6 4"


def test_what_is_selected_is_in_the_middle_beside_the_details(page: Page) -> None:
    search_for(page, "label noise")
    wait_until_drawn(page)
    # With it vis-network takes the size that the panel left, where it has not yet.
    page.evaluate("kg.picture.network.setSize('100%', '100%')")
    places = page.evaluate(
        "['label noise', 'Noise'].map((label) =>"
        " kg.picture.placeOf(kg.graph.nodes.find((node) => node.label === label)))"
    )
    box = page.locator("#picture").bounding_box()
    assert box is not None
    middle = [sum(place[axis] for place in places) / 2 for axis in "xy"]
    assert middle == pytest.approx(
        [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2], abs=2
    )


# ---- Names


def test_long_label_is_shortened_and_its_whole_stands_beside_the_pointer(
    open_page: Opener,
) -> None:
    name = "Retrieval-augmented generation with a very large memory of documents"
    page = open_page([extract_by_hand(f"We use {name}.", [(name, "Technique", "uses")])])
    place = page.evaluate(
        "kg.picture.placeOf(kg.graph.nodes.find((node) => node.kind === 'Technique'))"
    )
    page.mouse.move(place["x"], place["y"])
    page.mouse.move(place["x"] + 1, place["y"])
    expect(page.locator("#tip")).to_have_text(f"Technique: {name}")


@pytest.mark.parametrize("text", ["", "It is so."])
def test_abstract_without_title_or_contribution_is_not_called_by_its_id(
    open_page: Opener, text: str
) -> None:
    page = open_page([extract_by_hand(text, key="0123456789abcdef")])
    label = page.evaluate("kg.graph.nodes[0].label")
    assert label == (text or "An abstract without text")


def test_aliases_that_are_only_other_spellings_are_not_listed(open_tables: TablesOpener) -> None:
    page = open_tables(aliases=("C-L-I-P", "Clip", "clip", "Contrastive pre-training"))
    search_for(page, "CLIP")
    expect(page.locator("#panel .aliases bdi")).to_have_text(
        ["C-L-I-P", "Contrastive pre-training"]
    )


# ---- The page of the seeds


@pytest.fixture
def seeds_page(browser: Browser, seeds_output: Path) -> Iterator[Page]:
    """The page of the seeds without a network; at the end it has asked for nothing."""
    context = browser.new_context(
        offline=True, reduced_motion="reduce", viewport={"width": 1400, "height": 900}
    )
    page = context.new_page()
    requests: list[str] = []
    troubles: list[str] = []
    watch_page(page, requests, troubles)
    page.goto((seeds_output / "graph.html").as_uri())
    yield page
    context.close()
    assert [url for url in requests if not url.startswith(("file:///", "data:,"))] == []
    assert troubles == []


def test_no_abstract_of_the_seeds_is_called_by_a_hash(seeds_page: Page) -> None:
    labels = seeds_page.evaluate(
        "kg.graph.nodes.filter((node) => node.kind === 'Abstract')"
        ".map((node) => [node.id, node.label])"
    )
    assert len(labels) == 35
    assert [label for id, label in labels if label in id] == []


def test_every_node_of_the_seeds_can_be_read_about(seeds_page: Page) -> None:
    untitled = seeds_page.evaluate(
        """() => kg.graph.nodes.filter((node) => {
          kg.state.set({ selected: node.id });
          return document.querySelector("#panel h2").textContent !== node.label;
        })"""
    )
    assert untitled == []


def test_neighbourhood_draws_every_abstract_in_it(seeds_page: Page) -> None:
    search_for(seeds_page, "ImageNet")
    wait_until_drawn(seeds_page)
    seeds_page.get_by_role("button", name="Show only the neighbourhood of 1 step").click()
    wait_until_drawn(seeds_page)
    colors = seeds_page.evaluate(
        """() => {
          const canvas = document.querySelector("#picture canvas");
          const box = canvas.getBoundingClientRect();
          const shown = kg.visibility.compute(kg.state.get()).nodes;
          return kg.graph.nodes
            .filter((node) => shown[node.number] && node.kind === "Abstract")
            .map((node) => {
              const { x, y } = kg.picture.placeOf(node);
              const at = [x - box.x, y - box.y].map((each) => each * devicePixelRatio);
              return [...canvas.getContext("2d").getImageData(...at, 1, 1).data.slice(0, 3)];
            });
        }"""
    )
    assert colors == [[0x59, 0x63, 0x6E]] * 5


def test_document_leaves_only_its_abstracts_and_what_those_name(seeds_page: Page) -> None:
    choice = seeds_page.get_by_role("combobox", name="Document")
    names = choice.locator("option").all_inner_texts()
    assert len(names) == 6
    choice.select_option(names[1])
    stood, left = seeds_page.evaluate(
        """(path) => {
          const { nodes, documents } = kg.graph;
          const shown = kg.visibility.compute(kg.state.get()).nodes;
          const number = documents.findIndex((document) => document.path === path);
          const abstracts = nodes.filter((node) => node.kind === "Abstract");
          const isThere = (node) => node.places.some(([at]) => at === number);
          return [
            abstracts.filter(isThere).map((node) => node.id),
            abstracts.filter((node) => shown[node.number]).map((node) => node.id),
          ];
        }""",
        names[1],
    )
    assert 0 < len(left) < 35
    assert left == stood
    expect(seeds_page.locator("#restrictions")).to_contain_text(names[1])


# ---- Search


def test_search_marks_the_words_that_it_found_in_names(page: Page) -> None:
    page.get_by_role("combobox", name="Search").fill("contrastive lear")
    first = options(page).first
    expect(first).to_contain_text("contrastive learning")
    expect(first.locator("mark")).to_have_text(["contrastive", "lear"])


def test_search_marks_what_it_found_in_another_name(open_tables: TablesOpener) -> None:
    page = open_tables(aliases=("Contrastive pre-training",))
    page.get_by_role("combobox", name="Search").fill("pre-tr")
    expect(options(page).first).to_have_text("CLIPModel, also Contrastive pre-training")
    expect(options(page).first.locator("mark")).to_have_text(["pre", "tr"])


# ---- Details


def test_entity_says_in_words_what_abstracts_do_with_it(page: Page) -> None:
    search_for(page, "ImageNet")
    panel = page.locator("#panel")
    expect(panel.locator("h3").first).to_have_text("2 abstracts evaluate on it")
    search_for(page, "label noise")
    expect(panel.locator("h3").first).to_have_text("1 abstract addresses it")


def click_edge(page: Page, predicate: str) -> None:
    ends = page.evaluate(
        "(predicate) => { const { from, to } ="
        " kg.graph.edges.find((edge) => edge.predicate === predicate);"
        " return [from, to].map((number) => kg.picture.placeOf(kg.graph.nodes[number])); }",
        predicate,
    )
    page.mouse.click(*(sum(end[axis] for end in ends) / 2 for axis in "xy"))


def test_click_on_an_edge_of_the_picture_shows_its_evidence(page: Page) -> None:
    click_edge(page, "addresses")
    panel = page.locator("#panel")
    expect(panel.locator("h2")).to_have_text("addresses")
    expect(panel.locator("blockquote")).to_have_text("ImageNet has label noise.")
    expect(panel.locator("blockquote mark")).to_have_text("label noise")


def test_reasons_name_what_two_abstracts_have_in_common(page: Page) -> None:
    search_for(page, "Noise")
    related = page.locator("#panel section", has_text="Related abstracts")
    expect(related.locator(".reason")).to_have_text("both evaluate on Dataset ImageNet")


# ---- Texts that the other tests do not reach

RUNS = "window.ran = true"
HOSTILE = (
    f"</script><script>{RUNS}</script><img src=x onerror='{RUNS}'> "
    f"javascript:{RUNS} {{{{ 7*7 }}}}\u2028"
)


def test_hostile_paths_ids_and_aliases_are_shown_as_text(open_tables: TablesOpener) -> None:
    page = open_tables(aliases=(HOSTILE,), path=HOSTILE, id=HOSTILE)
    search_for(page, "CLIP")
    expect(page.locator("#panel .aliases")).to_contain_text("<img src=x onerror=")
    page.evaluate("kg.state.set({ selected: kg.graph.nodes[0].id })")
    expect(page.locator("#panel section", has_text="Found in")).to_contain_text("</script>")
    page.get_by_role("combobox", name="Search").fill("window")
    expect(options(page).first).to_contain_text("also </script><script>")
    assert page.evaluate("window.ran") is None
    assert page.locator("img").count() == 0
