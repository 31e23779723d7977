"""Where the nodes lie: computed at build time, so that the picture is there at once.

The picture is a map: each community is a round region, laid out by itself, and regions that
have much to do with each other lie side by side.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import igraph
import numpy as np

from kg.export.html.selection import Selection

Point = tuple[float, float]
Edge = tuple[int, int]

_SEED = 20_250_101
_ROUNDS = 400
_NODE_DISTANCE = 46.0
_REGION_GAP = 70.0
_ROOMY = 2_000  # with more nodes they lie closer together, as few of them are drawn at once
_CLOSEST = 0.5
_SEPARATION_ROUNDS = 60
_WIDTH_TO_HEIGHT = 1.3
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


def place_nodes(selection: Selection) -> list[tuple[int, int]]:
    """Position of each node, in the order of the selection's numbers.

    The nodes of a community are laid out by Fruchterman and Reingold's algorithm ("Graph
    drawing by force-directed placement", 1991) as igraph has it, then spread evenly over a
    disc and moved apart. The discs are packed, the largest in the middle, each as near as can
    be to those that it has edges with. Links that only share an entity pull nothing.

    Returns:
        Integer coordinates in pixels at scale 1; no two nodes have the same.
    """
    edges = _list_edges(selection)
    regions = _find_regions(selection, edges)
    region_of = {number: region for region, members in regions.items() for number in members}
    inner: defaultdict[int, list[Edge]] = defaultdict(list)
    ties: Counter[Edge] = Counter()
    for first, second in edges:
        ends = region_of[first], region_of[second]
        if ends[0] == ends[1]:
            inner[ends[0]].append((first, second))
        else:
            ties[min(ends), max(ends)] += 1
    discs = {region: _lay_out_region(members, inner[region]) for region, members in regions.items()}
    centers = _pack({region: _radius(disc) for region, disc in discs.items()}, ties)
    scale = min(1.0, max(_CLOSEST, math.sqrt(_ROOMY / max(len(region_of), 1))))
    points = {
        number: (scale * (x + centers[region][0]), scale * (y + centers[region][1]))
        for region, disc in discs.items()
        for number, (x, y) in disc.items()
    }
    return _to_distinct_integers([points[number] for number in range(len(points))])


def _list_edges(selection: Selection) -> list[Edge]:
    numbers = selection.numbers
    pairs = {
        (numbers[row["subject"]], numbers[row["object"]])
        for row in selection.statements
        if row["predicate"] != "sharesEntity"
    }
    return sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})


def _find_regions(selection: Selection, edges: Sequence[Edge]) -> dict[int, list[int]]:
    """Nodes by community; what has none goes with its first neighbour, or to itself."""
    known = {
        number: row["community"]
        for number, row in enumerate(selection.nodes)
        if row.get("community") is not None
    }
    neighbour: dict[int, int] = {}
    for first, second in edges:
        if second in known:
            neighbour.setdefault(first, known[second])
        if first in known:
            neighbour.setdefault(second, known[first])
    regions: defaultdict[int, list[int]] = defaultdict(list)
    for number in range(len(selection.nodes)):
        regions[known.get(number, neighbour.get(number, -1 - number))].append(number)
    return dict(sorted(regions.items()))


def _lay_out_region(members: Sequence[int], edges: Sequence[Edge]) -> dict[int, Point]:
    """Positions of a region's nodes around the origin."""
    index = {number: place for place, number in enumerate(members)}
    graph = igraph.Graph(
        n=len(members), edges=[(index[first], index[second]) for first, second in edges]
    )
    igraph.set_random_number_generator(random.Random(_SEED))
    try:
        layout = graph.layout_fruchterman_reingold(
            niter=_ROUNDS,
            seed=[_sunflower(place, 1.0) for place in range(len(members))],
            start_temp=math.sqrt(len(members)),
            grid="auto",
        )
    finally:
        igraph.set_random_number_generator(random)
    points = _move_apart(_spread([(x, y) for x, y in layout]))
    middle_x = sum(x for x, _ in points) / len(points)
    middle_y = sum(y for _, y in points) / len(points)
    return {
        number: (x - middle_x, y - middle_y) for number, (x, y) in zip(members, points, strict=True)
    }


def _spread(points: Sequence[Point]) -> list[Point]:
    """Keep each node's direction from the middle and its rank in distance, over an even disc."""
    middle_x = sum(x for x, _ in points) / len(points)
    middle_y = sum(y for _, y in points) / len(points)
    polar = [
        (math.hypot(x - middle_x, y - middle_y), math.atan2(y - middle_y, x - middle_x))
        for x, y in points
    ]
    spread: list[Point] = [(0.0, 0.0)] * len(points)
    for rank, place in enumerate(sorted(range(len(points)), key=lambda i: (polar[i][0], i))):
        radius = _NODE_DISTANCE * 0.62 * math.sqrt(rank + 0.5)
        angle = polar[place][1]
        spread[place] = radius * math.cos(angle), radius * math.sin(angle)
    return spread


