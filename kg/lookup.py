"""Finding the nodes that a name means."""

from __future__ import annotations

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
    found: list[tuple[int, int, str]] = []
    known: dict[str, str] = {}
    for row in tables.rows("entities", ("id", "name", "aliases", "abstracts")):
        known[row["name"].casefold()] = row["name"]
        if row["id"].casefold() == wanted:
            return [row["id"]]
        if row["name"].casefold() == wanted:
            found.append((0, -row["abstracts"], row["id"]))
        elif wanted in (alias.casefold() for alias in row["aliases"]):
            found.append((1, -row["abstracts"], row["id"]))
    for row in tables.rows("abstracts", ("id", "label", "title")):
        known[row["label"].casefold()] = row["label"]
        if wanted in (row["id"].casefold(), row["id"].removeprefix("abstract/")):
            return [row["id"]]
        if wanted in (row["label"].casefold(), (row["title"] or row["label"]).casefold()):
            found.append((2, 0, row["id"]))
    found += (
        (2, 0, row["abstract"])
        for row in tables.rows("places", ("abstract", "input_id"))
        if row["input_id"] is not None and row["input_id"].casefold() == wanted
    )
    if found:
        return [id for *_, id in sorted(found)]
    near = process.extract(wanted, known.keys(), limit=SUGGESTIONS, score_cutoff=70)
    hint = ", ".join(repr(known[match]) for match, *_ in near)
    raise GraphError(f"nothing is called {name!r}" + (f"; near it are {hint}" if hint else ""))
