"""The page: template, style, scripts and data in one file.

Nothing of the data is ever read as HTML or as script. It stands in a data block as JSON in
which every character that could end the block is escaped, and the scripts show it through
`textContent`. A Content-Security-Policy allows the page's own scripts and style by their
hashes and no request at all; where `kg serve` shows the page, requests to its own server.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup
from pyvis.network import Network

from kg.export.html.appearance import (
    CATEGORIES,
    DASHES,
    EDGE_LOOKS,
    HIDDEN_AT_FIRST,
    NODE_LOOKS,
)
from kg.export.html.policy import hash_source

SCRIPTS = (
    "graph.js",
    "theme.js",
    "elements.js",
    "matches.js",
    "neighbours.js",
    "overview.js",
    "state.js",
    "visibility.js",
    "arrangement.js",
    "shapes.js",
    "regions.js",
    "labels.js",
    "tip.js",
    "camera.js",
    "motion.js",
    "pins.js",
    "clicks.js",
    "picture.js",
    "opening.js",
    "evidence.js",
    "sections.js",
    "actions.js",
    "panel.js",
    "search.js",
    "filters.js",
    "table.js",
    "saving.js",
    "focus.js",
    "walking.js",
    "main.js",
)

_JSON_ESCAPES = {char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def render_page(
    title: str,
    network: Network,
    details: dict[str, Any],
    notes: Sequence[str],
    *,
    overview: Sequence[int] | None = None,
    source: Mapping[str, str] | None = None,
) -> str:
    """The page as text.

    Args:
        title: Heading of the page.
        network: What is held, with places on the map.
        details: What `kg.export.html.details.describe` knows of its nodes and edges.
        notes: What the page leaves out.
        overview: Numbers of the nodes that are drawn at first; all where `None`.
        source: Where a page that is served asks for more, by same-origin addresses:
            `neighbourhood` and `search` (see `kg.export.html.neighbourhood`). Without, the page
            is a file and makes no request.
    """
    style, scripts = _read_sources()
    data = {
        "title": title,
        "notes": list(notes),
        "source": dict(source or {}),
        "overview": overview,
        "network": {
            "nodes": [
                {name: node[name] for name in ("x", "y", "size") if name in node}
                for node in network.nodes
            ],
            "edges": [
                {name: edge[name] for name in _DRAWN if edge[name] is not False}
                for edge in network.edges
            ],
        },
        "kinds": _kinds(),
        "predicates": _predicates(),
        **details,
    }
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("kg.export.html", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    return environment.get_template("graph.html.jinja").render(
        title=title,
        notes=notes,
        policy=find_policy(served=bool(source)),
        style=Markup(style),
        data=Markup(to_script_json(data)),
        scripts=[Markup(script) for script in scripts],
    )


_DRAWN = ("from", "to", "category", "predicate", "smooth")


def find_policy(*, served: bool = False) -> str:
    """The Content-Security-Policy of the page, as a file or as `kg serve` shows it."""
    style, scripts = _read_sources()
    hashes = " ".join(sorted({hash_source(script) for script in scripts}))
    return (
        f"default-src 'none'; script-src {hashes}; style-src {hash_source(style)}; "
        f"img-src data:; {_CONNECTION if served else ''}base-uri 'none'; form-action 'none'"
    )


_CONNECTION = "connect-src 'self'; "


def to_script_json(value: object) -> str:
    """JSON that can stand in a `<script>` element: it cannot end the element or a line."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char, escape in _JSON_ESCAPES.items():
        text = text.replace(char, escape)
    return text


@cache
def _read_sources() -> tuple[str, tuple[str, ...]]:
    """The style and the scripts of the page."""
    package = resources.files("kg.export.html")
    read = [
        _newlines((package / name).read_text(encoding="utf-8")) for name in ("style.css", *SCRIPTS)
    ]
    return read[0], (_vis_network(), *read[1:])


def _vis_network() -> str:
    """The vis-network that pyvis ships, without the reference to its source map."""
    path = resources.files("pyvis") / "lib" / "vis-9.1.2" / "vis-network.min.js"
    code = _newlines(path.read_text(encoding="utf-8"))
    return code.partition("//# sourceMappingURL=")[0]


def _newlines(text: str) -> str:
    """With the line ends that an HTML parser would make of them, so that hashes hold."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _kinds() -> list[dict[str, str]]:
    return [
        {"name": name, "shape": look.shape, "light": look.light, "dark": look.dark}
        for name, look in NODE_LOOKS.items()
    ]


def _predicates() -> list[dict[str, Any]]:
    return [
        {
            "category": category,
            "name": name,
            "light": look.light,
            "dark": look.dark,
            "width": look.width,
            "dashes": DASHES[category, name],
            "hidden": (category, name) in HIDDEN_AT_FIRST,
        }
        for wanted in CATEGORIES
        for (category, name), look in EDGE_LOOKS.items()
        if category == wanted
    ]
