"""`kg train` as its users meet it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import spacy

from kg.training import train
from tests.conftest import Run
from tests.test_training import SMALL, record


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus of few abstracts, with vectors beside it."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, count in (("train", 24), ("dev", 6)):
        lines = "".join(json.dumps(record(number)) + "\n" for number in range(count))
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    spacy.blank("en").to_disk(tmp_path / "vectors")
    return folder


def test_it_writes_a_pipeline_that_evaluates_as_it_says(
    run: Callable[..., Run], corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "train_pipeline", partial(train.train_pipeline, overrides=SMALL))
    ended = run("train", "--corpus", corpus, "--output", "pipeline", "--vectors", "vectors")
    assert ended.code == 0
    figures = json.loads(ended.out)
    assert figures == json.loads(Path("pipeline/meta.json").read_text("utf-8"))["performance"]

    measured = run("evaluate", corpus / "dev.jsonl", "--model", "pipeline", "--json")
    assert json.loads(measured.out)["total"]["mentions"]["f1"] == figures["ents_f"] == 1.0


def test_a_corpus_without_a_file_is_one_line(run: Callable[..., Run], tmp_path: Path) -> None:
    ended = run("train", "--corpus", tmp_path, "--output", "pipeline")
    assert ended.code == 1
    assert (
        ended.err
        == f"kg: {tmp_path / 'train.jsonl'}: there is no such file, which training needs\n"
    )
    assert not Path("pipeline").exists()


def test_floret_that_is_not_installed_is_one_line_that_says_how_to_get_it(
    run: Callable[..., Run], corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (corpus / "abstracts.jsonl.gz").touch()
    monkeypatch.setitem(sys.modules, "floret", None)
    ended = run("train", "--corpus", corpus, "--output", "pipeline")
    assert ended.code == 1
    assert "pip install 'kg-abstracts[train]'" in ended.err
    assert ended.err.count("\n") == 1


def test_corpus_and_output_must_be_named(run: Callable[..., Run], corpus: Path) -> None:
    assert run("train", "--corpus", corpus).code == 2
    assert run("train", "--output", "pipeline").code == 2
