"""The explorer's page as it opens: the most important entities and abstracts behind them.

All else of the graph is asked for while the reader explores.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import cast

from pyoxigraph import NamedNode, QuerySolutions, Store

from kg.export.html.details import MAX_EVIDENCE, describe
from kg.export.html.layout import place_nodes
from kg.export.html.network import build_network
from kg.export.html.page import render_page
from kg.query.resources import read_node_id
from kg.query.store import find_title
from kg.query.stored_rows import StoredRows
from kg.records import ENTITY_TYPES
from kg.serve.addresses import NEIGHBOURHOOD_PATH, SEARCH_PATH
from kg.serve.neighbourhoods import count_neighbours, select_nodes
from kg.vocabulary import STANDARD_PREFIXES

_ENTITIES = 90
_ENTITIES_OF_A_TYPE = 10
_ABSTRACTS = 120
_EDGES = 2_000
_BEST = 10
_TYPES = " ".join(f"kg:{type}" for type in ENTITY_TYPES)
_MOST_IMPORTANT = """
SELECT DISTINCT ?node ?importance {{
  VALUES ?type {{ {types} }}
  ?node a ?type ; kg:importance ?importance
}}
ORDER BY DESC(?importance) ?node
LIMIT {most}
"""
_BEHIND = """
SELECT DISTINCT ?node ?introduces ?importance {{
  VALUES ?role {{ kg:introduces kg:studies kg:addresses kg:uses kg:evaluatesOn kg:comparesWith }}
  ?node ?role {entity} ; a kg:Abstract ; kg:importance ?importance
  BIND (?role = kg:introduces AS ?introduces)
}}
ORDER BY DESC(?introduces) DESC(?importance) ?node
LIMIT {most}
"""


def render_overview(store: Store, base_iri: str) -> str:
    """The page as text.

    Args:
        store: A graph that kg wrote.
        base_iri: Namespace of its data.
    """
    rows = StoredRows(store, base_iri, most_evidence=MAX_EVIDENCE)
    entities = _find_entities(store, base_iri)
    abstracts = _find_abstracts_behind(store, base_iri, [rows.name_node(id) for id in entities])
    selection = select_nodes(rows, [*entities, *abstracts], _EDGES)
    details = describe(rows, selection)
    for node in details["nodes"]:
        node["neighbours"] = count_neighbours(store, rows.name_node(node["id"]))
    title = find_title(store) or "Graph"
    return render_page(
        "".join(c if c.isprintable() or c.isspace() else "\ufffd" for c in title),
        build_network(selection, place_nodes(selection)),
        details,
        [_describe_start(store, len(selection.entities), len(selection.abstracts))],
        source={"neighbourhood": NEIGHBOURHOOD_PATH, "search": SEARCH_PATH},
    )


def _find_entities(store: Store, base_iri: str) -> list[str]:
    """The most important entities, and of each type its most important ones."""
    wanted = [(_TYPES, _ENTITIES)]
    wanted += ((f"kg:{type}", _ENTITIES_OF_A_TYPE) for type in ENTITY_TYPES)
    found = (
        id
        for types, most in wanted
        for id in _find_nodes(store, base_iri, _MOST_IMPORTANT.format(types=types, most=most))
    )
    return list(dict.fromkeys(found))


def _find_abstracts_behind(store: Store, base_iri: str, entities: list[NamedNode]) -> list[str]:
    """Abstracts that name the entities: in turns, each adds its best one not yet there."""
    queues = [
        _find_nodes(store, base_iri, _BEHIND.format(entity=entity, most=_BEST))
        for entity in entities
    ]
    chosen: dict[str, None] = {}
    for _ in range(_BEST):
        for queue in queues:
            fresh = (id for id in queue if id not in chosen)
            if len(chosen) < _ABSTRACTS:
                chosen.update(dict.fromkeys(islice(fresh, 1)))
    return list(chosen)


def _find_nodes(store: Store, base_iri: str, query: str) -> Iterator[str]:
    rows = cast(QuerySolutions, store.query(query, prefixes=dict(STANDARD_PREFIXES)))
    for row in rows:
        if isinstance(row["node"], NamedNode):
            yield read_node_id(row["node"], base_iri)


def _describe_start(store: Store, entities: int, abstracts: int) -> str:
    all_entities = _count(store, f"VALUES ?type {{ {_TYPES} }} ?node a ?type")
    all_abstracts = _count(store, "?node a kg:Abstract")
    return (
        "The picture starts with the most important entities, some of each type, and abstracts "
        f"behind them: {entities:,} of {all_entities:,} entities, {abstracts:,} of "
        f"{all_abstracts:,} abstracts. "
        "All others are found by the search and by opening the neighbours of a node, and come "
        "from this server."
    )


def _count(store: Store, pattern: str) -> int:
    query = f"SELECT (COUNT(DISTINCT ?node) AS ?count) {{ {pattern} }}"
    rows = cast(QuerySolutions, store.query(query, prefixes=dict(STANDARD_PREFIXES)))
    return int(next(rows)["count"].value)
