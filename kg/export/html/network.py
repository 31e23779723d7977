"""The picture as a pyvis network."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from pyvis.edge import Edge
from pyvis.network import Network

from kg.export.html.appearance import DASHES, EDGE_LOOKS, NODE_LOOKS
from kg.export.html.selection import Selection
from kg.tables import Row

_SMALLEST, _LARGEST = 5.0, 20.0
_LARGEST_OF_OVERVIEW = 30.0  # an overview is seen from farther away
_ABSTRACT_SCALE = 0.65
_CURVE = 0.15


def build_network(selection: Selection, positions: Sequence[tuple[int, int]] | None) -> Network:
    """The nodes and edges of the picture.

    Args:
        selection: What is held.
        positions: Where each node lies, in the order of the selection's numbers; without, the
            page places them.

    Returns:
        A directed network. Nodes carry their number as id, their label as plain text, and
        their kind as vis-network's `group`; edges carry their number as id and the category
        and predicate of their statement.
    """
    network = Network(directed=True)
    most = {True: _most_important(selection.abstracts), False: _most_important(selection.entities)}
    largest = _LARGEST if selection.overview is None else _LARGEST_OF_OVERVIEW
    places = [None] * len(selection.nodes) if positions is None else positions
    for number, (row, place) in enumerate(zip(selection.nodes, places, strict=True)):
        kind = kind_of(row)
        network.add_node(
            number,
            label=label_of(row),
            shape=NODE_LOOKS[kind].shape,
            group=kind,
            size=size_of(row, most[kind == "Abstract"], largest),
            **({} if place is None else {"x": place[0], "y": place[1]}),
        )
    parallel: Counter[frozenset[int]] = Counter()
    for number, row in enumerate(selection.statements):
        ends = selection.numbers[row["subject"]], selection.numbers[row["object"]]
        category, predicate = row["category"], row["predicate"]
        # As `add_edge` does, which looks for both ends in a list of all nodes.
        edge = Edge(
            *ends,
            network.directed,
            id=number,
            category=category,
            predicate=predicate,
            width=EDGE_LOOKS[category, predicate].width,
            dashes=DASHES[category, predicate],
            smooth=_curve(parallel[frozenset(ends)], ends),
        )
        network.edges.append(edge.options)
        parallel[frozenset(ends)] += 1
    return network


def size_of(row: Row, most: float, largest: float = _LARGEST) -> float:
    """Radius of a node in pixels at scale 1.

    Args:
        row: It.
        most: Importance of the most important node of its sort, abstract or not.
        largest: Radius of that one.
    """
    share = math.sqrt(min((row.get("importance") or 0.0) / most, 1.0))
    scale = _ABSTRACT_SCALE if kind_of(row) == "Abstract" else 1.0
    return round(_SMALLEST + (largest * scale - _SMALLEST) * share, 1)


def _most_important(rows: Sequence[Row]) -> float:
    return max((row["importance"] or 0.0 for row in rows), default=0.0) or 1.0


def _curve(before: int, ends: tuple[int, int]) -> bool | dict[str, object]:
    """Bend an edge that has others beside it, away from them whichever way it points."""
    if before == 0:
        return False
    side = (before % 2 == 1) == (ends[0] < ends[1])
    return {
        "enabled": True,
        "type": "curvedCW" if side else "curvedCCW",
        "roundness": round(_CURVE * ((before + 1) // 2), 2),
    }


def kind_of(row: Row) -> str:
    """Kind of a node: an entity's type, `Abstract` or `Repository`."""
    if "type" in row:
        return str(row["type"])
    return "Abstract" if "text" in row else "Repository"


def label_of(row: Row) -> str:
    """What a node is called: name, label, or owner and name of a repository."""
    if "text" in row:
        return str(row["label"] or row["title"] or row["text"][:80] or "An abstract without text")
    if "host" in row:
        return "/".join(part for part in (row["owner"], row["name"]) if part) or str(row["url"])
    return str(row["name"] or row["id"])
