"""Formats that abstracts are read from, found by name or by what a file looks like."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath
from typing import cast

from kg.errors import FormatError
from kg.sources.content import Content
from kg.sources.entries import Entry, Problem


def _no_label(head: bytes) -> str | None:  # noqa: ARG001
    return None


@dataclass(frozen=True, slots=True)
class SourceFormat:
    """A format: its name on the command line, how files of it look, and its reader.

    Attributes:
        suffixes: Ends of file names in lower case, with their dot and without `.gz`.
        detect: Whether a file that begins with these bytes (decompressed, without BOM, at most
            64 KiB) is in the format.
        read: Gives the entries in order. It yields a `Problem` for what it cannot read and goes
            on where it can; it may raise what reading the content raises.
        read_label: What a file that begins with these bytes calls itself.
        is_binary: Whether files of the format are something else than UTF-8 text.
    """

    name: str
    description: str
    suffixes: tuple[str, ...]
    detect: Callable[[bytes], bool]
    read: Callable[[Content], Iterator[Entry | Problem]]
    read_label: Callable[[bytes], str | None] = _no_label
    is_binary: bool = False


# Of formats that share a suffix, the first that knows the content reads it; the last reads what
# none of them knows.
_MODULES = {
    "seed": "kg.sources.seed",
    "parquet": "kg.sources.parquet",
    "bibtex": "kg.sources.bibtex",
    "openalex": "kg.sources.openalex",
    "arxiv": "kg.sources.arxiv",
    "jsonl": "kg.sources.jsonl",
    "csv": "kg.sources.csv",
    "tsv": "kg.sources.tsv",
    "text": "kg.sources.text",
}


def list_formats() -> tuple[str, ...]:
    """Names of all formats."""
    return tuple(_MODULES)


def find_format(name: str) -> SourceFormat:
    """The format called `name`.

    Raises:
        FormatError: There is none.
    """
    try:
        module = _MODULES[name]
    except KeyError:
        known = ", ".join(_MODULES)
        raise FormatError(f"no source format is called {name!r}; there are {known}") from None
    return cast(SourceFormat, import_module(module).FORMAT)


def find_suffix(file_name: str) -> str:
    """The suffix that tells a file's format: lower case, `.gz` left out; empty if there is none."""
    lowered = file_name.lower()
    return PurePosixPath(lowered.removesuffix(".gz")).suffix


def find_formats_by_suffix(suffix: str) -> tuple[SourceFormat, ...]:
    """The formats whose files have the suffix, in the order in which they are to be tried."""
    formats = map(find_format, _MODULES)
    return tuple(format for format in formats if suffix in format.suffixes)


def detect_format(file_name: str, head: bytes, *, is_named: bool = True) -> SourceFormat | None:
    """The format of a file, by its suffix and by what it begins with.

    Args:
        file_name: The file's name, or `-`.
        head: The first bytes of the file, decompressed, without BOM.
        is_named: Whether the user named the file; one that only lies in a folder is not taken
            for plain text without the suffix of it.

    Returns:
        The format, or None if nothing speaks for one.
    """
    suffix = find_suffix(file_name)
    candidates = find_formats_by_suffix(suffix)
    for format in candidates:
        if format.detect(head):
            return format
    if candidates:
        return candidates[-1]
    for name in _MODULES:
        if name != "text" and find_format(name).detect(head):
            return find_format(name)
    return find_format("text") if is_named and not suffix else None
