"""The HTML page in a browser: what a reader can do with it, and that no text in it ever runs."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.conftest import SEEDS
from tests.extractions import extract_by_hand, stand_in
from tests.html_pages import Opener, metadata, options, papers, search_for, shown

# ---- Finding and reading


def test_search_finds_by_name_whatever_the_case_and_opens_the_entity(page: Page) -> None:
    search_for(page, "imagen")
    panel = page.get_by_role("region", name="Details")
    expect(panel.get_by_role("heading", level=2)).to_have_text("ImageNet")
    expect(panel).to_contain_text("2 abstracts")


def test_search_finds_abstracts_by_words_of_their_text_and_shows_where(page: Page) -> None:
    page.get_by_role("combobox", name="Search").fill("trained with")
    expect(options(page)).to_have_count(1)
    expect(options(page)).to_contain_text("Learning from captions")
    excerpt = options(page).locator(".excerpt")
    expect(excerpt).to_contain_text("We introduce CLIP, trained with contrastive learning.")
    expect(excerpt.locator("mark")).to_have_text(["trained", "with"])


def test_search_says_so_where_it_finds_nothing(page: Page) -> None:
    page.get_by_role("combobox", name="Search").fill("zzz")
    expect(options(page)).to_have_text(["Nothing found"])
    expect(page.locator("#status")).to_have_text("Nothing found")
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_be_hidden()


def test_search_works_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("learning")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = options(page).nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    chosen = second.locator(".name").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text(chosen)
    expect(page.locator("#panel h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()


def test_entity_shows_its_abstracts_by_role_with_the_mention_marked_in_the_sentence(
    page: Page,
) -> None:
    search_for(page, "CLIP")
    panel = page.locator("#panel")
    introduced = panel.locator("section", has_text="introduces it")
    expect(introduced.locator("a.node")).to_have_text(["Abstract Learning from captions"])
    expect(introduced.locator("blockquote")).to_contain_text("We introduce CLIP")
    expect(introduced.locator("mark")).to_have_text(["CLIP"])
    used = panel.locator("section", has_text="uses it")
    expect(used.locator("mark")).to_have_text(["CLIP"])


def test_abstract_shows_its_whole_text_with_every_mention_in_the_colour_of_its_type(
    page: Page,
) -> None:
    search_for(page, "Probing")
    text = page.locator("#panel .text")
    expect(text).to_have_text("We evaluate CLIP on ImageNet and reach 76.2%.")
    expect(text.locator(".mention")).to_have_text(["CLIP", "ImageNet"])
    colors = text.locator(".mention").evaluate_all(
        "marks => marks.map((mark) => getComputedStyle(mark).borderBottomColor)"
    )
    assert colors == ["rgb(0, 95, 158)", "rgb(184, 116, 0)"]


def test_abstract_says_why_others_are_related(page: Page) -> None:
    search_for(page, "Probing")
    related = page.locator("#panel section", has_text="Related abstracts")
    expect(related.locator("li", has_text="Learning from captions").first).to_contain_text(
        "builds on Model CLIP"
    )
    expect(related.locator("li", has_text="Noise")).to_contain_text("both evaluate on")


def test_abstract_shows_results_documents_and_links_out(page: Page) -> None:
    search_for(page, "Probing")
    panel = page.locator("#panel")
    expect(panel.locator("td.value")).to_have_text("76.2%")
    expect(panel).to_contain_text("papers.txt, line 2")
    outward = panel.locator("a.outward")
    expect(outward).to_have_attribute("href", "https://example.org/probe")
    expect(outward).to_have_attribute("rel", "noopener noreferrer")


def test_repository_leads_to_its_abstracts_and_its_address(page: Page) -> None:
    search_for(page, "openai/clip")
    panel = page.locator("#panel")
    expect(panel.locator(".facts a")).to_have_attribute("href", "https://github.com/OpenAI/CLIP")
    expect(panel.locator("section a.node")).to_have_text(["Abstract Learning from captions"])


def test_edge_shows_its_evidence_and_confidence(page: Page) -> None:
    search_for(page, "Probing")
    page.get_by_role("button", name="Evidence that Probing evaluates on ImageNet").click()
    panel = page.locator("#panel")
    expect(panel.locator("h2")).to_have_text("evaluatesOn")
    expect(panel).to_contain_text("confidence 72%")
    expect(panel.locator("blockquote mark")).to_contain_text(["ImageNet"])


def test_offsets_hold_where_the_text_has_characters_beyond_the_first_plane(
    open_page: Opener,
) -> None:
    paper = extract_by_hand("😀😀 On 𝔐NIST we 🎉.", [("𝔐NIST", "Dataset", "evaluatesOn")])
    page = open_page([paper])
    search_for(page, "nist")
    page.locator("#panel .items a.node").first.click()
    expect(page.locator("#panel .mention")).to_have_text(["𝔐NIST"])


def test_abstract_of_the_seeds_tells_every_document_it_stood_in(
    browser: Browser, seeds_output: Path
) -> None:
    page = browser.new_page()
    page.goto((seeds_output / "graph.html").as_uri())
    page.get_by_role("combobox", name="Search").fill("GPT-4o is an autoregressive omni model")
    page.keyboard.press("Enter")
    found_in = page.locator("#panel section", has_text="Found in")
    documents = {text.split(",")[0] for text in found_in.locator("li").all_inner_texts()}
    assert documents == {f"seeds/{path.name}" for path in SEEDS.glob("*.txt")}
    page.close()


# ---- The picture


def test_click_on_a_node_of_the_picture_selects_it_and_beside_it_deselects(page: Page) -> None:
    def click(expression: str) -> None:
        place = page.evaluate(f"kg.picture.placeOf({expression})")
        page.mouse.click(place["x"], place["y"])

    click("kg.graph.nodes.find((node) => node.label === 'label noise')")
    expect(page.locator("#panel h2")).to_have_text("label noise")
    page.mouse.click(320, 780)
    expect(page.locator("#panel")).to_be_hidden()


def test_labels_do_not_overlap(open_page: Opener) -> None:
    count = 60
    many = [
        extract_by_hand(
            f"Approach number {n} is compared on benchmark {n} and Everything.",
            [
                (f"Approach number {n}", "Technique", "introduces"),
                (f"benchmark {n}", "Dataset", "uses"),
                ("Everything", "Dataset", "uses"),
            ],
            key=f"{n:04}",
        )
        for n in range(count)
    ]
    page = open_page(many)
    boxes = page.evaluate(
        """() => {
          const boxes = [];
          const prototype = CanvasRenderingContext2D.prototype;
          const original = prototype.fillText;
          prototype.fillText = function (text, x, y) {
            const half = this.measureText(text).width / 2;
            boxes.push([x - half, y, x + half, y + parseInt(this.font.match(/(\\d+)px/)[1])]);
            original.call(this, text, x, y);
          };
          kg.picture.network.redraw();
          prototype.fillText = original;
          return boxes;
        }"""
    )
    assert len(boxes) > 20
    overlapping = [
        (a, b)
        for index, a in enumerate(boxes)
        for b in boxes[:index]
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]
    assert overlapping == []


def test_picture_moves_and_zooms_by_keyboard(page: Page) -> None:
    read_view = "(() => [kg.picture.network.getScale(), kg.picture.network.getViewPosition().x])()"
    page.locator("#picture").focus()
    scale, x = page.evaluate(read_view)
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    zoomed, moved = page.evaluate(read_view)
    assert zoomed > scale
    assert moved > x


# ---- Choosing what is shown


def test_legend_hides_a_type_and_a_predicate(page: Page) -> None:
    legend = page.get_by_role("navigation", name="Legend and filters")
    assert "ImageNet" in shown(page)
    legend.get_by_role("checkbox", name="Dataset").uncheck()
    assert "ImageNet" not in shown(page)
    before = legend.locator(".facts").inner_text()
    legend.get_by_role("checkbox", name="introduces").uncheck()
    assert legend.locator(".facts").inner_text() != before


def test_links_that_only_share_an_entity_are_hidden_at_first(page: Page) -> None:
    legend = page.get_by_role("navigation", name="Legend and filters")
    expect(legend.get_by_role("checkbox", name="sharesEntity")).not_to_be_checked()
    expect(legend.get_by_role("checkbox", name="buildsOn")).to_be_checked()


def test_years_leave_only_their_abstracts_and_what_those_name(page: Page) -> None:
    page.get_by_role("combobox", name="First year").select_option("2023")
    assert shown(page) == ["ImageNet", "Noise", "label noise"]
    page.get_by_role("button", name="Remove this restriction: 2023 to 2023").click()
    assert "CLIP" in shown(page)


def test_confidence_hides_what_is_less_sure(page: Page) -> None:
    page.get_by_role("slider", name="Confidence at least").fill("0.5")
    predicates = page.evaluate(
        "kg.graph.edges.filter((edge) => kg.visibility.compute(kg.state.get()).edges[edge.number])"
        ".filter((edge) => edge.category === 'relation').map((edge) => edge.predicate)"
    )
    assert predicates == ["evaluatedOn"]


def test_neighbourhood_shows_only_what_is_within_its_steps(page: Page) -> None:
    search_for(page, "label noise")
    page.get_by_role("button", name="Show only the neighbourhood of 1 step").click()
    assert shown(page) == ["Noise", "label noise"]
    page.get_by_role("button", name="Show only the neighbourhood of 2 steps").click()
    assert shown(page) == ["ImageNet", "Noise", "label noise"]


def test_path_between_two_nodes_is_shown_in_order(page: Page) -> None:
    search_for(page, "label noise")
    page.get_by_role("button", name="Path to…").click()
    search_for(page, "contrastive learning")
    expect(page.locator("#restrictions")).to_contain_text(
        "Path from label noise to contrastive learning: 4 steps"
    )
    assert len(shown(page)) == 5


def test_hidden_node_comes_back(page: Page) -> None:
    search_for(page, "label noise")
    page.get_by_role("button", name="Hide", exact=True).click()
    assert "label noise" not in shown(page)
    page.get_by_role("button", name="Remove this restriction: 1 hidden").click()
    assert "label noise" in shown(page)


def test_back_and_forward_and_a_shared_address_give_the_same_view(
    page: Page, open_page: Opener
) -> None:
    search_for(page, "ImageNet")
    page.get_by_role("button", name="Show only the neighbourhood of 1 step").click()
    fragment = page.evaluate("location.hash")
    here = shown(page)
    page.go_back()
    assert len(shown(page)) > len(here)
    page.go_back()
    expect(page.locator("#panel")).to_be_hidden()
    page.go_forward()
    expect(page.locator("#panel h2")).to_have_text("ImageNet")
    other = open_page(papers(), metadata(), fragment=fragment)
    assert shown(other) == here
    expect(other.locator("#panel h2")).to_have_text("ImageNet")


def test_address_that_makes_no_sense_shows_the_whole_graph(page: Page, open_page: Opener) -> None:
    everything = shown(page)
    other = open_page(
        papers(),
        metadata(),
        fragment="#selected=x&around=%3Cscript%3E&hops=99&years=a&table=__proto__&document=7&shared=x",
    )
    assert shown(other) == everything


# ---- Reading and taking away as a table


def test_table_sorts_by_each_column_and_leads_to_details(page: Page) -> None:
    page.get_by_role("button", name="Table").click()
    table = page.get_by_role("region", name="Table")
    table.get_by_role("button", name="Name").click()
    names = table.locator("tbody td:first-child a span[dir]").all_inner_texts()
    assert names == ["CLIP", "contrastive learning", "ImageNet", "label noise"]
    table.get_by_role("button", name="Name").click()
    expect(table.locator("th").first).to_have_attribute("aria-sort", "descending")
    table.get_by_role("link", name="ImageNet").click()
    expect(page.locator("#panel h2")).to_have_text("ImageNet")


def test_csv_holds_the_statements_of_the_view_and_no_formula(open_page: Opener) -> None:
    paper = extract_by_hand("We use =1+1, yes.", [("=1+1", "Technique", "uses")])
    page = open_page([paper])
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    text = download.value.path().read_bytes().decode("utf-8")
    assert text.splitlines()[0] == "Subject,Predicate,Object,Category,Confidence"
    assert ",uses,'=1+1,role,0.72" in text


def test_png_holds_the_picture(page: Page) -> None:
    with page.expect_download() as download:
        page.get_by_role("button", name="PNG").click()
    assert download.value.path().read_bytes().startswith(b"\x89PNG")


# ---- For everybody


def test_colours_follow_the_system_until_the_reader_chooses(open_page: Opener) -> None:
    page = open_page(papers(), dark=True)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Light colours").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    search_for(page, "CLIP")
    color = page.locator("#panel .sign").first.evaluate("sign => getComputedStyle(sign).fill")
    assert color == "rgb(0, 95, 158)"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1200, 390])
def test_axe_finds_no_violation(open_page: Opener, dark: bool, width: int) -> None:
    page = open_page(papers(), metadata(), dark=dark, width=width)
    for action in (
        lambda: None,
        lambda: search_for(page, "CLIP"),
        lambda: page.get_by_role("combobox", name="Search").fill("i"),
        lambda: search_for(page, "Probing"),
        lambda: page.locator("#panel button.quiet").first.click(),
        lambda: page.get_by_role("button", name="Table").click(),
    ):
        action()
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


def test_phone_width_needs_no_scrolling_sideways(open_page: Opener) -> None:
    page = open_page(papers(), metadata(), width=390, height=844)
    search_for(page, "Probing")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator("#panel").bounding_box()
    assert box is not None
    assert box["width"] <= 390


# ---- Text is never code

RUNS = "window.ran = (window.ran || 0) + 1"
HOSTILE = {
    "script": f"<script>{RUNS}</script>",
    "end of the data": f"</script><script>{RUNS}</script>",
    "handler": f'<img src=x onerror="{RUNS}">',
    "svg": f"<svg/onload='{RUNS}'>",
    "link": f'<a href="javascript:{RUNS}">href</a>',
    "address": f"javascript:{RUNS}",
    "template": "{{ 7*7 }} {% raw %} ${7*7}",
    "line separators": f"a\u2028{RUNS}\u2029b",
    "comment": "<!--<script>",
    "entities": "&lt;b&gt; &amp;",
    "prototype": "__proto__",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_shown_as_text_and_nothing_runs(open_page: Opener, text: str) -> None:
    paper = extract_by_hand(f"We use {text} here.", [(text, "Model", "uses")], key="hostile")
    other = extract_by_hand(f"Also {text}.", [(text, "Model", "introduces")], key="other")
    about = stand_in(
        paper, title=text, authors=(text,), affiliations=(text,), venue=text, url=text, doi=text,
        keywords=(text,),
    )  # fmt: skip
    page = open_page([paper, other], [about, stand_in(other)], title=text)
    expect(page.locator("h1")).to_have_text(text)
    ids = page.evaluate("[...kg.graph.nodes, ...kg.graph.edges].map((item) => item.id)")
    for id in ids:
        page.evaluate("(id) => kg.state.set({ selected: id })", id)
    page.evaluate("kg.state.set({ selected: 'abstract/hostile' })")
    expect(page.locator("#panel h2")).to_have_text(text)
    expect(page.locator("#panel .text")).to_have_text(f"We use {text} here.", use_inner_text=False)
    assert page.locator("#panel a[href^='javascript']").count() == 0
    for table in ("entities", "abstracts", "statements"):
        page.evaluate("(table) => kg.state.set({ table })", table)
    page.get_by_role("combobox", name="Search").fill(text[:6])
    assert page.evaluate("window.ran") is None
    assert page.locator("img, svg[onload], iframe, object, embed").count() == 0


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://a:b@c.d", "//x.y"],
)
def test_address_that_is_no_plain_web_address_is_no_link(open_page: Opener, address: str) -> None:
    paper = extract_by_hand("A text.", key="paper")
    page = open_page([paper], [stand_in(paper, url=address)])
    page.evaluate("kg.state.set({ selected: 'abstract/paper' })")
    expect(page.locator("#panel .facts span")).to_have_text(address)
    assert page.locator("#panel a.outward").count() == 0


def test_policy_stops_scripts_and_requests_that_are_not_the_page_s_own(
    open_page: Opener,
) -> None:
    page = open_page(papers(), may_complain=True)
    outcome = page.evaluate(
        """async () => {
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          document.body.append(script);
          const asked = await fetch("https://example.org/").then(() => "answered", () => "refused");
          return [asked, typeof window.ran];
        }"""
    )
    assert outcome == ["refused", "undefined"]
