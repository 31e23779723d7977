"""What was read before, kept on disk: a text that the same pipeline has read is not read again.

The cache is an SQLite file in the user's cache folder, shared by all builds. It holds no texts:
an extraction lies under a hash of the text and of all that decides what is read from it (the
pipeline's weights and settings, the code of the components and of what they import from `kg`,
the versions of what they compute with).
SQLite writes each batch whole or not at all (https://www.sqlite.org/atomiccommit.html), so that
whatever ends a run, what it had kept is there for the next.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Self

import platformdirs

from kg.extract.loading import fingerprint

_FILE = "extractions-1.sqlite"  # another number for another layout
_WAIT = 30.0  # seconds, for another build that writes
_AT_ONCE = 500
_PACKAGES = ("kg-abstracts", "numpy", "scipy", "spacy", "thinc")


def find_cache_file() -> Path:
    """Where the cache lies: in the user's cache folder, which `XDG_CACHE_HOME` sets on Linux."""
    return platformdirs.user_cache_path("kg-abstracts") / _FILE


def identify_reading(model: Path | None = None) -> str:
    """Stands for all that decides what is read from a text.

    Args:
        model: Folder of a trained pipeline; the shipped one where it is absent.

    Raises:
        ModelError: There is no such pipeline.
    """
    digest = hashlib.sha256(fingerprint(model).encode())
    for package in _PACKAGES:
        digest.update(f"{package} {version(package)}\n".encode())
    folder = Path(__file__).parent
    for path in sorted([*folder.glob("*.py"), *folder.parent.glob("*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


class ExtractionCache:
    """Packed extractions by text, of one way of reading.

    It is never in the way: where the file cannot be read or written, nothing is found and
    nothing is kept, and `problem` says why.

    Args:
        path: The file; made where it is missing, and made anew where it is no such file.
        reading: What `identify_reading` gives.

    Attributes:
        problem: Why the cache is not used, in a sentence; None as long as it is.
    """

    def __init__(self, path: Path, reading: str) -> None:
        self.problem: str | None = None
        self._path, self._reading = path, reading.encode()
        self._connection: sqlite3.Connection | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._connection = _connect(path)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                path.unlink()
                self._connection = _connect(path)
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)

    def find(self, texts: Sequence[str]) -> dict[str, bytes]:
        """What is known of texts: from each that is known to its packed extraction."""
        by_key = {self._key(text): text for text in texts}
        found: dict[str, bytes] = {}
        try:
            for key, packed in self._select("key, packed", by_key):
                found[by_key[key]] = packed
        except sqlite3.Error as error:
            self._give_up(error)
        return found

    def count(self, texts: Iterable[str]) -> int:
        """How many of some texts are known."""
        try:
            return sum(1 for _ in self._select("key", (self._key(text) for text in texts)))
        except sqlite3.Error as error:
            self._give_up(error)
            return 0

    def keep(self, packed: Mapping[str, bytes]) -> None:
        """Keep packed extractions by text: all of them or, where the run ends, none."""
        if self._connection is None:
            return
        try:
            with self._connection:
                self._connection.executemany(
                    "INSERT OR REPLACE INTO extraction VALUES (?, ?)",
                    [(self._key(text), value) for text, value in packed.items()],
                )
        except sqlite3.Error as error:
            self._give_up(error)

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _key(self, text: str) -> bytes:
        digest = hashlib.sha256(self._reading)
        digest.update(text.encode("utf-8", "surrogatepass"))
        return digest.digest()

    def _select(self, columns: str, keys: Iterable[bytes]) -> Iterator[tuple[bytes, ...]]:
        if self._connection is None:
            return
        remaining = iter(keys)
        while some := tuple(islice(remaining, _AT_ONCE)):
            places = ",".join("?" * len(some))
            query = f"SELECT {columns} FROM extraction WHERE key IN ({places})"
            yield from self._connection.execute(query, some)

    def _give_up(self, error: Exception) -> None:
        self.close()
        self.problem = f"{self._path}: what is read is not kept ({error})"


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_WAIT)
    try:
        with closing(connection.cursor()) as cursor:
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = NORMAL")
            cursor.execute(
                "CREATE TABLE IF NOT EXISTS extraction (key BLOB PRIMARY KEY, packed BLOB NOT NULL)"
            )
            cursor.execute("SELECT key, packed FROM extraction LIMIT 1")
    except BaseException:
        connection.close()
        raise
    return connection
