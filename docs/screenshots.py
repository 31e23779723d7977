"""Take the pictures of the documentation: `python docs/screenshots.py output docs`.

They show the page of a graph in Chromium, as PNG of few colours.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Page, sync_playwright

COLORS = 224


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture, and what a reader does before it is taken."""

    name: str
    act: Callable[[Page], None] | None
    width: int = 1400
    height: int = 900
    colors: Literal["light", "dark"] = "light"


def main(output: Path, folder: Path) -> None:
    """Write all pictures of the page in an output folder."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for shot in SHOTS:
            page = browser.new_page(
                viewport={"width": shot.width, "height": shot.height},
                color_scheme=shot.colors,
                reduced_motion="reduce",
            )
            page.goto((output / "graph.html").resolve().as_uri())
            page.wait_for_selector("html[data-ready]")
            if shot.act is not None:
                shot.act(page)
            page.mouse.move(0, 0)
            # Two frames: one to take its new size, one to be drawn.
            page.evaluate(
                "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 200)))"
            )
            save(page.screenshot(), folder / f"{shot.name}.png")
            page.close()
        browser.close()


def save(png: bytes, path: Path) -> None:
    """Write a picture with few colours, which takes a third of the space."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    # By coverage, what is rare is kept, as the colour of one kind of node is.
    few = image.quantize(COLORS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def search_for(name: str) -> Callable[[Page], None]:
    """Choose what the search finds first."""

    def act(page: Page) -> None:
        page.get_by_role("combobox", name="Search").fill(name)
        page.keyboard.press("Enter")

    return act


def show_neighbourhood(page: Page) -> None:
    """Show what is one step around a dataset."""
    search_for("ImageNet")(page)
    page.get_by_role("button", name="neighbourhood of 1 step").click()


def show_table(page: Page) -> None:
    """Show the table of entities."""
    page.get_by_role("button", name="Table").click()


SHOTS = (
    Shot("graph", None),
    Shot("entity", show_neighbourhood),
    Shot("abstract", search_for("GPT-4o is an autoregressive omni model")),
    Shot("table", show_table),
    Shot("dark", search_for("language model"), colors="dark"),
    Shot("phone", search_for("CLIP"), width=390, height=844),
)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