def _sunflower(place: int, spread: float) -> Point:
    radius, angle = spread * math.sqrt(place), place * _GOLDEN_ANGLE
    return radius * math.cos(angle), radius * math.sin(angle)


def _radius(disc: Mapping[int, Point]) -> float:
    return max(math.hypot(x, y) for x, y in disc.values()) + _REGION_GAP / 2


def _pack(radii: Mapping[int, float], ties: Mapping[Edge, int]) -> dict[int, Point]:
    """Centres of discs that do not overlap, near the centres of those they are tied to."""
    partners: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for (first, second), count in ties.items():
        partners[first][second] = partners[second][first] = count
    centers: dict[int, Point] = {}
    waiting = set(radii)
    while waiting:
        region = min(
            waiting,
            key=lambda item: (
                -sum(n for other, n in partners[item].items() if other in centers),
                -radii[item],
                item,
            ),
        )
        waiting.remove(region)
        centers[region] = _free_place(region, radii, centers, partners[region])
    return centers


def _free_place(
    region: int,
    radii: Mapping[int, float],
    centers: Mapping[int, Point],
    partners: Mapping[int, int],
) -> Point:
    """Of the free places beside another disc, the one nearest to the partners."""
    if not centers:
        return 0.0, 0.0
    pulls = [(centers[other], count) for other, count in partners.items() if other in centers]
    # A weak pull to the middle keeps the map round and places what has no partner.
    pulls.append(((0.0, 0.0), 1 + sum(count for _, count in pulls) // 3))
    middles = np.array(list(centers.values()))
    reaches = np.array([radii[region] + radii[other] for other in centers])
    places = (middles[:, None, :] + reaches[:, None, None] * _DIRECTIONS).reshape(-1, 2)
    cost = np.zeros(len(places))
    for (x, y), count in pulls:
        cost += count * _distance((places[:, 0] - x) / _WIDTH_TO_HEIGHT, places[:, 1] - y)
    order = np.lexsort((places[:, 1], places[:, 0], cost.round(3)))
    for first in range(0, len(order), _AT_ONCE):
        tried = places[order[first : first + _AT_ONCE]]
        away = tried[:, None, :] - middles
        is_free = (_distance(away[..., 0], away[..., 1]) >= reaches - 0.01).all(axis=1)
        if is_free.any():
            x, y = tried[is_free.argmax()]
            return float(x), float(y)
    return 0.0, 0.0


# Directions from the middle of a disc, all around it.
_DIRECTIONS = np.array(
    [(math.cos(step * math.tau / 48), math.sin(step * math.tau / 48)) for step in range(48)]
)
_AT_ONCE = 256


def _distance(dx: Any, dy: Any) -> Any:
    return np.sqrt(dx * dx + dy * dy)


def _move_apart(points: Sequence[Point]) -> list[Point]:
    """Push nodes that are nearer than `_NODE_DISTANCE` apart, a little in each round."""
    moved = list(points)
    for _ in range(_SEPARATION_ROUNDS):
        cells: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for index, (x, y) in enumerate(moved):
            cells[int(x // _NODE_DISTANCE), int(y // _NODE_DISTANCE)].append(index)
        crowded = False
        for (column, row), members in cells.items():
            near = [
                index
                for dx in (-1, 0, 1)
                for dy in (-1, 0, 1)
                for index in cells.get((column + dx, row + dy), ())
            ]
            for first in members:
                for second in near:
                    if first < second and _push(moved, first, second):
                        crowded = True
        if not crowded:
            break
    return moved


def _push(points: list[Point], first: int, second: int) -> bool:
    (x1, y1), (x2, y2) = points[first], points[second]
    distance = math.dist((x1, y1), (x2, y2))
    if distance >= _NODE_DISTANCE * 0.98:
        return False
    if distance == 0:
        angle = second * _GOLDEN_ANGLE
        away = (math.cos(angle), math.sin(angle))
    else:
        away = ((x2 - x1) / distance, (y2 - y1) / distance)
    shift = (_NODE_DISTANCE - distance) / 2
    points[first] = (x1 - away[0] * shift, y1 - away[1] * shift)
    points[second] = (x2 + away[0] * shift, y2 + away[1] * shift)
    return True


def _to_distinct_integers(points: Sequence[Point]) -> list[tuple[int, int]]:
    taken: set[tuple[int, int]] = set()
    placed = []
    for x, y in points:
        step = 0
        while True:
            dx, dy = _sunflower(step, 1.0)
            place = round(x + dx), round(y + dy)
            if place not in taken:
                break
            step += 1
        taken.add(place)
        placed.append(place)
    return placed
