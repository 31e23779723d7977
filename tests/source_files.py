"""Source files for the tests, and what is read from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.errors import SourceError
from kg.records import Abstract, Document, Skipped
from kg.sources import read_sources

METADATA = {
    "title": "A title",
    "authors": ("Ada Lovelace", "Alan Turing"),
    "affiliations": ("King's College",),
    "year": 2024,
    "venue": "ICML",
    "doi": "10.1000/1",
    "url": "https://example.org/1",
    "keywords": ("graphs", "text"),
}
"""The metadata that the files of several formats give."""


@dataclass(frozen=True)
class Reading:
    """What was read, by kind."""

    documents: list[Document]
    abstracts: list[Abstract]
    skipped: list[Skipped]

    @property
    def texts(self) -> list[str]:
        return [abstract.text for abstract in self.abstracts]

    @property
    def lines(self) -> list[int]:
        return [abstract.places[0].line for abstract in self.abstracts]


def read(inputs: Sequence[str | Path] | str | Path, **options) -> Reading:
    items = list(read_sources(inputs, **options))
    return Reading(
        [item for item in items if isinstance(item, Document)],
        [item for item in items if isinstance(item, Abstract)],
        [item for item in items if isinstance(item, Skipped)],
    )


def read_bytes(folder: Path, name: str, content: bytes | str, **options) -> Reading:
    """Writes a file and reads it."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path, **options)


def read_one(folder: Path, name: str, content: bytes | str, **options) -> Abstract:
    """Writes a file with one abstract and reads it."""
    (abstract,) = read_bytes(folder, name, content, **options).abstracts
    return abstract


def get_metadata(abstract: Abstract) -> dict[str, object]:
    """The metadata of an abstract, to compare with `METADATA`."""
    return {name: getattr(abstract, name) for name in METADATA}


def expect_error(folder: Path, name: str, content: bytes | str, match: str) -> SourceError:
    """Reads a file that has a mistake; the message begins with the path as it was given."""
    with pytest.raises(SourceError, match=match) as caught:
        read_bytes(folder, name, content)
    message = str(caught.value)
    assert message.startswith(str(folder / name))
    assert "\n" not in message
    return caught.value
