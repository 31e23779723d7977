"""How each kind of node and each predicate looks.

The hues are those of Okabe and Ito (Color Universal Design, 2008), which people with any
form of colour blindness tell apart, made darker for white paper and lighter for a dark
screen until each has a contrast of at least 3:1 with its background (WCAG 2.2, 1.4.11).
Shape tells the kinds apart without colour, dashes and width the predicates of edges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

BACKGROUND_LIGHT, BACKGROUND_DARK = "#ffffff", "#14181d"


@dataclass(frozen=True, slots=True)
class NodeLook:
    """Shape of a kind of node (a shape of vis-network, or `page` or `ring`) and its colours."""

    shape: str
    light: str
    dark: str


@dataclass(frozen=True, slots=True)
class EdgeLook:
    """Colours of a predicate's edges and their width in pixels."""

    light: str
    dark: str
    width: float = 1.0


NODE_LOOKS: Mapping[str, NodeLook] = {
    "Abstract": NodeLook("page", "#59636e", "#b4bec9"),
    "Model": NodeLook("dot", "#005f9e", "#4d9fdc"),
    "Dataset": NodeLook("square", "#b87400", "#f0a929"),
    "Organization": NodeLook("triangle", "#c94f00", "#ff8142"),
    "Technique": NodeLook("diamond", "#00805c", "#2cc79a"),
    "Task": NodeLook("star", "#a94585", "#e39ac4"),
    "Metric": NodeLook("triangleDown", "#857800", "#eade4e"),
    "Software": NodeLook("hexagon", "#2787bd", "#86cdf5"),
    "Repository": NodeLook("ring", "#24292f", "#e6edf3"),
}

_CONTRIBUTION = EdgeLook("#24292f", "#f0f3f6", 2.0)
_INGREDIENT = EdgeLook("#005f9e", "#4d9fdc")
_EVALUATION = EdgeLook("#b87400", "#f0a929")
_COMPARISON = EdgeLook("#c94f00", "#ff8142")
_PURPOSE = EdgeLook("#a94585", "#e39ac4")
_OBJECT = EdgeLook("#00805c", "#2cc79a")
_KIND = EdgeLook("#2787bd", "#86cdf5")
_FAINT = EdgeLook("#8b949e", "#6e7781", 0.7)

EDGE_LOOKS: Mapping[tuple[str, str], EdgeLook] = {
    ("role", "introduces"): _CONTRIBUTION,
    ("role", "uses"): _INGREDIENT,
    ("role", "evaluatesOn"): _EVALUATION,
    ("role", "comparesWith"): _COMPARISON,
    ("role", "addresses"): _PURPOSE,
    ("role", "studies"): _OBJECT,
    ("role", "mentions"): _FAINT,
    ("relation", "developedBy"): _CONTRIBUTION,
    ("relation", "variantOf"): _KIND,
    ("relation", "partOf"): _KIND,
    ("relation", "uses"): _INGREDIENT,
    ("relation", "trainedOn"): _INGREDIENT,
    ("relation", "evaluatedOn"): _EVALUATION,
    ("relation", "appliedTo"): _PURPOSE,
    ("relation", "measuredBy"): _EVALUATION,
    ("relation", "outperforms"): _COMPARISON,
    ("relation", "comparedWith"): _COMPARISON,
    ("relation", "benchmarkFor"): _PURPOSE,
    ("link", "buildsOn"): EdgeLook("#00805c", "#2cc79a", 2.5),
    ("link", "comparesWith"): EdgeLook("#c94f00", "#ff8142", 2.5),
    ("link", "sharesEntity"): _FAINT,
    ("metadata", "hasRepository"): EdgeLook("#24292f", "#e6edf3"),
    ("metadata", "hasAffiliation"): EdgeLook("#59636e", "#b4bec9"),
}

CATEGORIES = ("role", "relation", "link", "metadata")

_SOLID = False
_LONG, _MIXED, _SHORT, _DOTTED = [14, 4], [14, 4, 2, 4], [6, 4], [2, 3]
# Of one category, those of one colour differ; relations are all broken.
DASHES: Mapping[tuple[str, str], bool | list[int]] = {
    **dict.fromkeys(EDGE_LOOKS, _SOLID),
    ("role", "evaluatesOn"): _LONG,
    ("role", "comparesWith"): _MIXED,
    ("role", "addresses"): _LONG,
    ("role", "mentions"): _DOTTED,
    **{key: _SHORT for key in EDGE_LOOKS if key[0] == "relation"},
    ("relation", "partOf"): _MIXED,
    ("relation", "trainedOn"): _MIXED,
    ("relation", "measuredBy"): _MIXED,
    ("relation", "comparedWith"): _MIXED,
    ("relation", "benchmarkFor"): _MIXED,
    ("link", "comparesWith"): _MIXED,
    ("metadata", "hasRepository"): _DOTTED,
    ("metadata", "hasAffiliation"): _DOTTED,
}
HIDDEN_AT_FIRST = frozenset({("link", "sharesEntity")})
