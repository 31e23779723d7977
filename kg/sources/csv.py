"""CSV: a comma-separated table with a header line."""

from __future__ import annotations

from kg.sources.delimited import make_detect, make_read
from kg.sources.registry import SourceFormat

FORMAT = SourceFormat(
    name="csv",
    description="a comma-separated table with a header line; lists are parted by `;`",
    suffixes=(".csv",),
    detect=make_detect(","),
    read=make_read(","),
)
