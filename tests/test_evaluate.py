"""`kg evaluate` as its users meet it: figures, tables, files, messages."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kg.corpus_format import dump_record, extraction_to_record, read_extractions
from kg.records import Extraction, Relation, Result
from tests.conftest import Run
from tests.extractions import extract_by_hand

TEXT = "We probe CLIP and ALIGN on ImageNet. CLIP reaches 76.2% accuracy."
GOLD = replace(
    extract_by_hand(
        TEXT,
        [
            ("CLIP", "Model", "studies"),
            ("ALIGN", "Model", "studies"),
            ("ImageNet", "Dataset", "evaluatesOn"),
            ("accuracy", "Metric", "evaluatesOn"),
        ],
        [Relation("e1", "evaluatedOn", "e3")],
        key="a",
    ),
    results=(Result("e1", "76.2%", "e3", "e4"),),
)
FOUND = replace(GOLD, entities=(replace(GOLD.entities[0], role="uses"), *GOLD.entities[2:]))


def save(path: Path, *extractions: Extraction, sentences: bool = True) -> Path:
    records = []
    for extraction in extractions:
        record = extraction_to_record(extraction, extraction.key)
        if not sentences:
            del record["sentences"]
        records.append(record)
    path.write_text("".join(map(dump_record, records)), encoding="utf-8")
    return path


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return save(tmp_path / "gold.jsonl", GOLD, replace(GOLD, key="b"))


@pytest.fixture
def found(tmp_path: Path) -> Path:
    return save(tmp_path / "found.jsonl", FOUND, replace(GOLD, key="b"))


def test_figures_are_shown_over_all_and_by_type_role_and_relation(
    run: Callable[..., Run], gold: Path, found: Path
) -> None:
    ended = run("evaluate", gold, "--predicted", found)
    assert ended.code == 0
    rows = [line.split() for line in ended.out.splitlines()]
    assert ["entities", "1.000", "0.875", "0.933", "8", "7"] in rows
    assert ["Model", "1.000", "0.750", "0.857", "4", "3"] in rows
    assert ["studies", "1.000", "0.500", "0.667", "4", "2"] in rows
    assert ["evaluatedOn", "1.000", "1.000", "1.000", "2", "2"] in rows
    assert "How often it is right" not in ended.out


def test_abstracts_that_are_not_predicted_are_said(
    run: Callable[..., Run], gold: Path, tmp_path: Path
) -> None:
    found = save(tmp_path / "found.jsonl", GOLD)
    ended = run("evaluate", gold, "--predicted", found)
    assert ended.out.startswith("Of 2 abstracts 1 is predicted.\n")
    assert ["entities", "1.000", "0.500", "0.667", "8", "4"] in [
        line.split() for line in ended.out.splitlines()
    ]


def test_calibration_is_shown_where_it_is_asked_for(
    run: Callable[..., Run], gold: Path, found: Path
) -> None:
    ended = run("evaluate", gold, "--predicted", found, "--calibration")
    rows = [line.split() for line in ended.out.splitlines()]
    assert ["0.9", "to", "1.0", "7", "1.00", "0", "2", "1.00", "2", "1.00"] in rows
    assert ["error", "(ECE)", "0.100", "0.057", "0.000", "0.000"] in rows


def test_figures_as_json_are_all_that_is_written(
    run: Callable[..., Run], gold: Path, found: Path
) -> None:
    ended = run("evaluate", gold, "--predicted", found, "--json", "--calibration")
    figures = json.loads(ended.out)
    assert figures["total"]["entities"] == {
        "p": 1.0, "r": 0.875, "f1": 14 / 15, "gold": 8, "predicted": 7,
    }  # fmt: skip
    assert set(figures["types"]) == {"Model", "Dataset", "Metric"}
    assert figures["calibration"]["entities"]["error"] == pytest.approx(0.1)
    assert "calibration" not in json.loads(
        run("evaluate", gold, "--predicted", found, "--json").out
    )


def test_files_are_written_beside_the_figures(
    run: Callable[..., Run], gold: Path, found: Path, tmp_path: Path
) -> None:
    ended = run(
        *("evaluate", gold, "--predicted", found),
        *("--errors", "out/errors.html", "--reliability", "out/r.svg"),
    )
    assert ended.err == "Written to out/r.svg\nWritten to out/errors.html\n"
    assert (tmp_path / "out/r.svg").read_text(encoding="utf-8").startswith("<svg ")
    page = (tmp_path / "out/errors.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "Errors on gold.jsonl" in page


def test_page_finds_the_sentences_of_records_that_have_none(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    gold = save(tmp_path / "gold.jsonl", GOLD, sentences=False)
    accurate = replace(GOLD, entities=GOLD.entities[:3], results=())
    found = save(tmp_path / "found.jsonl", accurate, sentences=False)
    run("evaluate", gold, "--predicted", found, "--errors", "errors.html", "-q")
    page = (tmp_path / "errors.html").read_text(encoding="utf-8")
    assert "CLIP reaches" in page
    assert "We probe" not in page


def test_pipeline_reads_the_texts_where_nothing_is_predicted(
    run: Callable[..., Run], seeds_output: Path, tmp_path: Path
) -> None:
    records = seeds_output / "extractions.jsonl"
    ended = run("evaluate", records, "--json")
    assert ended.code == 0
    figures = json.loads(ended.out)["total"]
    with records.open(encoding="utf-8") as lines:
        entities = sum(len(e.entities) for e in read_extractions(lines, "extractions.jsonl"))
    assert figures["entities"]["f1"] == 1.0
    assert figures["entities"]["gold"] == entities


def test_predictions_may_come_from_standard_input(gold: Path, found: Path) -> None:
    command = [sys.executable, "-m", "kg", "evaluate", gold, "--predicted", "-", "--json"]
    with found.open("rb") as stdin:
        ended = subprocess.run(command, stdin=stdin, capture_output=True, check=True)
    assert json.loads(ended.stdout)["total"]["entities"]["predicted"] == 7


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("extra", dump_record(extraction_to_record(GOLD, "z")), "such as 'z'"),
        ("other", dump_record(extraction_to_record(GOLD, "a")).replace("probe", "prod."), "text"),
        ("broken", "{", "broken.jsonl:1"),
        ("sure", '{"id": "a", "text": "CLIP", "entities": [{"id": "e", "type": "Model",'
         ' "mentions": [[0, 4]], "confidence": NaN}]}', "`confidence` must be from 0 to 1"),
        ("number", '{"id": "a", "text": "CLIP", "entities": [{"id": "e", "type": "Model",'
         ' "mentions": [[0, 4]]}], "results": [{"of": "e", "value": [3]}]}', "must be a string"),
    ],
)  # fmt: skip
def test_predictions_that_do_not_fit_are_one_line(
    run: Callable[..., Run], gold: Path, tmp_path: Path, name: str, content: str, problem: str
) -> None:
    path = tmp_path / f"{name}.jsonl"
    path.write_text(content, encoding="utf-8")
    ended = run("evaluate", gold, "--predicted", path)
    assert ended.code == 1
    assert ended.out == ""
    assert ended.err.startswith("kg: ")
    assert problem in ended.err
    assert ended.err.count("\n") == 1


def test_missing_files_and_pipelines_are_one_line(run: Callable[..., Run], gold: Path) -> None:
    for arguments in (("missing.jsonl",), (gold, "--predicted", "no"), (gold, "--model", "no")):
        ended = run("evaluate", *arguments)
        assert ended.code == 1
        assert ended.err.startswith("kg: ")
        assert ended.err.count("\n") == 1


def test_predictions_of_a_file_and_of_a_pipeline_exclude_each_other(
    run: Callable[..., Run], gold: Path, found: Path
) -> None:
    assert run("evaluate", gold, "--predicted", found, "--model", ".").code == 2
