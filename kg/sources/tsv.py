"""TSV: a tab-separated table with a header line."""

from __future__ import annotations

from kg.sources.delimited import make_detect, make_read
from kg.sources.registry import SourceFormat

FORMAT = SourceFormat(
    name="tsv",
    description="a tab-separated table with a header line; lists are parted by `;`",
    suffixes=(".tsv", ".tab"),
    detect=make_detect("\t"),
    read=make_read("\t"),
)
