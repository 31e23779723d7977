import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from kg.export.rdf.sorting import Groups, sort_batches

rows = st.lists(
    st.tuples(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=2),
        st.integers(0, 3),
        st.none() | st.booleans(),
    )
)


def make_batches(values: list[tuple[str, int, bool | None]], size: int) -> list[pa.RecordBatch]:
    schema = pa.schema([("name", pa.string()), ("number", pa.int32()), ("flag", pa.bool_())])
    records = [dict(zip(schema.names, row, strict=True)) for row in values]
    return pa.Table.from_pylist(records, schema=schema).to_batches(max_chunksize=size)


@given(values=rows, size=st.integers(1, 4), run_rows=st.integers(1, 20))
def test_rows_come_sorted_whether_or_not_they_fit_in_a_run(
    values: list[tuple[str, int, bool | None]], size: int, run_rows: int
) -> None:
    found = [*sort_batches(make_batches(values, size), ["name", "number"], run_rows=run_rows)]

    assert [row[:2] for row in found] == sorted(row[:2] for row in values)
    assert sorted(map(repr, found)) == sorted(map(repr, values))


def test_groups_are_taken_by_key_and_those_not_asked_for_are_passed_over() -> None:
    groups = Groups([("a", 1), ("a", 2), ("b", 3), ("d", 4)])

    assert groups.take("a") == [("a", 1), ("a", 2)]
    assert groups.take("c") == []
    assert groups.take("d") == [("d", 4)]
    assert groups.take("e") == []
