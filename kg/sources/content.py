"""The content of a document: its bytes, decompressed, as a stream, as lines, as text."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, cast

from kg.sources.entries import Problem

HEAD_SIZE = 64 * 1024
MAX_LINE = 16 * 1024 * 1024
"""The longest line that is read, in bytes: a record with the metadata of thousands of authors."""

_GZIP = b"\x1f\x8b"
_NOT_UTF8 = "is not UTF-8 here; save it as UTF-8"
_SPOOL_SIZE = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text.

    Attributes:
        number: From 1.
        text: Without the line end; bytes that are not UTF-8 are surrogates in it.
        end: LF, CRLF or nothing.
        problem: Why the text is not to be used.
    """

    number: int
    text: str
    end: str
    problem: Problem | None = None


class UndecodableError(ValueError):
    """Bytes that are not UTF-8, at an offset in the decompressed content."""

    def __init__(self, byte: int) -> None:
        self.byte = byte
        super().__init__(_NOT_UTF8)


class Content:
    """The content of one document.

    Args:
        stream: The decompressed bytes, seekable, at their beginning.
        sha256: Hash of the bytes as they lie on disk.
        is_gzip: Whether the stream decompresses, which makes seeking slow.
    """

    def __init__(self, stream: BinaryIO, sha256: str, *, is_gzip: bool = False) -> None:
        self.sha256 = sha256
        self.is_gzip = is_gzip
        self._stream = stream

    @cached_property
    def head(self) -> bytes:
        """The first bytes, without a BOM."""
        self._stream.seek(0)
        return self._stream.read(HEAD_SIZE).removeprefix(codecs.BOM_UTF8)

    @contextmanager
    def open_random_access(self) -> Iterator[BinaryIO]:
        """The bytes as a file with fast seeking, for formats that begin at the end."""
        self._stream.seek(0)
        if not self.is_gzip:
            yield self._stream
            return
        with tempfile.TemporaryFile() as spooled:
            shutil.copyfileobj(self._stream, spooled)
            spooled.seek(0)
            yield cast(BinaryIO, spooled)

    def read_lines(self) -> Iterator[Line]:
        """The lines, ended by LF or CRLF."""
        stream = self._stream
        stream.seek(0)
        number, offset = 0, 0
        while data := stream.readline(MAX_LINE + 1):
            number += 1
            start, length = offset, len(data)
            if length > MAX_LINE and not data.endswith(b"\n"):
                while (rest := stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                    length += len(rest)
                offset += length + len(rest)
                reason = f"the line has more than {MAX_LINE:,} bytes"
                yield Line(number, "", "\n", Problem(reason, line=number))
                continue
            offset += length
            if number == 1 and data.startswith(codecs.BOM_UTF8):
                data, start = data[len(codecs.BOM_UTF8) :], len(codecs.BOM_UTF8)
            problem: Problem | None = None
            try:
                text = data.decode()
            except UnicodeDecodeError as error:
                text = data.decode(errors="surrogateescape")
                problem = Problem(_NOT_UTF8, line=number, byte=start + error.start)
            end = next((end for end in ("\r\n", "\n") if text.endswith(end)), "")
            yield Line(number, text.removesuffix(end), end, problem)

    def read_chunks(self, size: int = 1024 * 1024) -> Iterator[str]:
        """The text in pieces.

        Args:
            size: How many bytes a piece is read from.

        Raises:
            UndecodableError: It is not UTF-8.
        """
        self._stream.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        offset = 0
        is_first = True
        while True:
            data = self._stream.read(size)
            if is_first and data.startswith(codecs.BOM_UTF8):
                data, offset = data[len(codecs.BOM_UTF8) :], len(codecs.BOM_UTF8)
            is_first = False
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(data, final=not data)
            except UnicodeDecodeError as error:
                raise UndecodableError(offset - pending + error.start) from None
            if text:
                yield text
            if not data:
                return
            offset += len(data)

    def read_text(self, limit: int) -> str | None:
        """The whole text, or None if it has more than `limit` characters.

        Raises:
            UndecodableError: It is not UTF-8.
        """
        pieces: list[str] = []
        length = 0
        for piece in self.read_chunks():
            length += len(piece)
            if length > limit:
                return None
            pieces.append(piece)
        return "".join(pieces)

    def find_obstacle(self, *, is_binary: bool) -> Problem | None:
        """Why this cannot be read at all.

        Args:
            is_binary: Whether the format is one that is not text.

        Returns:
            The problem: it is empty or, where it should be text, UTF-16 or binary.
        """
        head = self.head
        if not head.strip() and len(head) < HEAD_SIZE - len(codecs.BOM_UTF8):
            return Problem("is empty")
        if is_binary:
            return None
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)):
            return Problem("is UTF-16 or UTF-32; save it as UTF-8", byte=0)
        at = head.find(b"\0")
        if at < 0:
            return None
        zeros = (head[0::2].count(0), head[1::2].count(0))
        if min(zeros) == 0 and max(zeros) > len(head) // 4:
            return Problem("is UTF-16 without a byte order mark; save it as UTF-8", byte=at)
        return Problem("is binary: no text holds a zero byte", byte=at)


@contextmanager
def open_content(path: Path | None, stdin: BinaryIO | None = None) -> Iterator[Content]:
    """Opens a file, or what standard input gives, decompressed where it is gzip.

    Args:
        path: The file; a pipe is read to its end first.
        stdin: The stream to read where `path` is None.

    Raises:
        OSError: It cannot be opened or read, or is damaged gzip data.
        EOFError: Its gzip data is cut short.
        zlib.error: Its gzip data is damaged.
    """
    with ExitStack() as stack:
        if path is not None:
            raw: BinaryIO = stack.enter_context(path.open("rb"))
            if not raw.seekable():
                raw = stack.enter_context(_spool(raw))
        else:
            raw = stack.enter_context(_spool(stdin or io.BytesIO()))
        sha256 = _hash(raw)
        raw.seek(0)
        is_gzip = raw.read(len(_GZIP)) == _GZIP
        raw.seek(0)
        stream = raw
        if is_gzip:
            stream = cast(BinaryIO, stack.enter_context(gzip.GzipFile(fileobj=raw, mode="rb")))
        yield Content(stream, sha256, is_gzip=is_gzip)


def _hash(stream: BinaryIO) -> str:
    hashed = hashlib.sha256()
    while piece := stream.read(1024 * 1024):
        hashed.update(piece)
    return hashed.hexdigest()


@contextmanager
def _spool(stream: BinaryIO) -> Iterator[BinaryIO]:
    with tempfile.SpooledTemporaryFile(_SPOOL_SIZE) as spooled:
        shutil.copyfileobj(stream, spooled)
        spooled.seek(0)
        yield cast(BinaryIO, spooled)
