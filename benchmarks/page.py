"""How soon a page can be used and how smoothly it moves, beside pyvis's own page of the same graph.

    python benchmarks/page.py output

For the graph of a build and for a made one of 5,000 nodes and 20,000 edges: milliseconds from
navigation until the page takes input and until the first frame after that is drawn, and the
95th percentile of the time between frames while the mouse drags the picture. pyvis's page is
that of its default options: it draws nothing and takes no input until its layout has gone
through its thousand rounds, for which it gets a limited time. Of kg's page the figures are
medians.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from pyvis.network import Network
from rich.console import Console
from rich.table import Table

from kg.export.registry import ExportOptions, find_format
from kg.records import ENTITY_TYPES
from kg.tables import SCHEMAS, Row, Tables, write_table

NODES, EDGES = 5_000, 20_000
_ABSTRACT_SHARE = 0.3
_COMMUNITIES = 40
_OUTSIDE = 0.15  # share of the edges that leave their community
_SHARES = {"role": 0.6, "relation": 0.3, "link": 0.1}
_PREDICATES = {"role": "uses", "relation": "appliedTo", "link": "buildsOn"}
_TEXT = "We use it, as others do, for what it was made for, and say what came of it."

_WIDTH, _HEIGHT = 1400, 900
_DRAG = 60  # steps of the mouse
_CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

# Says in the console when the page is ready and drawn, in milliseconds from navigation.
_WATCH = """
const note = () => {
  const ready = performance.now();
  requestAnimationFrame(() => setTimeout(() => console.info("ready", ready, performance.now())));
};
"""
_WATCH_KG = f"""{_WATCH}
new MutationObserver((_, observer) => {{
  if (!document.documentElement?.dataset.ready) return;
  observer.disconnect();
  note();
}}).observe(document, {{ subtree: true, attributeFilter: ["data-ready"] }});
"""
# What the page calls `network` is caught as it is assigned.
_WATCH_PYVIS = f"""{_WATCH}
let caught;
Object.defineProperty(window, "network", {{
  get: () => caught,
  set: (network) => {{
    caught = network;
    network?.once("stabilizationIterationsDone", note);
  }},
}});
"""
_FIND_EMPTY_PLACE = """(network) => {
  const box = network.canvas.frame.getBoundingClientRect();
  for (let y = 100; y < box.height - 200; y += 7)
    for (let x = 100; x < box.width - 300; x += 7)
      if (network.getNodeAt({ x, y }) === undefined) return [box.x + x, box.y + y];
}"""
_WATCH_FRAMES = """() => {
  window.frames_ = [];
  let last = performance.now();
  const note = (now) => {
    frames_.push(now - last);
    last = now;
    requestAnimationFrame(note);
  };
  requestAnimationFrame((now) => {
    last = now;
    requestAnimationFrame(note);
  });
}"""


@dataclass(frozen=True, slots=True)
class Figures:
    """How much a picture draws at first, and what its page takes, in milliseconds."""

    nodes: int
    edges: int
    ready: float
    drawn: float
    frame: float


def write_made_graph(folder: Path, nodes: int = NODES, edges: int = EDGES) -> Tables:
    """Tables of a graph with communities and a few nodes that many others lead to."""
    draw = random.Random(5)
    abstracts = [f"abstract/{number:08}" for number in range(int(nodes * _ABSTRACT_SHARE))]
    entities = [
        f"{ENTITY_TYPES[number % len(ENTITY_TYPES)].lower()}/thing-{number}"
        for number in range(nodes - len(abstracts))
    ]
    community = {
        id: number % _COMMUNITIES
        for group in (abstracts, entities)
        for number, id in enumerate(group)
    }

    def choose(group: list[str], near: str) -> str:
        if draw.random() >= _OUTSIDE:
            group = group[community[near] :: _COMMUNITIES]
        return group[int(len(group) * draw.random() ** 3)]  # the first ones most often

    categories: dict[tuple[str, str], str] = {}
    while len(categories) < edges:
        (category,) = draw.choices(list(_SHARES), list(_SHARES.values()))
        subject = draw.choice(entities if category == "relation" else abstracts)
        object = choose(abstracts if category == "link" else entities, subject)
        if subject != object:
            categories.setdefault((subject, object), category)
    rows = _list_rows(abstracts, entities, community, categories)
    for name in SCHEMAS:
        write_table(folder, name, sorted(rows.get(name, []), key=lambda row: str(row.get("id"))))
    return Tables(folder)


def _list_rows(
    abstracts: Sequence[str],
    entities: Sequence[str],
    community: Mapping[str, int],
    categories: Mapping[tuple[str, str], str],
) -> dict[str, list[Row]]:
    degree = Counter(id for ends in categories for id in ends)
    named_by = Counter(object for (_, object), category in categories.items() if category == "role")
    names = {id: id.partition("/")[2].replace("-", " ") for id in entities}
    shared = {id: {"community": community[id], "importance": float(degree[id])} for id in community}
    statements, evidence = [], []
    for number, ((subject, object), category) in enumerate(categories.items()):
        id = f"statement/{number:08}"
        statements.append(
            {
                "id": id,
                "subject": subject,
                "predicate": _PREDICATES[category],
                "object": object,
                "category": category,
                "confidence": 0.5 + number % 50 / 100,
                "weight": 1.0,
                "via": [],
                "evidence": int(category == "role"),
            }
        )
        if category == "role":
            evidence.append(
                {"statement": id, "abstract": subject, "entity": object, "start": 0, "end": 8}
            )
    return {
        "abstracts": [
            {"id": id, "text": f"{_TEXT} Number {number}.", "label": f"Abstract {number}"}
            | shared[id]
            for number, id in enumerate(abstracts)
        ],
        "entities": [
            {"id": id, "type": ENTITY_TYPES[number % len(ENTITY_TYPES)], "name": names[id]}
            | {"aliases": [], "abstracts": named_by[id], "mentions": named_by[id]}
            | shared[id]
            for number, id in enumerate(entities)
        ],
        "communities": [
            {"id": number, "name": f"Subject {number}", "abstracts": 1, "entities": 1}
            for number in range(_COMMUNITIES)
        ],
        "statements": statements,
        "evidence": evidence,
    }


def write_pages(tables: Tables, folder: Path) -> tuple[Path, Path]:
    """The page of kg and that of pyvis with its default options."""
    ours, theirs = folder / "kg.html", folder / "pyvis.html"
    find_format("html").export(tables, ours, ExportOptions())
    network = Network(cdn_resources="in_line")
    held = set()
    for name in ("abstracts", "entities", "repositories"):
        for row in tables.rows(name):
            network.add_node(row["id"], label=row.get("label") or row["name"])
            held.add(row["id"])
    for row in tables.rows("statements"):
        if row["subject"] in held and row["object"] in held:
            network.add_edge(row["subject"], row["object"])
    theirs.write_text(network.generate_html(), encoding="utf-8")
    return ours, theirs


def measure(
    browser: Browser, path: Path, script: str, network: str, limit: float
) -> Figures | None:
    """The figures of a page in a window of its own; None where it is not ready in time.

    Args:
        browser: It has no network.
        path: The page.
        script: Watches for the page to be ready.
        network: What the page calls its vis-network.
        limit: Seconds that it has.
    """
    context = browser.new_context(viewport={"width": _WIDTH, "height": _HEIGHT}, offline=True)
    page = context.new_page()
    page.add_init_script(script)
    is_ready = re.compile("^ready ").match
    try:
        with page.expect_console_message(
            lambda message: bool(is_ready(message.text)), timeout=limit * 1000
        ) as message:
            page.goto(path.as_uri(), wait_until="commit")
    except PlaywrightTimeout:
        context.close()
        return None
    ready, drawn = map(float, message.value.text.split()[1:])
    nodes, edges = page.evaluate(
        f"[{network}.body.nodeIndices.length, {network}.body.edgeIndices.length]"
    )
    frame = _measure_drag(page, network)
    context.close()
    return Figures(nodes, edges, ready, drawn, frame)


def _measure_drag(page: Page, network: str) -> float:
    """95th percentile of the milliseconds between frames while the mouse drags the picture."""
    x, y = page.evaluate(f"({_FIND_EMPTY_PLACE})({network})")
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(_WATCH_FRAMES)
    for step in range(1, _DRAG + 1):
        page.mouse.move(x + 3 * step, y + 2 * step)
    times: list[float] = page.evaluate("frames_")
    page.mouse.up()
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else max(times, default=0.0)


def compare(
    browser: Browser, pages: tuple[Path, Path], repeats: int, limit: float
) -> list[list[str]]:
    """Rows of the report: kg's page so often, then pyvis's once."""
    kg = [
        measure(browser, pages[0], _WATCH_KG, "kg.picture.network", limit) for _ in range(repeats)
    ]
    pyvis = [measure(browser, pages[1], _WATCH_PYVIS, "network", limit)]
    return [_summarise(kg, limit), _summarise(pyvis, limit)]


def _summarise(runs: Sequence[Figures | None], limit: float) -> list[str]:
    found = [run for run in runs if run is not None]
    if len(found) < len(runs):
        return ["none", "none", f"over {limit * 1000:,.0f}", "", ""]
    return [
        f"{statistics.median(getattr(run, field.name) for run in found):,.0f}"
        for field in fields(Figures)
    ]


def main() -> None:
    """Print the figures of both pages of both graphs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("output", type=Path, help="a folder of `kg build`")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--limit", type=float, default=60, help="seconds that pyvis has to settle")
    options = parser.parse_args()
    report = Table(box=None, pad_edge=False)
    for name in ("Graph", "Page"):
        report.add_column(name)
    for name in ("Nodes drawn", "Edges drawn", "Ready, ms", "Drawn, ms", "Frame p95, ms"):
        report.add_column(name, justify="right")
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
        folder = Path(temporary)
        graphs = {
            options.output.name: Tables(options.output / "tables"),
            f"{NODES:,} nodes, {EDGES:,} edges": write_made_graph(folder),
        }
        for graph, tables in graphs.items():
            figures = compare(browser, write_pages(tables, folder), options.repeats, options.limit)
            for page, row in zip(("kg", "pyvis"), figures, strict=True):
                report.add_row(graph, page, *row)
        browser.close()
    Console(width=100).print(report)


if __name__ == "__main__":
    main()
