"""Finding the nodes that a name means."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import process

from kg.errors import GraphError
from kg.tables import Tables

SUGGESTIONS = 5


def find_nodes(tables: Tables, name: str) -> list[str]:
    """The node ids of the entities and abstracts that `name` can mean, likeliest first.

    A name is a node id, a preferred name, an alias, the title of an abstract, its key, or an
    id that the input gave it; case does not count. A preferred name goes before an alias, and
    of several entities with one name the one that more abstracts name.

    Raises:
        GraphError: Nothing has that name; the message suggests what is near.
    """
    wanted = name.casefold().strip()
    if not wanted:
        raise GraphError("give the name of an entity or an abstract")
    entities = tables.read("entities", ("id", "name", "aliases", "abstracts"))
    abstracts = tables.read("abstracts", ("id", "label", "title"))
    for id in _find(entities["id"], wanted):
        return [entities["id"][id].as_py()]
    keys = pc.utf8_slice_codeunits(abstracts["id"], len("abstract/"))
    for id in (*_find(abstracts["id"], wanted), *_find(keys, wanted)):
        return [abstracts["id"][id].as_py()]

    found: dict[str, tuple[int, int]] = {}
    places = tables.read("places", ("abstract", "input_id"))
    for row in _find(places["input_id"], wanted):
        found[places["abstract"][row].as_py()] = (2, 0)
    for column in ("label", "title"):
        for row in _find(abstracts[column], wanted):
            found[abstracts["id"][row].as_py()] = (2, 0)
    aliases = entities["aliases"].combine_chunks()
    owners = pc.list_parent_indices(aliases)
    for kind, rows in (
        (1, [owners[row].as_py() for row in _find(pc.list_flatten(aliases), wanted)]),
        (0, _find(entities["name"], wanted)),
    ):
        for row in rows:
            found[entities["id"][row].as_py()] = (kind, -entities["abstracts"][row].as_py())
    if found:
        return sorted(found, key=lambda node: (*found[node], node))
    known = {
        text.casefold(): text
        for column in (entities["name"], abstracts["label"])
        for text in column.to_pylist()
    }
    near = process.extract(wanted, known.keys(), limit=SUGGESTIONS, score_cutoff=70)
    hint = ", ".join(repr(known[match]) for match, *_ in near)
    raise GraphError(f"nothing is called {name!r}" + (f"; near it are {hint}" if hint else ""))


def _find(texts: pa.Array | pa.ChunkedArray, wanted: str) -> Iterator[int]:
    """The rows that hold the case-folded text `wanted`, whatever their case."""
    for row, text in enumerate(texts.to_pylist()):
        if text is not None and text.casefold() == wanted:
            yield row
