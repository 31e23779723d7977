"""What a reader may mean who types into the explorer's search box: an index in SQLite.

Names are found by their beginning and by the beginnings of their words, abstracts also by the
words in them. Nodes are numbered by importance, and full-text search (FTS5,
https://www.sqlite.org/fts5.html) finds numbers in ascending order, so that however many nodes
answer, the best are found at once.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kg.query.resources import read_node_id
from kg.records import ENTITY_TYPES
from kg.vocabulary import STANDARD_PREFIXES

MOST_SUGGESTIONS = 12
MOST_CHARACTERS = 200

_KINDS = ("Abstract", *ENTITY_TYPES, "Repository")
_MOST_WORDS = 12
# A node has many names at times, of which one is enough.
_NAMES_READ = 20 * MOST_SUGGESTIONS
_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE nodes (number INTEGER PRIMARY KEY, id TEXT, kind TEXT, label TEXT);
CREATE TABLE names (number INTEGER PRIMARY KEY, node INTEGER, name TEXT, folded TEXT);
CREATE VIRTUAL TABLE name_words
  USING fts5(folded, content='', prefix='1 2 3', tokenize='unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE text_words
  USING fts5(folded, content='', prefix='1 2 3', detail='none',
             tokenize='unicode61 remove_diacritics 0');
"""
_BY_WHOLE = "SELECT node, name FROM names WHERE folded = ? ORDER BY number LIMIT ?"
_BY_WORDS = """
SELECT node, name FROM name_words JOIN names ON names.number = name_words.rowid
WHERE name_words MATCH ? ORDER BY name_words.rowid LIMIT ?
"""
_BY_TEXT = "SELECT rowid, NULL FROM text_words WHERE text_words MATCH ? ORDER BY rowid LIMIT ?"
_SEPARATORS = re.compile(r"[\W_]+")


class _WithoutMarks(dict[int, int | None]):
    """A table for `str.translate` that leaves out combining marks."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.category(chr(code))[0] == "M" else code
        return self[code]


_WITHOUT_MARKS = _WithoutMarks()


class Suggestions:
    """Finds nodes by what a reader types.

    Args:
        path: An index that `write_index` made; it must not change any more.
    """

    def __init__(self, path: Path) -> None:
        address = f"file:{quote(str(path))}?mode=ro&immutable=1"
        self._index = sqlite3.connect(address, uri=True)

    def close(self) -> None:
        """Close the index."""
        self._index.close()

    def find(self, text: str) -> list[dict[str, Any]]:
        """Nodes that answer a text, the best first.

        First those that are called so, then those with a name that begins so, then those with
        the words in a name, then abstracts with the words in them; among each the most
        important first. A word is found by its beginning.

        Returns:
            `id`, `kind` and `label` of each, and the `alias` where another name was found.
        """
        folded = fold(text[:MOST_CHARACTERS])
        words = folded.split()[:_MOST_WORDS]
        if not words:
            return []
        phrase = f'"{" ".join(words)}" *'
        anywhere = " AND ".join(f'"{word}" *' for word in words)
        found: dict[int, str | None] = {}
        for query, argument in (
            (_BY_WHOLE, folded),
            (_BY_WORDS, f"^ {phrase}"),
            (_BY_WORDS, phrase),
            (_BY_WORDS, anywhere),
            (_BY_TEXT, anywhere),
        ):
            for node, name in self._index.execute(query, (argument, _NAMES_READ)):
                if len(found) < MOST_SUGGESTIONS:
                    found.setdefault(node, name)
            if len(found) == MOST_SUGGESTIONS:
                break
        return [self._describe(node, name) for node, name in found.items()]

    def _describe(self, node: int, name: str | None) -> dict[str, Any]:
        query = "SELECT id, kind, label FROM nodes WHERE number = ?"
        id, kind, label = self._index.execute(query, (node,)).fetchone()
        other = {"alias": name} if name is not None and name != label else {}
        return {"id": id, "kind": kind, "label": label, **other}


def fold(text: str) -> str:
    """Text with case, accents and punctuation folded, as the page's own search folds it."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(_WITHOUT_MARKS)
    return _SEPARATORS.sub(" ", text.lower()).strip()


def write_index(store: Store, base_iri: str, path: Path) -> None:
    """Write the index of a graph.

    Args:
        store: A graph that kg wrote.
        base_iri: Namespace of its data.
        path: The file, which does not exist yet.
    """
    with closing(sqlite3.connect(path)) as index:
        index.executescript(_SCHEMA)
        reader = _Reader(store, base_iri)
        numbers: dict[str, int] = {}
        names: list[tuple[int, str]] = []
        aliases = reader.collect("skos:altLabel")
        titles = reader.collect("dcterms:title")
        for number, (id, kind, label) in enumerate(reader.list_nodes()):
            numbers[id] = number
            index.execute("INSERT INTO nodes VALUES (?, ?, ?, ?)", (number, id, kind, label))
            called = [label, *titles.pop(id, ()), *sorted(aliases.pop(id, ()))]
            names.extend((number, name) for name in dict.fromkeys(called))
        for place, (number, name) in enumerate(names):
            folded = fold(name)
            index.execute("INSERT INTO names VALUES (?, ?, ?, ?)", (place, number, name, folded))
            index.execute("INSERT INTO name_words (rowid, folded) VALUES (?, ?)", (place, folded))
        index.execute("CREATE INDEX names_folded ON names (folded)")
        for id, text in reader.list_texts():
            if id in numbers:
                row = (numbers[id], fold(text))
                index.execute("INSERT INTO text_words (rowid, folded) VALUES (?, ?)", row)
        index.commit()


class _Reader:
    def __init__(self, store: Store, base_iri: str) -> None:
        self._store, self._base_iri = store, base_iri

    def list_nodes(self) -> Iterator[tuple[str, str, str]]:
        """Id, kind and label of each node that the picture can show, the most important first."""
        found: list[tuple[float, str, str, str]] = []
        for kind in _KINDS:
            for id, label, importance in self._ask(
                f"SELECT ?n ?l ?i {{ ?n a kg:{kind} ; skos:prefLabel ?l "
                "OPTIONAL { ?n kg:importance ?i } }"
            ):
                found.append((-float(importance or 0), id, kind, label or id))
        seen: set[str] = set()
        for _, id, kind, label in sorted(found):
            if id not in seen:
                seen.add(id)
                yield id, kind, label

    def collect(self, predicate: str) -> dict[str, list[str]]:
        """The values of a predicate by the id of their subject."""
        values: defaultdict[str, list[str]] = defaultdict(list)
        for id, value in self._ask(f"SELECT ?n ?v {{ ?n {predicate} ?v }}"):
            values[id].append(value or "")
        return values

    def list_texts(self) -> Iterator[tuple[str, str]]:
        """Id and searchable text of each abstract: itself, its authors, keywords and venue."""
        beside: defaultdict[str, list[str]] = defaultdict(list)
        for path in ("kg:hasAuthor/skos:prefLabel", "dcat:keyword", "kg:venue"):
            for id, values in self.collect(path).items():
                beside[id] += values
        for id, text in self._ask("SELECT ?n ?t { ?n kg:text ?t }"):
            yield id, " ".join([*beside.pop(id, ()), text or ""])

    def _ask(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of an answer: an id, then the texts of literals."""
        rows = cast(QuerySolutions, self._store.query(query, prefixes=dict(STANDARD_PREFIXES)))
        for node, *values in rows:
            if isinstance(node, NamedNode):
                id = read_node_id(node, self._base_iri)
                yield id, *(v.value if isinstance(v, Literal) else None for v in values)
