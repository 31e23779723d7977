"""The documents that inputs name: the files themselves, and those in folders."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from kg.sources.characters import clean_text
from kg.sources.entries import Problem
from kg.sources.registry import find_formats_by_suffix, find_suffix

STDIN = "-"

_MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Input:
    """A document to be read, or a path at which there is none.

    Attributes:
        document: Path as the graph knows it: name of the given input and path below it.
        shown: Path as the user named it, for messages.
        path: Where the file lies; None for standard input.
        is_named: Whether the user named it, rather than a folder that it lies in.
        problem: Why there is nothing to read.
    """

    document: str
    shown: str
    path: Path | None
    is_named: bool = True
    problem: Problem | None = None


def find_inputs(paths: Iterable[str | Path], *, any_suffix: bool = False) -> list[Input]:
    """Finds the documents, in the order in which they are read.

    Args:
        paths: Files and folders; `-` is standard input. A folder stands for all files below it
            but the hidden ones. What kg wrote is no source: a folder below it with a
            `manifest.json` that says `"generator": "kg"` is left out without a word.
        any_suffix: Whether to take files of folders whatever their suffix.

    Returns:
        The inputs, sorted by document path; a file that is given twice is there once.
    """
    found: dict[str, Input] = {}
    for given in sorted({str(path) for path in paths}):
        for input in _find(given, any_suffix):
            key = _identify(input)
            known = found.get(key)
            if known is None or _rank(input) < _rank(known):
                found[key] = input
    return sorted(found.values(), key=attrgetter("document", "shown"))


def _identify(input: Input) -> str:
    if input.path is None:
        return STDIN
    try:
        return os.path.realpath(input.path)
    except (OSError, ValueError):
        return input.shown


def _rank(input: Input) -> tuple[bool, str, str]:
    # What is named itself is read even if a folder would leave it out.
    return (not input.is_named, input.document, input.shown)


def _find(given: str, any_suffix: bool) -> Iterator[Input]:
    if given == STDIN:
        yield Input(STDIN, STDIN, None)
        return
    path = Path(given)
    document = _encode(os.path.basename(os.path.abspath(given)))
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError) as error:
        yield Input(document, given, path, problem=Problem(describe_os_error(error)))
        return
    if not is_folder:
        yield Input(document, given, path)
        return
    if _is_output(path):
        reason = "is an output of kg, no source; name the abstracts that it was made from"
        yield Input(document, given, path, problem=Problem(reason))
        return
    below = list(_walk(path, document, given, any_suffix, frozenset()))
    yield from below
    if all(input.problem is not None and not input.problem.is_error for input in below):
        yield Input(
            document,
            given,
            path,
            problem=Problem("holds no file of a format that is known; see `kg formats`"),
        )


def _walk(
    folder: Path, document: str, shown: str, any_suffix: bool, above: frozenset[str]
) -> Iterator[Input]:
    real = os.path.realpath(folder)
    if real in above:
        return
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
    except OSError as error:
        yield Input(document, shown, folder, problem=Problem(describe_os_error(error)))
        return
    for name in names:
        path = folder / name
        below = (path, f"{document}/{_encode(name)}", os.path.join(shown, name))
        if path.is_dir():
            if _is_output(path):
                continue
            yield from _walk(*below, any_suffix, above | {real})
            continue
        suffix = find_suffix(name)
        reason = None
        if path.exists() and not path.is_file():
            reason = "is no file"
        elif suffix and not any_suffix and not find_formats_by_suffix(suffix):
            reason = f"no format has the suffix `{suffix}`"
        problem = Problem(reason, is_error=False) if reason is not None else None
        yield Input(below[1], below[2], path, is_named=False, problem=problem)


def _is_output(folder: Path) -> bool:
    """Whether a folder holds what kg wrote, as its manifest says."""
    path = folder / _MANIFEST
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_MANIFEST:
            return False
        manifest = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(manifest, dict) and manifest.get("generator") == "kg"


def _encode(name: str) -> str:
    """A file name as text; what is not UTF-8 in it, or controls terminals, is replaced."""
    return clean_text(os.fsencode(name).decode(errors="replace"))


def describe_os_error(error: OSError | ValueError) -> str:
    """What the system said, in words that help."""
    match error:
        case FileNotFoundError():
            return "does not exist"
        case PermissionError():
            return "cannot be read: permission is denied"
        case OSError() if error.strerror:
            return f"cannot be read: {error.strerror}"
    return f"cannot be read: {error}"
