"""Abbreviations that a text defines: `proximal policy optimization (PPO)`."""

from __future__ import annotations

from collections.abc import Iterator

from kg.abbreviations import find_abbreviations
from kg.resolve.names import is_abbreviation


def read_definitions(text: str) -> Iterator[tuple[str, str]]:
    """Find the abbreviations that a text defines.

    Args:
        text: Any text.

    Yields:
        Abbreviation and long form, as they stand in the text.
    """
    for pair in find_abbreviations(text):
        short = text[pair.short_start : pair.short_end]
        if is_abbreviation(short):
            yield short, text[pair.long_start : pair.long_end]
