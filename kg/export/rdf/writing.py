"""What the writers of all RDF syntaxes share: names as IRIs, text that parsers accept, files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from kg.errors import OutputError
from kg.export.rdf.terms import Name
from kg.vocabulary import STANDARD_PREFIXES, check_base_iri, data_prefixes, encode_local_name

# What an eye would not see: control characters, line separators, marks that turn the direction
# of the text, noncharacters.
_INVISIBLE = (
    "\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufff9-\uffff"
    "\U0001fffe\U0001ffff\U0010fffe\U0010ffff"
)
INVISIBLE = re.compile(f"[{_INVISIBLE}]")
"""What every syntax escapes, though none has to."""
STOPPING = re.compile("[\x00\ufffe\uffff]")
"""What some parser or other stops at, escaped or not."""
REPLACEMENT = "\ufffd"
_ESCAPED = re.compile(f'[\x00-\x1f"\\\\{_INVISIBLE}]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Namespaces:
    """The prefixes of the names of a graph, and the IRIs that the names stand for.

    Args:
        base_iri: Namespace of the data.

    Raises:
        FormatError: The base IRI cannot be one.
    """

    def __init__(self, base_iri: str) -> None:
        check_base_iri(base_iri)
        self.base_iri = base_iri
        self.prefixes = {**STANDARD_PREFIXES, **data_prefixes(base_iri)}
        self._iris = {**self.prefixes, "": base_iri}

    def expand(self, name: Name) -> str:
        """The IRI that a name stands for."""
        if name.startswith("<"):
            return name[1:-1]
        prefix, _, local = name.partition(":")
        return self._iris[prefix] + encode_local_name(local)


class Quoting:
    """Quotes strings as Turtle and N-Triples have them, and counts what it has to replace.

    U+0000, U+FFFE and U+FFFF, at which parsers stop, are replaced by U+FFFD.
    """

    def __init__(self) -> None:
        self.replaced = 0

    def quote(self, text: str) -> str:
        """The text in quotation marks, with escapes for what an eye would not see."""
        if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
            return f'"{text}"'
        return f'"{_ESCAPED.sub(self._escape, text)}"'

    def _escape(self, match: re.Match[str]) -> str:
        character = match[0]
        if STOPPING.match(character):
            self.replaced += 1
            return REPLACEMENT
        code = ord(character)
        return _ESCAPES.get(character) or (f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}")


def write_parts(path: Path, parts: Iterable[str]) -> None:
    """Write a file of text piece by piece.

    Raises:
        OutputError: It cannot be written.
    """
    try:
        with path.open("w", 1 << 20, encoding="utf-8", newline="\n") as file:
            file.writelines(parts)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from None
