"""Reading: inputs become documents and abstracts, in an order that does not hang on theirs."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from gzip import BadGzipFile
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Literal

from kg.errors import SourceError
from kg.folding import abstract_key
from kg.records import Abstract, Document, Place, Skipped
from kg.sources.characters import clean_entry, clean_text
from kg.sources.content import Content, open_content
from kg.sources.documents import STDIN, Input, describe_os_error, find_inputs
from kg.sources.entries import MAX_NAME, Entry, Problem, find_fault, find_metadata_fault
from kg.sources.filters import ALL, Filters
from kg.sources.registry import SourceFormat, detect_format, find_format

OnError = Literal["fail", "skip"]


class _NoStandardInputError(Exception):
    pass


def read_sources(
    inputs: Sequence[str | Path] | str | Path,
    *,
    format: str | None = None,
    on_error: OnError = "fail",
    filters: Filters = ALL,
    stdin: BinaryIO | None = None,
) -> Iterator[Document | Abstract | Skipped]:
    """Reads abstracts, streaming, in the order of the documents' paths.

    An abstract is given for each place where it stands, with that place alone; what makes one
    of those that are the same is `kg.sources.duplicates`. An id that two different texts have in
    one document stays the id of both: an extraction is found by the text, and the id leads to
    two of them.

    No control character is left in paths, labels and metadata (`kg.sources.characters`).

    Args:
        inputs: Files and folders, or one; `-` is standard input. A folder stands for all files
            below it but the hidden ones and the outputs of kg.
        format: Name of the format of all the files; else each is known by its suffix and content.
        on_error: Whether what cannot be read ends the reading, or is left out: the abstract where
            it is known where the next begins, else the rest of the file.
        filters: Which abstracts are taken; others are not given, nor counted as skipped.
        stdin: What `-` reads; `sys.stdin` unless it is given.

    Yields:
        Each `Document` before its `Abstract`s; `Skipped` for what is left out, also for what
        is no mistake: files of unknown suffix in a folder, works without abstract in BibTeX and
        OpenAlex.

    Raises:
        SourceError: Something cannot be read, and `on_error` is `fail`.
        FormatError: No format is called `format`.
    """
    forced = find_format(format) if format is not None else None
    paths = [inputs] if isinstance(inputs, str | Path) else inputs
    taken = 0
    if filters.limit == 0:
        return
    seen: set[tuple[str, str]] = set()
    for input in find_inputs(paths, any_suffix=forced is not None):
        document: Document | None = None
        for item in _read_input(input, forced, stdin):
            match item:
                case Document():
                    # The same file in two folders of one name is one document.
                    if (item.path, item.sha256) in seen:
                        break
                    seen.add((item.path, item.sha256))
                    document = item
                    yield item
                case Problem():
                    # A reason may quote the input.
                    reason = clean_text(item.reason)
                    if on_error == "fail" and item.is_error:
                        shown = clean_text(input.shown)
                        raise SourceError(shown, reason, line=item.line, byte=item.byte)
                    yield Skipped(input.document, reason, item.line, item.byte)
                case Entry() if document is not None and filters.accept(item):
                    taken += 1
                    yield _make_abstract(item, document)
                    if taken == filters.limit:
                        return


def _read_input(
    input: Input, forced: SourceFormat | None, stdin: BinaryIO | None
) -> Iterator[Document | Entry | Problem]:
    if input.problem is not None:
        yield input.problem
        return
    try:
        with _open(input, stdin) as content:
            yield from _read_content(input, content, forced)
    except (BadGzipFile, EOFError, zlib.error):
        yield Problem("is gzip data that is cut short or damaged")
    except _NoStandardInputError:
        yield Problem("there is no standard input, it is closed; give it one or name a file")
    except OSError as error:
        yield Problem(describe_os_error(error))


def _open(input: Input, stdin: BinaryIO | None) -> AbstractContextManager[Content]:
    if input.path is not None:
        return open_content(input.path)
    if stdin is None:
        # None where the process was started without one (`<&-`).
        stdin = sys.stdin.buffer if sys.stdin is not None else None
    if stdin is None or stdin.closed:
        raise _NoStandardInputError
    return open_content(None, stdin)


def _read_content(
    input: Input, content: Content, forced: SourceFormat | None
) -> Iterator[Document | Entry | Problem]:
    name = STDIN if input.path is None else input.path.name
    format = forced or detect_format(name, content.head, is_named=input.is_named)
    obstacle = content.find_obstacle(is_binary=format is not None and format.is_binary)
    if obstacle is not None:
        yield obstacle
        return
    if name.lower().endswith(".gz") and not content.is_gzip:
        yield Problem("is no gzip data, as its name says")
        return
    if format is None:
        reason = "no format is known by its suffix or content"
        if input.is_named:
            yield Problem(f"{reason}; name it with --format (see `kg formats`)")
        else:
            yield Problem(reason, is_error=False)
        return
    label = format.read_label(content.head)
    if label is not None:
        label = clean_text(label)[:MAX_NAME]
    yield Document(input.document, content.sha256, format.name, label)
    is_empty = True
    for item in format.read(content):
        is_empty = False
        if isinstance(item, Entry):
            fault = find_fault(item.text) or find_metadata_fault(item)
            yield Problem(fault, line=item.line) if fault is not None else clean_entry(item)
        else:
            yield item
    if is_empty:
        yield Problem(f"holds no abstract (read as {format.name})")


def _make_abstract(entry: Entry, document: Document) -> Abstract:
    return Abstract(
        key=abstract_key(entry.text),
        text=entry.text,
        places=(Place(document.path, document.sha256, entry.line, entry.id),),
        title=entry.title,
        authors=entry.authors,
        affiliations=entry.affiliations,
        year=entry.year,
        venue=entry.venue,
        doi=entry.doi,
        url=entry.url,
        keywords=entry.keywords,
        extra=MappingProxyType(dict(entry.extra)),
    )
