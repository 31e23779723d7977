import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.corpus_format import (
    dump_record,
    extraction_from_record,
    extraction_to_record,
    read_records,
)
from kg.errors import ExtractionsError
from kg.records import Relation
from tests.extractions import extract_by_hand

RECORD = {
    "id": "x1",
    "text": "CLIP on ImageNet",
    "entities": [
        {
            "id": "e1",
            "type": "Model",
            "name": "CLIP",
            "role": "studies",
            "mentions": [[0, 4, "CLIP"]],
        }
    ],
    "relations": [],
    "results": [],
}


def change(**fields: object) -> str:
    return json.dumps(RECORD | fields)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_what_is_written_reads_back(name: str) -> None:
    extraction = extract_by_hand(
        f"We study {name} and 𝔘-Net.",
        [(name, "Model", "studies"), ("𝔘-Net", "Model", "uses")],
        [Relation("e1", "uses", "e2", 0.5)],
        key="k",
    )
    line = dump_record(extraction_to_record(extraction, "k"))
    assert line.count("\n") == 1
    assert extraction_from_record(json.loads(line)) == extraction


def test_record_without_confidences_is_read() -> None:
    ((_, extraction),) = read_records([json.dumps(RECORD), "", " \n"], "gold.jsonl")
    assert extraction.key == "x1"
    assert extraction.entities[0].confidence == 1.0


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "Expecting"),
        ("[]", "must be a JSON object"),
        ("[" * 100_000, "recursion"),
        ('{"id": "x"}', "'text' is missing"),
        (change(id=7), "must be strings"),
        (change(entities=[{"id": "e1", "type": "Model", "mentions": []}]), "has no mentions"),
        (change(entities=[{"id": "e1", "type": "Person", "mentions": [[0, 4]]}]), "is no type"),
        (change(entities=[{"id": "e1", "type": "Model", "mentions": [[0, 99]]}]), "is no span"),
        (
            change(entities=[{"id": "e1", "type": "Model", "mentions": [[0, 4, "BERT"]]}]),
            "the text has 'CLIP' at 0..4, not 'BERT'",
        ),
        (change(relations=[["e1", "uses", "e9"]]), "'e9', which is no entity"),
        (change(relations=[["e1", "likes", "e1"]]), "'likes' is no relation"),
        (change(results=[{"of": "e9", "value": "3"}]), "'e9', which is no entity"),
        (change(entities=3), "not in the corpus format"),
    ],
)
def test_malformed_record_is_an_error_that_names_file_and_line(line: str, problem: str) -> None:
    with pytest.raises(ExtractionsError, match=r"^gold\.jsonl:2: ") as raised:
        list(read_records(["", line], "gold.jsonl"))
    assert problem in str(raised.value)


def test_id_that_stands_twice_is_an_error() -> None:
    line = json.dumps(RECORD)
    with pytest.raises(ExtractionsError, match=r"gold\.jsonl:2: the id 'x1' stands twice"):
        list(read_records([line, line], "gold.jsonl"))
