"""What a reader looks at to judge a graph, taken from its tables."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow.compute as pc

from kg.identity import hash_values
from kg.inspection.doubt import Doubt, Reason, find_doubt
from kg.inspection.names import CountedName, fold_forms, read_names
from kg.records import EntityType
from kg.tables import Row, Tables


@dataclass(frozen=True, slots=True)
class SharedEntity:
    """An entity of many abstracts."""

    id: str
    type: EntityType
    name: str
    abstracts: int
    mentions: int
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """A name of an entity where an abstract has it.

    Attributes:
        form: As it stands there.
        abstracts: How many abstracts call the entity so, give or take case and plural.
        abstract: Node id of the abstract that is quoted.
        start: Of the form in the abstract's text.
        end: Likewise.
        sentence: Around it.
    """

    form: str
    abstracts: int
    abstract: str
    start: int
    end: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Merge:
    """An entity with several names: what resolution took for one thing.

    Attributes:
        doubt: 0 to 1, as `kg.inspection.doubt` defines it.
        doubtful: The form that is least sure.
        reason: Why it is.
        contexts: One for each name, the commonest first.
    """

    id: str
    type: EntityType
    name: str
    abstracts: int
    doubt: float
    doubtful: str
    reason: Reason
    contexts: tuple[Context, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """A graph looked over.

    Attributes:
        entities: How many there are.
        merged: How many of them have more than one name.
        shared: Those that most abstracts name, most first.
        random: Some of those with several names, drawn at random, by id.
        unsure: Those with several names that are least sure, least first.
    """

    entities: int
    merged: int
    shared: tuple[SharedEntity, ...]
    random: tuple[Merge, ...]
    unsure: tuple[Merge, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    id: str
    names: list[CountedName]
    doubt: Doubt


def inspect_graph(tables: Tables, *, shared: int, merges: int, seed: int = 0) -> Inspection:
    """Look a graph over.

    Args:
        tables: Of the graph.
        shared: How many of the most shared entities.
        merges: How many merges drawn at random, and as many of the least sure.
        seed: Another seed draws other merges; the same draws the same.
    """
    count = 0

    def read() -> Iterable[_Candidate]:
        nonlocal count
        for id, names in read_names(tables):
            count += 1
            yield _Candidate(id, names, find_doubt(names))

    candidates = list(read())
    drawn = heapq.nsmallest(merges, candidates, key=lambda c: (hash_values(seed, c.id), c.id))
    unsure = heapq.nsmallest(
        merges, candidates, key=lambda c: (-c.doubt.value, -c.doubt.name.abstracts, c.id)
    )
    described = _describe({c.id: c for c in (*drawn, *unsure)}, tables)
    return Inspection(
        entities=tables.count("entities"),
        merged=count,
        shared=tuple(_find_shared(tables, shared)),
        random=tuple(described[id] for id in sorted(c.id for c in drawn)),
        unsure=tuple(described[c.id] for c in unsure),
    )


def _find_shared(tables: Tables, limit: int) -> Iterable[SharedEntity]:
    counts = tables.read("entities", ("id", "abstracts", "mentions"))
    order = pc.sort_indices(
        counts,
        [("abstracts", "descending"), ("mentions", "descending"), ("id", "ascending")],
    )
    ids = counts["id"].take(order[:limit]).to_pylist()
    rows = {row["id"]: row for row in tables.select("entities", id=ids)}
    for row in (rows[id] for id in ids):
        if row["abstracts"] > 1:
            yield SharedEntity(
                row["id"],
                row["type"],
                row["name"],
                row["abstracts"],
                row["mentions"],
                tuple(row["aliases"]),
            )


def _describe(candidates: Mapping[str, _Candidate], tables: Tables) -> dict[str, Merge]:
    """The merges with a sentence for each name, by id."""
    quoted: dict[tuple[str, str], Row] = {}
    columns = ("abstract", "entity", "start", "end", "form", "confidence", *_SENTENCE)
    mentions = list(tables.rows_where("mentions", {"entity": list(candidates)}, columns))
    folds = fold_forms([row["form"] for row in mentions]).to_pylist() if mentions else []
    for row, folded in zip(mentions, folds, strict=True):
        known = quoted.setdefault((row["entity"], folded), row)
        if _rank(row) < _rank(known):
            quoted[row["entity"], folded] = row
    abstracts = {row["abstract"] for row in quoted.values()}
    texts = {
        row["id"]: row["text"]
        for row in tables.rows_where("abstracts", {"id": abstracts}, ("id", "text"))
    }
    merges = {}
    for entity in tables.select("entities", id=list(candidates)):
        candidate = candidates[entity["id"]]
        rows = {name.folded: quoted[entity["id"], name.folded] for name in candidate.names}
        merges[entity["id"]] = Merge(
            entity["id"],
            entity["type"],
            entity["name"],
            entity["abstracts"],
            candidate.doubt.value,
            rows[candidate.doubt.name.folded]["form"],
            candidate.doubt.reason,
            tuple(
                Context(
                    form=row["form"],
                    abstracts=name.abstracts,
                    abstract=row["abstract"],
                    start=row["start"],
                    end=row["end"],
                    sentence=_cut(texts[row["abstract"]], row),
                )
                for name in candidate.names
                for row in [rows[name.folded]]
            ),
        )
    return merges


_SENTENCE = ("sentence_start", "sentence_end")


def _rank(row: Row) -> tuple[float, str, int]:
    return (-row["confidence"], row["abstract"], row["start"])


def _cut(text: str, row: Row) -> str:
    start, end = (row[name] for name in _SENTENCE)
    if start is None:
        start, end = row["start"], row["end"]
    return " ".join(text[start:end].split())
