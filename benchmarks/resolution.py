"""How well resolution does on annotated abstracts, by the corpus's own measure.

    python benchmarks/resolution.py CORPUS [FLOOR]

CORPUS is the folder of the annotated corpus; the exit code is 1 where the figure over things
that two or more abstracts name is below FLOOR.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from kg.corpus_format import dump_record, extraction_to_record, read_records
from kg.resolve import resolve


def write_resolved(gold: Path, keys: Path, output: Path) -> None:
    """Resolve the gold mentions and write those that can be measured.

    A few entities have no key, which the measure does not expect: they are resolved with the
    rest and not written.
    """
    with keys.open(encoding="utf-8") as lines:
        keyed = {record["id"]: record["keys"] for record in map(json.loads, lines)}
    with gold.open(encoding="utf-8") as lines:
        extractions = [x for _, x in read_records(lines, str(gold)) if x.key in keyed]
    nodes = resolve(extractions).nodes
    with output.open("w", encoding="utf-8") as file:
        for extraction in extractions:
            measurable = replace(
                extraction,
                entities=tuple(e for e in extraction.entities if e.id in keyed[extraction.key]),
                relations=(),
                results=(),
            )
            own = {e.id: nodes[extraction.key, e.id] for e in measurable.entities}
            file.write(dump_record(extraction_to_record(measurable, extraction.key, own)))


def main() -> int:
    """Print what the measure says; gives its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("floor", nargs="?", default="0")
    options = parser.parse_args()
    gold, keys = options.corpus / "dev.jsonl", options.corpus / "dev-keys.jsonl"
    with tempfile.TemporaryDirectory() as folder:
        resolved = Path(folder) / "resolved.jsonl"
        write_resolved(gold, keys, resolved)
        measure = [options.corpus / "resolution.py", gold, keys, resolved, options.floor]
        return subprocess.run([sys.executable, "-B", *measure], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
