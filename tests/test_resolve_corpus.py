"""How well resolution does on annotated abstracts, by the corpus's own measure."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

FLOOR = "0.95"


def test_shared_entities_of_the_development_set_are_resolved(corpus: Path) -> None:
    measured = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "resolution.py", corpus, FLOOR],
        capture_output=True,
        text=True,
        check=False,
    )
    assert measured.returncode == 0, measured.stdout + measured.stderr
