"""What the page knows of each node and edge beyond the picture.

Offsets in the tables count code points, those in a browser UTF-16 code units: they are
converted here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from kg.export.html.network import kind_of, label_of
from kg.export.html.selection import Selection
from kg.tables import Row, RowSource

MAX_EVIDENCE = 12

Detail = dict[str, Any]


class Utf16Offsets:
    """Converts offsets into a text from code points to UTF-16 code units."""

    def __init__(self, text: str) -> None:
        self._astral = [index for index, char in enumerate(text) if char > "\uffff"]

    def __call__(self, offset: int) -> int:
        """The offset in UTF-16 code units of the code point at `offset`."""
        return offset + bisect_left(self._astral, offset)


class _Texts:
    """Texts of abstracts, shown or not, and slices of them."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._texts: dict[str, tuple[str, str, Utf16Offsets]] = {}
        for row in rows:
            self._texts[row["id"]] = (row["text"], label_of(row), Utf16Offsets(row["text"]))

    def offset(self, abstract: str, offset: int) -> int:
        return self._texts[abstract][2](offset)

    def quote(self, row: Row) -> Detail:
        """The sentence of an evidence row, with the span counted in it."""
        text, label, _ = self._texts[row["abstract"]]
        span, (first, last) = _spans(row)
        sentence = text[first:last]
        start, end = (min(max(offset - first, 0), len(sentence)) for offset in span)
        offsets = Utf16Offsets(sentence)
        return {
            "label": label,
            "sentence": sentence,
            "start": offsets(start),
            "end": offsets(end),
        }


def _spans(row: Row) -> tuple[tuple[int, int], tuple[int, int]]:
    """Span and sentence of a row; where it has only one of them, that stands for both."""
    span = row["start"], row["end"]
    sentence = row["sentence_start"], row["sentence_end"]
    return (sentence if None in span else span), (span if None in sentence else sentence)


def describe(tables: RowSource, selection: Selection) -> Detail:
    """Details of the nodes and edges that are shown.

    Args:
        tables: The graph.
        selection: What of it is shown.

    Returns:
        Plain values for JSON: `nodes` and `edges` in the order of their numbers in the
        picture, `documents`, `communities`, `results`. Nodes refer to each other by number.
    """
    shown = selection.numbers
    statements = {row["id"]: number for number, row in enumerate(selection.statements)}
    evidence = _evidence(tables, statements)
    cited = {row["abstract"] for rows in evidence.values() for row in rows}
    texts = _Texts(
        [
            *selection.abstracts,
            *tables.rows_where(
                "abstracts",
                {"id": sorted(cited - shown.keys())},
                ["id", "text", "label", "title"],
            ),
        ]
    )
    documents = {row["id"]: number for number, row in enumerate(tables.rows("documents", ["id"]))}
    parts = _abstract_parts(tables, selection, texts, documents)
    return {
        "nodes": [_describe_node(row, parts) for row in selection.nodes],
        "edges": [
            _describe_edge(row, evidence.get(row["id"], ()), shown, texts)
            for row in selection.statements
        ],
        "documents": [
            {"path": row["path"], "label": row["label"]}
            for row in tables.rows("documents", ["path", "label"])
        ],
        "communities": {row["id"]: row["name"] for row in tables.rows("communities")},
        "results": list(_results(tables, selection, texts)),
    }


def _evidence(tables: RowSource, statements: Mapping[str, int]) -> dict[str, list[Row]]:
    """Up to `MAX_EVIDENCE` rows for each statement, the surest first."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in tables.rows_where("evidence", {"statement": list(statements)}):
        if row["start"] is not None or row["sentence_start"] is not None:
            found[row["statement"]].append(row)
    return {
        id: sorted(
            rows,
            key=lambda row: (-(row["confidence"] or 0.0), row["abstract"], _spans(row)),
        )[:MAX_EVIDENCE]
        for id, rows in found.items()
    }


def _abstract_parts(
    tables: RowSource, selection: Selection, texts: _Texts, documents: Mapping[str, int]
) -> dict[str, Detail]:
    """What the other tables know of each abstract that is shown."""
    ids = [row["id"] for row in selection.abstracts]
    parts: dict[str, Detail] = {id: {"mentions": [], "links": [], "places": []} for id in ids}
    for row in tables.rows_where("mentions", {"abstract": ids}):
        span = [texts.offset(row["abstract"], row[end]) for end in ("start", "end")]
        parts[row["abstract"]]["mentions"].append(
            [*span, selection.numbers.get(row["entity"], -1), row["type"]]
        )
    for row in tables.rows_where("hyperlinks", {"abstract": ids}):
        span = [texts.offset(row["abstract"], row[end]) for end in ("start", "end")]
        parts[row["abstract"]]["links"].append([*span, row["url"]])
    for row in tables.rows_where("places", {"abstract": ids}):
        parts[row["abstract"]]["places"].append(
            [documents[row["document"]], row["line"], row["input_id"]]
        )
    return parts


_ABSTRACT_FIELDS = (
    "text", "title", "year", "venue", "doi", "url", "authors", "affiliations", "keywords",
)  # fmt: skip


def _describe_node(row: Row, parts: Mapping[str, Detail]) -> Detail:
    detail: Detail = {"id": row["id"], "kind": kind_of(row), "label": label_of(row)}
    if "text" in row:
        detail |= {name: row[name] for name in _ABSTRACT_FIELDS if row[name]}
        detail |= parts[row["id"]]
    elif "host" in row:
        detail |= {"url": row["url"]}
    else:
        detail |= {name: row[name] for name in ("aliases", "abstracts", "mentions")}
    if row.get("importance") is not None:
        detail["importance"] = round(row["importance"], 6)
    if row.get("community") is not None:
        detail["community"] = row["community"]
    return detail


def _describe_edge(
    row: Row, evidence: Iterable[Row], shown: Mapping[str, int], texts: _Texts
) -> Detail:
    detail: Detail = {
        "id": row["id"],
        "confidence": row["confidence"],
        "evidence": [_describe_evidence(item, shown, texts) for item in evidence],
    }
    if row["evidence"] > len(detail["evidence"]):
        detail["evidenceTotal"] = row["evidence"]
    if row["category"] == "link":
        detail["weight"] = row["weight"]
        detail["via"] = [shown[id] for id in row["via"] or () if id in shown]
    return detail


def _describe_evidence(row: Row, shown: Mapping[str, int], texts: _Texts) -> Detail:
    """A sentence of an abstract that is shown by offsets, of another one as text."""
    abstract = row["abstract"]
    if abstract not in shown:
        return texts.quote(row)
    detail: Detail = {"abstract": shown[abstract], **_place(row, texts)}
    if row["entity"] in shown:
        detail["entity"] = shown[row["entity"]]
    return detail


def _results(tables: RowSource, selection: Selection, texts: _Texts) -> Iterable[Detail]:
    ids = [row["id"] for row in selection.abstracts]
    for row in tables.rows_where("results", {"abstract": ids}):
        yield {
            "abstract": selection.numbers[row["abstract"]],
            **{
                name: selection.numbers[row[name]]
                for name in ("of", "on", "metric")
                if row[name] in selection.numbers
            },
            "value": row["value"],
            **_place(row, texts),
        }


def _place(row: Row, texts: _Texts) -> Detail:
    """Span and sentence of a row in its abstract, `[start, end]` in UTF-16 code units."""
    if row["start"] is None and row["sentence_start"] is None:
        return {}
    span, sentence = (
        [texts.offset(row["abstract"], offset) for offset in pair] for pair in _spans(row)
    )
    return {"span": span, "sentence": sentence}
