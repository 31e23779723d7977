"""A part of the graph as `kg serve` hands it to a page that is open already.

The page asks `<neighbourhood>?node=<id>&offset=<n>&limit=<n>` and gets

    {"nodes": [...], "edges": [...], "results": [...], "total": n}

first the node itself, then its neighbours number `offset` to `offset + limit`, the most
important first, with the edges between them; `total` says how many neighbours there are in
all. Links that only share an entity make no neighbours. A page knows nodes by numbers of its
own, so that here they are told apart, and referred to, by their ids: nodes have the fields
that `kg.export.html.details.describe` gives them with `size` and, where they have places on
the map, `x` and `y`; edges have `from`, `to`, `category` and `predicate` beside what
`describe` gives them. Nodes without places the page puts around the node that was asked for.

`<search>?text=<text>` gets `{"nodes": [{"id", "kind", "label", "alias"}]}`, `alias` where that
is what was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pyvis.network import Network

from kg.export.html.details import Detail


def describe_by_id(network: Network, details: Detail) -> Detail:
    """What `build_network` and `describe` give for a part of the graph, by ids.

    Args:
        network: The nodes and edges.
        details: What is known of them.

    Returns:
        `nodes`, `edges` and `results`, for JSON.
    """
    nodes = details["nodes"]

    def id_of(number: int) -> str | None:
        return nodes[number]["id"] if number >= 0 else None

    return {
        "nodes": [
            _describe_node(detail, drawn, id_of)
            for detail, drawn in zip(nodes, network.nodes, strict=True)
        ],
        "edges": [
            {
                **detail,
                **{name: drawn[name] for name in ("category", "predicate")},
                **_refer({name: drawn[name] for name in ("from", "to")}, ("from", "to"), id_of),
                "evidence": [
                    _refer(item, ("abstract", "entity"), id_of) for item in detail["evidence"]
                ],
                **({"via": [id_of(n) for n in detail["via"]]} if "via" in detail else {}),
            }
            for detail, drawn in zip(details["edges"], network.edges, strict=True)
        ],
        "results": [
            _refer(result, ("abstract", "of", "on", "metric"), id_of)
            for result in details["results"]
        ],
    }


def _describe_node(
    detail: Detail, drawn: dict[str, Any], id_of: Callable[[int], str | None]
) -> Detail:
    described = detail | {name: drawn[name] for name in ("x", "y", "size") if name in drawn}
    if "mentions" in detail and isinstance(detail["mentions"], list):
        described["mentions"] = [
            [start, end, id_of(number), type_] for start, end, number, type_ in detail["mentions"]
        ]
    return described


def _refer(item: Detail, names: Iterable[str], id_of: Callable[[int], str | None]) -> Detail:
    return item | {name: id_of(item[name]) for name in names if name in item}
