import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says nothing about it.
settings.register_profile("kg", deadline=None)
settings.load_profile("kg")

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
CORPUS = ROOT.parent / "shared" / "corpus"


def require(condition: bool, reason: str) -> None:
    """Skip where something is missing; in CI that is a failure."""
    if condition:
        return
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def strace() -> None:
    """Lets a test inject faults into the system calls of a process."""
    can_trace = subprocess.run(["sh", "-c", "strace -qq -o /dev/null true"], check=False)
    require(can_trace.returncode == 0, "strace is not installed or may not trace")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The annotated corpus, which is not part of the project."""
    require(CORPUS.is_dir(), f"the annotated corpus is not at {CORPUS}")
    return CORPUS


@pytest.fixture(scope="session")
def seeds_output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `kg build seeds` writes."""
    from kg import pipeline

    output = tmp_path_factory.mktemp("seeds") / "output"
    pipeline.build([str(SEEDS)], output)
    return output


@pytest.fixture
def seed_text() -> Callable[[str], str]:
    """Finds the one abstract of the seeds that begins so."""

    def find(beginning: str) -> str:
        texts = {
            line.removeprefix("Abstract:")
            for path in SEEDS.glob("*.txt")
            for line in path.read_text(encoding="utf-8").splitlines()
            if line.startswith(f"Abstract:{beginning}")
        }
        (text,) = texts
        return text

    return find
