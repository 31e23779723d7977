"""The HTML page for everybody: by keyboard alone, read aloud, at rest, enlarged, on paper."""

import pytest
from playwright.sync_api import Page, expect

from tests.html_pages import Opener, metadata, papers, search_for


def focus_picture(page: Page) -> None:
    page.locator("#picture").focus()


def select(page: Page, label: str) -> None:
    page.evaluate(
        "(label) => kg.state.set("
        "{ selected: kg.graph.nodes.find((node) => node.label === label).id })",
        label,
    )


def middle_of(page: Page, label: str) -> dict[str, float]:
    place: dict[str, float] = page.evaluate(
        "(label) => kg.picture.placeOf(kg.graph.nodes.find((node) => node.label === label))", label
    )
    return place


# ---- By keyboard alone


def test_keys_select_the_neighbour_that_lies_in_their_direction(page: Page) -> None:
    select(page, "label noise")
    here, there = middle_of(page, "label noise"), middle_of(page, "Noise")
    right, down = there["x"] - here["x"], there["y"] - here["y"]
    if abs(right) > abs(down):
        key = "ArrowRight" if right > 0 else "ArrowLeft"
    else:
        key = "ArrowDown" if down > 0 else "ArrowUp"
    focus_picture(page)
    page.keyboard.press(f"Control+{key}")
    expect(page.locator("#panel h2")).to_have_text("Noise")
    expect(page.locator("#status")).to_have_text(
        "Selected: Abstract Noise; it addresses the one before"
    )
    expect(page.locator("#picture")).to_be_focused()


def test_keys_lead_from_the_picture_to_the_details_and_back(page: Page) -> None:
    focus_picture(page)
    page.keyboard.press("Control+ArrowUp")
    expect(page.locator("#panel")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_be_focused()
    page.get_by_role("button", name="Close the details").press("Enter")
    expect(page.locator("#picture")).to_be_focused()


def test_link_in_the_details_leads_on_to_the_next_heading(page: Page) -> None:
    search_for(page, "label noise")
    page.locator("#panel a.node", has_text="Noise").first.press("Enter")
    expect(page.locator("#panel h2")).to_have_text("Noise")
    expect(page.locator("#panel h2")).to_be_focused()


@pytest.mark.parametrize("name", ["Show only the neighbourhood of 2 steps", "Path to…"])
def test_button_of_the_details_keeps_the_focus(page: Page, name: str) -> None:
    search_for(page, "label noise")
    page.get_by_role("button", name=name).press("Enter")
    expect(page.locator("#restrictions")).to_be_visible()
    expect(page.get_by_role("button", name=name)).to_be_focused()


def test_focus_goes_to_the_picture_where_a_restriction_was_removed(page: Page) -> None:
    search_for(page, "label noise")
    page.get_by_role("button", name="Show only the neighbourhood of 1 step").click()
    page.get_by_role("button", name="Remove this restriction").press("Enter")
    expect(page.locator("#picture")).to_be_focused()


def test_tables_are_chosen_and_sorted_by_keyboard(page: Page) -> None:
    page.get_by_role("button", name="Table").press("Enter")
    page.get_by_role("button", name="Abstracts", exact=True).first.press("Enter")
    expect(page.get_by_role("button", name="Abstracts", exact=True).first).to_be_focused()
    header = page.locator("th", has_text="Year")
    expect(header).to_have_attribute("aria-sort", "none")
    for order, years in (
        ("ascending", ["2021", "2022", "2023"]),
        ("descending", ["2023", "2022", "2021"]),
    ):
        header.get_by_role("button").press("Space")
        expect(header).to_have_attribute("aria-sort", order)
        expect(header.get_by_role("button")).to_be_focused()
        expect(page.locator("#table td:nth-child(2)")).to_have_text(years)


def test_everything_that_the_tabulator_reaches_shows_that_it_has_the_focus(page: Page) -> None:
    search_for(page, "Probing")
    names = []
    page.locator(".skip").focus()
    while page.evaluate("document.activeElement !== document.body"):
        name, outline, decoration = page.evaluate(
            """() => {
              const at = document.activeElement;
              const style = getComputedStyle(at);
              const outline = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
              return [at.id || at.ariaLabel || at.textContent, outline, style.textDecorationLine];
            }"""
        )
        assert outline >= 2 or decoration == "underline", name
        names.append(name)
        page.keyboard.press("Tab")
    assert names.count("picture") == 1
    assert "Evidence that Probing evaluates on ImageNet" in names
    assert len({*names}) > 25


# ---- Read aloud


def test_picture_has_a_name_and_says_by_which_keys_it_is_used(page: Page) -> None:
    picture = page.get_by_role("application", name="Picture of the graph")
    expect(picture).to_have_accessible_description(
        "Control with an arrow key selects the neighbour that lies there, "
        "Enter goes to its details."
    )


def test_what_is_selected_and_how_much_is_shown_is_said(page: Page) -> None:
    status = page.locator("#status[role=status]")
    search_for(page, "Probing")
    expect(status).to_have_text("Selected: Abstract Probing")
    page.get_by_role("checkbox", name="Dataset").uncheck()
    expect(status).to_contain_text("nodes and")


# ---- At rest, enlarged, on paper


def test_picture_moves_at_once_where_motion_is_to_be_reduced(open_page: Opener) -> None:
    find_animation = """() => {
      let asked;
      kg.picture.network.moveTo = (options) => (asked = options);
      kg.picture.zoom(2);
      return asked.animation;
    }"""
    assert open_page(papers(), metadata()).evaluate(find_animation) is False
    assert open_page(papers(), metadata(), is_still=False).evaluate(find_animation)["duration"] > 0


def test_page_enlarged_to_twice_its_size_needs_no_scrolling_sideways(open_page: Opener) -> None:
    page = open_page(papers(), metadata(), width=640, height=400)
    search_for(page, "Probing")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    for name in ("Filters", "Table", "Zoom in", "Close the details"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)


def test_paper_gets_the_legend_and_all_of_the_details_but_no_controls(page: Page) -> None:
    search_for(page, "Probing")
    page.emulate_media(media="print")
    panel = page.locator("#panel")
    assert panel.evaluate("panel => panel.scrollHeight <= panel.clientHeight + 1")
    expect(page.locator("#filters")).to_contain_text("Dataset")
    expect(page.locator("#picture canvas")).to_be_visible()
    for control in page.locator("button, input, select").all():
        expect(control).to_be_hidden()


def test_paper_is_white(open_page: Opener) -> None:
    page = open_page(papers(), metadata(), dark=True)
    page.evaluate(
        "window.addEventListener('beforeprint', () =>"
        " (window.printed = document.documentElement.dataset.theme))"
    )
    page.pdf()
    assert page.evaluate("window.printed") == "light"
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
