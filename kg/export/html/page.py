"""The page: template, style, scripts and data in one file.

Nothing of the data is ever read as HTML or as script. It stands in a data block as JSON in
which every character that could end the block is escaped, and the scripts show it through
`textContent`. A Content-Security-Policy allows the page's own scripts and style by their
hashes and no request at all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
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
    "state.js",
    "visibility.js",
    "arrangement.js",
    "shapes.js",
    "regions.js",
    "labels.js",
    "tip.js",
    "camera.js",
    "picture.js",
    "evidence.js",
    "sections.js",
    "panel.js",
    "search.js",
    "filters.js",
    "table.js",
    "saving.js",
    "focus.js",
    "walking.js",
    "main.js",
)

_JSON_ESCAPES = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


def render_page(title: str, network: Network, details: dict[str, Any], notes: Sequence[str]) -> str:
    """The page as text.

    Args:
        title: Heading of the page.
        network: The picture.
        details: What `kg.export.html.details.describe` knows of its nodes and edges.
        notes: What the page leaves out.
    """
    package = resources.files("kg.export.html")
    style = _newlines((package / "style.css").read_text(encoding="utf-8"))
    scripts = [
        _vis_network(),
        *(_newlines((package / name).read_text(encoding="utf-8")) for name in SCRIPTS),
    ]
    data = {
        "title": title,
        "notes": list(notes),
        "network": {"nodes": network.nodes, "edges": network.edges},
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
        policy=_content_security_policy(scripts, style),
        style=Markup(style),
        data=Markup(to_script_json(data)),
        scripts=[Markup(script) for script in scripts],
    )


def to_script_json(value: object) -> str:
    """JSON that can stand in a `<script>` element: it cannot end the element or a line."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(_JSON_ESCAPES)


def _vis_network() -> str:
    """The vis-network that pyvis ships, without the reference to its source map."""
    path = resources.files("pyvis") / "lib" / "vis-9.1.2" / "vis-network.min.js"
    code = _newlines(path.read_text(encoding="utf-8"))
    return code.partition("//# sourceMappingURL=")[0]


def _newlines(text: str) -> str:
    """With the line ends that an HTML parser would make of them, so that hashes hold."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _content_security_policy(scripts: Sequence[str], style: str) -> str:
    hashes = " ".join(sorted({hash_source(script) for script in scripts}))
    return (
        f"default-src 'none'; script-src {hashes}; style-src {hash_source(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


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
