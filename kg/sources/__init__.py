"""Sources: files in many formats become abstracts, one for each place where one stands."""

from kg.sources.filters import Filters, parse_years
from kg.sources.reading import OnError, read_sources
from kg.sources.registry import SourceFormat, find_format, list_formats

__all__ = [
    "Filters",
    "OnError",
    "SourceFormat",
    "find_format",
    "list_formats",
    "parse_years",
    "read_sources",
]
