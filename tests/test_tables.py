"""Rows read from tables of many groups of rows."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import GraphError
from kg.tables import SCHEMAS, Row, Tables, write_table

NAMES = st.sampled_from(["", "a", "ab", "b", "é", "z", "日本", "\U0001f600"])
ROWS = st.lists(st.tuples(NAMES, NAMES, st.none() | NAMES), max_size=30)
PLACES = ("abstract", "document", "line", "input_id")


def write_places(folder: Path, rows: list[Row], *, at_once: int) -> Tables:
    for name in SCHEMAS:
        write_table(folder, name, rows if name == "places" else [], batch_size=at_once)
    return Tables(folder)


@given(
    rows=ROWS,
    ordered=st.booleans(),
    abstracts=st.sets(NAMES),
    ids=st.none() | st.sets(NAMES),
    at_once=st.integers(1, 7),
)
def test_rows_are_found_in_whatever_group_they_are(
    rows: list[tuple[str, str, str | None]],
    ordered: bool,
    abstracts: set[str],
    ids: set[str] | None,
    at_once: int,
) -> None:
    arranged = sorted(rows, key=lambda row: row[:2]) if ordered else rows
    places = [
        dict(zip(PLACES, (abstract, document, line, id), strict=True))
        for line, (abstract, document, id) in enumerate(arranged)
    ]
    allowed = {"abstract": abstracts} | ({} if ids is None else {"input_id": ids})
    with TemporaryDirectory() as folder:
        tables = write_places(Path(folder), places, at_once=at_once)
        found = [*tables.rows_where("places", allowed)]
        lines = [*tables.rows_where("places", allowed, ("line",))]

    expected = [
        place for place in places if all(place[name] in some for name, some in allowed.items())
    ]
    assert found == expected
    assert lines == [{"line": place["line"]} for place in expected]


def test_damage_in_what_is_read_is_a_clear_error(tmp_path: Path) -> None:
    rows = [
        {"abstract": f"abstract/{n:04}", "document": "document/a", "line": n, "input_id": None}
        for n in range(1_000)
    ]
    tables = write_places(tmp_path, rows, at_once=100)
    path = tmp_path / "places.parquet"
    content = bytearray(path.read_bytes())
    content[100:200] = bytes(100)
    path.write_bytes(content)

    with pytest.raises(GraphError, match=r"places\.parquet: cannot be read"):
        list(tables.rows_where("places", {"abstract": ["abstract/0001"]}))
