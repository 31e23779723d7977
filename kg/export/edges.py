"""The edges of the graph with their attributes and evidence, for tools that want them so.

Every statement is an edge. Of its evidence it has the number of passages and the best of them:
the abstract, the words that say it, and the sentence around them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from kg.export.columns import drop_empty
from kg.export.merging import SortedRows, write_runs
from kg.tables import SCHEMAS, Tables

_BATCH_ROWS = 16_384
_RUN_ROWS = 100_000
# Texts are long.
_ABSTRACTS_AT_ONCE = 512

_STATEMENT = {
    "id": "id",
    "source": "subject",
    "target": "object",
    "predicate": "predicate",
    "category": "category",
    "confidence": "confidence",
    "weight": "weight",
    "via": "via",
    "evidence_count": "evidence",
}
_EVIDENCE = {
    "evidence_abstract": "abstract",
    "evidence_start": "start",
    "evidence_end": "end",
    "sentence_start": "sentence_start",
    "sentence_end": "sentence_end",
}

EDGE_SCHEMA: pa.Schema = pa.schema(
    [
        *(
            pa.field(name, SCHEMAS["statements"].field(column).type)
            for name, column in _STATEMENT.items()
        ),
        *(
            pa.field(name, SCHEMAS["evidence"].field(column).type)
            for name, column in _EVIDENCE.items()
        ),
        pa.field("sentence", pa.string()),
    ]
)
"""The attributes of an edge.

`id` is the statement's, `via` the shared entities that a link rests on. Spans count the
characters of the abstract's text, end exclusive. What is not known is null.
"""


def stream_edges(tables: Tables) -> Iterator[pa.RecordBatch]:
    """All edges, with the attributes of `EDGE_SCHEMA`, ordered by the abstract of the evidence.

    The best evidence of a statement is the one with the highest confidence, the first of several.

    Raises:
        OSError: Temporary files cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="kg-edges-") as folder:
        order = ["evidence_abstract", "id"]
        runs = write_runs(Path(folder), _join_evidence(tables), order, run_rows=_RUN_ROWS)
        for texts in tables.batches("abstracts", ["id", "text"], size=_ABSTRACTS_AT_ONCE):
            last = texts["id"][-1].as_py()
            batches = [batch for run in runs for batch in run.take_to(last)]
            if not batches:
                continue
            edges = pa.Table.from_batches(batches).sort_by([(name, "ascending") for name in order])
            for batch in edges.combine_chunks().to_batches():
                yield _quote_sentences(batch, texts)


def _join_evidence(tables: Tables) -> Iterator[pa.RecordBatch]:
    """The statements, each with its best evidence."""
    evidence = SortedRows(
        tables.batches("evidence", ["statement", "confidence", *_EVIDENCE.values()]), "statement"
    )
    schema = EDGE_SCHEMA.remove(EDGE_SCHEMA.get_field_index("sentence"))
    for batch in tables.batches("statements", [*_STATEMENT.values()], size=_BATCH_ROWS):
        best = _choose_best([*evidence.take_to(batch["id"][-1].as_py())])
        found = best.take(pc.index_in(batch["id"], best["statement"]))
        columns = [
            *(drop_empty(batch[column]) for column in _STATEMENT.values()),
            *(found[column] for column in _EVIDENCE.values()),
        ]
        yield pa.record_batch(columns, schema=schema)


def _choose_best(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    """Of the evidence of each statement the row with the highest confidence, the first of several.

    Args:
        batches: All evidence of some statements, sorted by statement.
    """
    rows = pa.concat_batches(batches)
    # A stable sort.
    rows = rows.take(
        pc.sort_indices(rows, [("statement", "ascending"), ("confidence", "descending")])
    )
    statement = rows["statement"]
    is_first = pc.not_equal(statement[1:], statement[:-1])
    return rows.filter(pa.concat_arrays([pa.array([True]), is_first]))


def _quote_sentences(edges: pa.RecordBatch, texts: pa.RecordBatch) -> pa.RecordBatch:
    """The edges with the sentence of their evidence."""
    place = pc.index_in(edges["evidence_abstract"], texts["id"]).to_pylist()
    text = texts["text"].to_pylist()
    starts, ends = edges["sentence_start"].to_pylist(), edges["sentence_end"].to_pylist()
    sentences = [
        None if start is None else text[number][start:end]
        for number, start, end in zip(place, starts, ends, strict=True)
    ]
    columns = [*edges.columns, pa.array(sentences, pa.string())]
    return pa.record_batch(columns, schema=EDGE_SCHEMA)
