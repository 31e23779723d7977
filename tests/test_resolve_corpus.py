"""How well resolution does on annotated abstracts, by the corpus's own measure."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.corpus_format import dump_record, extraction_to_record, read_records
from kg.resolve import resolve

FLOOR = "0.95"


def test_shared_entities_of_the_development_set_are_resolved(corpus: Path, tmp_path: Path) -> None:
    gold = corpus / "dev.jsonl"
    keyed = {record["id"]: record["keys"] for record in read_lines(corpus / "dev-keys.jsonl")}
    lines = gold.read_text(encoding="utf-8").splitlines()
    extractions = [x for _, x in read_records(lines, str(gold)) if x.key in keyed]
    resolution = resolve(extractions)
    resolved = tmp_path / "resolved.jsonl"
    with resolved.open("w", encoding="utf-8") as file:
        for extraction in extractions:
            # A few entities have no key, which the measure does not expect.
            measurable = replace(
                extraction,
                entities=tuple(e for e in extraction.entities if e.id in keyed[extraction.key]),
                relations=(),
                results=(),
            )
            nodes = {e.id: resolution.nodes[extraction.key, e.id] for e in measurable.entities}
            file.write(dump_record(extraction_to_record(measurable, extraction.key, nodes)))
    measured = subprocess.run(
        [
            sys.executable,
            corpus / "resolution.py",
            gold,
            corpus / "dev-keys.jsonl",
            resolved,
            FLOOR,
        ],
        env={"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert measured.returncode == 0, measured.stdout + measured.stderr


def read_lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
