"""Where a worker writes an answer: bounded, and as text that an XML parser takes."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import BinaryIO

from kg.serve.refusals import RefusalError

_INLINE_BYTES = 200_000
# In UTF-8 these bytes stand for nothing but the control characters, U+FFFE and U+FFFF, which
# XML cannot hold, and the return, which a parser would read as a line feed.
_NOT_XML = re.compile(rb"[\x00-\x08\x0b-\x1f]|\xef\xbf[\xbe\xbf]")
_REPLACEMENT = "\ufffd".encode()


class AnswerTooLongError(Exception):
    """An answer is longer than its limit."""


class AnswerBuffer:
    """Holds an answer, in memory while it is small and in a file from then on.

    Args:
        path: The file.
        limit: How long the answer may be, in bytes.

    Attributes:
        length: How long the answer is so far, in bytes.
        xml: Whether the answer is XML, of which control characters are replaced by U+FFFD; to
            be set before anything is written.
    """

    def __init__(self, path: Path, limit: int) -> None:
        self.length = 0
        self.xml = False
        self._path, self._limit = path, limit
        self._memory = io.BytesIO()
        self._file: BinaryIO | None = None
        self._held = b""

    def write(self, data: bytes) -> int:
        """Add to the answer.

        Raises:
            AnswerTooLongError: It is longer than its limit.
            RefusalError: The disk is full.
        """
        self._add(self._clean(data) if self.xml else data)
        return len(data)

    def flush(self) -> None:
        """Nothing, as a writer expects of a file."""

    def finish(self) -> bytes | None:
        """End the answer: the answer itself, or None where it is in the file."""
        if self._held:
            self._add(self._held)
        if self._file is None:
            return self._memory.getvalue()
        self._file.close()
        return None

    def discard(self) -> None:
        """Leave no file behind."""
        if self._file is not None:
            self._file.close()
            self._path.unlink(missing_ok=True)

    def _add(self, data: bytes) -> None:
        self.length += len(data)
        if self.length > self._limit:
            raise AnswerTooLongError
        try:
            if self._file is None and self.length > _INLINE_BYTES:
                self._file = self._path.open("wb")
                self._file.write(self._memory.getvalue())
                self._memory = io.BytesIO()
            (self._memory if self._file is None else self._file).write(data)
        except OSError as error:
            raise RefusalError(
                503, f"the server cannot store the answer ({error.strerror})"
            ) from None

    def _clean(self, data: bytes) -> bytes:
        data = self._held + bytes(data)
        # A character may be written in two parts.
        kept = len(data) - (data.endswith(b"\xef") or 2 * data.endswith(b"\xef\xbf"))
        data, self._held = data[:kept], data[kept:]
        return _NOT_XML.sub(lambda m: b"&#13;" if m[0] == b"\r" else _REPLACEMENT, data)
