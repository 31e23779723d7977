"""Filters: which of the abstracts that are read go on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.errors import FilterError
from kg.sources.entries import Entry

Years = tuple[int | None, int | None]

_YEARS = re.compile(r"\s*(\d{4})?\s*(?:(\.\.)\s*(\d{4})?)?\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which abstracts are taken.

    Attributes:
        years: First and last year, both included; None for an open end. An abstract without a
            year is left out.
        venues: Names of venues, compared without regard to case; all where it is empty. An
            abstract without a venue is left out.
        limit: How many abstracts are read at most, counted where they stand.
    """

    years: Years | None = None
    venues: frozenset[str] = frozenset()
    limit: int | None = None

    def accept(self, entry: Entry) -> bool:
        """Whether an entry passes by its year and venue."""
        if self.years is not None:
            first, last = self.years
            if entry.year is None:
                return False
            if first is not None and entry.year < first:
                return False
            if last is not None and entry.year > last:
                return False
        if self.venues:
            folded = {fold_venue(venue) for venue in self.venues}
            return entry.venue is not None and fold_venue(entry.venue) in folded
        return True


ALL = Filters()
"""Every abstract is taken."""


def fold_venue(name: str) -> str:
    """A venue's name without regard to case and white space."""
    return " ".join(name.split()).casefold()


def parse_years(text: str) -> Years:
    """Reads a range of years: `2018..2024`, `2018..`, `..2024` or `2020`.

    Args:
        text: The range as a user writes it.

    Returns:
        The first and the last year, both included; None for an open end.

    Raises:
        FilterError: It is no such range, or its end is before its beginning.
    """
    match = _YEARS.fullmatch(text)
    if match is None or not (match[1] or match[3]):
        raise FilterError(
            f"{text!r} is no range of years; write 2020, 2018..2024, 2018.. or ..2024"
        )
    first = int(match[1]) if match[1] else None
    last = int(match[3]) if match[3] else None
    if match[2] is None:
        return first, first
    if first is not None and last is not None and last < first:
        raise FilterError(f"{text!r} ends before it begins; write {last}..{first}")
    return first, last
