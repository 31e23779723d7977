"""What the inputs of a run hold: abstracts, each text once, and where they stood."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import SourceError
from kg.observer import NOBODY, Observer
from kg.records import Abstract, Document, Skipped
from kg.sources import Filters, OnError, read_sources
from kg.sources.duplicates import merge_duplicates

Input = str | Path


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """How inputs are read.

    Attributes:
        format: Name of the source format; found by content and suffix where it is absent.
        on_error: Whether something unreadable ends the run or is left out.
        filters: Which abstracts are taken.
    """

    format: str | None = None
    on_error: OnError = "fail"
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True)
class Collection:
    """What the inputs held.

    Attributes:
        abstracts: Distinct ones, sorted by key.
        places: How many places they stood in.
    """

    documents: tuple[Document, ...]
    abstracts: tuple[Abstract, ...]
    places: int
    skipped: tuple[Skipped, ...]


def collect(
    inputs: Sequence[Input], options: SourceOptions = SourceOptions(), observer: Observer = NOBODY
) -> Collection:
    """Read all inputs and make one abstract of those with the same text.

    Raises:
        SourceError: Something cannot be read, or there is no abstract at all.
    """
    observer.begin("reading")
    documents: list[Document] = []
    abstracts: list[Abstract] = []
    skipped: list[Skipped] = []
    for item in read_sources(
        inputs,
        format=options.format,
        on_error=options.on_error,
        filters=options.filters,
    ):
        if isinstance(item, Document):
            documents.append(item)
        elif isinstance(item, Abstract):
            abstracts.append(item)
            observer.advance()
        else:
            skipped.append(item)
    if not abstracts:
        problem = "no abstract is left to build a graph from"
        if skipped:
            problem += f"; the first that was left out: {skipped[0].reason}"
        raise SourceError(" ".join(map(str, inputs)), problem)
    return Collection(
        tuple(documents),
        tuple(merge_duplicates(abstracts)),
        len(abstracts),
        tuple(skipped),
    )


def choose_ids(abstracts: Iterable[Abstract]) -> Mapping[str, tuple[str, ...]]:
    """The ids under which each abstract is written, by its key.

    An id that the inputs give to two texts names neither: those go by their key.
    """
    abstracts = list(abstracts)
    claims = Counter(id for abstract in abstracts for id in abstract.ids)
    ids: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for abstract in abstracts:
        own = tuple(id for id in abstract.ids if claims[id] == 1)
        ids[abstract.key] = own or (abstract.key,)
    return ids


def map_ids(abstracts: Iterable[Abstract]) -> dict[str, str]:
    """From each id under which an abstract is written to its key."""
    return {id: key for key, ids in choose_ids(abstracts).items() for id in ids}
