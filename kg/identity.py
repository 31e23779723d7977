"""Node ids: from what a node is, never from a counter or the clock."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from kg.records import Document

_PLAIN = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")
_WORD = re.compile(r"\w+")
_READABLE_LENGTH = 60


def slugify(name: str) -> str:
    """A readable piece of an id that two different names never share.

    Lower-case ASCII words parted by single spaces become themselves with hyphens; any other
    name gets a dot and eight digits of its hash, which no plain slug contains.
    """
    if _PLAIN.fullmatch(name):
        return name.replace(" ", "-")
    words = _WORD.findall(unicodedata.normalize("NFKC", name).casefold())
    readable = "-".join(words)[:_READABLE_LENGTH]
    return f"{readable}.{hash_values(name)[:8]}"


def hash_values(*values: object) -> str:
    """Sixteen hexadecimal digits that stand for the values, in order."""
    parts: list[bytes] = []
    for value in values:
        encoded = b"" if value is None else str(value).encode("utf-8", "surrogatepass")
        # The length first, so that ("ab", "c") and ("a", "bc") differ.
        parts += (b"%d:" % (-1 if value is None else len(encoded)), encoded)
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]


def abstract_id(key: str) -> str:
    """Node id of the abstract with the key `key`."""
    return f"abstract/{key}"


def document_id(document: Document) -> str:
    """Node id of a document: its path and its content."""
    return place_document_id(document.path, document.sha256)


def place_document_id(path: str, sha256: str) -> str:
    """Node id of the document that a `Place` names."""
    return f"document/{hash_values(path, sha256)}"


def person_id(name: str) -> str:
    """Node id of a person; names that differ only in case or spacing are one person."""
    folded = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return f"person/{slugify(folded)}"


def repository_id(host: str, owner: str, name: str) -> str:
    """Node id of a code repository; hosts compare all three parts case-insensitively."""
    return f"repository/{host.lower()}/{owner.lower()}/{name.lower()}"


def statement_id(subject: str, predicate: str, object: str) -> str:
    """Node id of the statement that `subject` `predicate` `object`."""
    return f"statement/{hash_values(subject, predicate, object)}"
