"""Pages of small graphs in a browser, and what a reader does with them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.export.registry import ExportOptions, find_format
from kg.records import Abstract, Extraction, Hyperlink, Relation, Result, Span
from tests.extractions import extract_by_hand, stand_in, write_by_hand
from tests.pages import watch_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

Opener = Callable[..., "Page"]


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Opens the page of a graph; at the end no request, script error or dialog has come."""
    contexts = []
    requests: list[str] = []
    troubles: list[str] = []

    def open_graph(
        extractions: list[Extraction],
        abstracts: list[Abstract] | None = None,
        *,
        fragment: str = "",
        title: str = "Graph",
        width: int = 1200,
        height: int = 800,
        dark: bool = False,
        is_still: bool = True,
        may_complain: bool = False,
    ) -> Page:
        tables = write_by_hand(tmp_path, extractions, abstracts)
        path = tmp_path / "graph.html"
        find_format("html").export(tables, path, ExportOptions(title=title))
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if is_still else "no-preference",
            offline=True,
        )
        contexts.append(context)
        page = context.new_page()
        watch_page(page, requests, troubles, lambda _: may_complain)
        page.goto(path.as_uri() + fragment)
        page.wait_for_selector("html[data-ready]")
        return page

    yield open_graph
    for context in contexts:
        context.close()
    assert [url for url in requests if not url.startswith(("file:///", "blob:", "data:,"))] == []
    assert troubles == []


@pytest.fixture
def page(open_page: Opener) -> Page:
    """The page of the small graph of `papers`."""
    return open_page(papers(), metadata())


def papers() -> list[Extraction]:
    clip = extract_by_hand(
        "We introduce CLIP, trained with contrastive learning. "
        "Code is at https://github.com/OpenAI/CLIP.",
        [("CLIP", "Model", "introduces"), ("contrastive learning", "Technique", "uses")],
        [Relation("e1", "uses", "e2", 0.4, Span(0, 53))],
        key="clip",
    )
    url = "https://github.com/OpenAI/CLIP"
    start = clip.text.index(url)
    link = Hyperlink(
        start, start + len(url), url, url, "repository", "github.com", "OpenAI", "CLIP"
    )
    clip = dataclasses.replace(clip, hyperlinks=(link,))
    probe = extract_by_hand(
        "We evaluate CLIP on ImageNet and reach 76.2%.",
        [("CLIP", "Model", "uses"), ("ImageNet", "Dataset", "evaluatesOn")],
        [Relation("e1", "evaluatedOn", "e2", 0.9, Span(0, 45))],
        key="probe",
    )
    result = Result("e1", "76.2%", on="e2", number=76.2, unit="%", evidence=Span(39, 44))
    probe = dataclasses.replace(probe, results=(result,))
    noise = extract_by_hand(
        "ImageNet has label noise.",
        [("ImageNet", "Dataset", "evaluatesOn"), ("label noise", "Task", "addresses")],
        key="noise",
    )
    return [clip, probe, noise]


def metadata() -> list[Abstract]:
    clip, probe, noise = papers()
    return [
        stand_in(clip, 1, title="Learning from captions", year=2021, authors=("Ada L.",)),
        stand_in(probe, 2, title="Probing", year=2022, url="https://example.org/probe"),
        stand_in(noise, 3, title="Noise", year=2023),
    ]


def search_for(page: Page, text: str) -> None:
    page.get_by_role("combobox", name="Search").fill(text)
    page.keyboard.press("Enter")


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def shown(page: Page) -> list[str]:
    """Labels of the nodes that the picture shows."""
    labels: list[str] = page.evaluate(
        "kg.graph.nodes.filter((node) => kg.visibility.compute(kg.state.get()).nodes[node.number])"
        ".map((node) => node.label).sort()"
    )
    return labels
