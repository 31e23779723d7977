import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import settings

from tests.html_pages import open_page, page  # noqa: F401

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pyoxigraph import Store

    from tests.servers import Server

# How long an example takes says nothing about it.
settings.register_profile("kg", deadline=None)
settings.load_profile("kg")

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
CORPUS = ROOT.parent / "shared" / "corpus"
CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-answers",
        action="store_true",
        help="write tests/answers anew from what the queries of the cookbook answer",
    )


def require(condition: bool, reason: str) -> None:
    """Skip where something is missing; in CI that is a failure."""
    if condition:
        return
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def cache_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache of the tests' own, for this process and those that it starts."""
    home = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(home))
        yield home


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


@pytest.fixture(scope="session")
def seeds_server(seeds_output: Path) -> Iterator["Server"]:
    """`kg serve` over what `kg build seeds` writes."""
    from tests.servers import run_server

    with run_server(seeds_output) as server:
        yield server


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


class Run(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Run]:
    """Runs `kg` with some arguments in an empty folder."""
    from kg import cli

    monkeypatch.chdir(tmp_path)

    def run_kg(*arguments: object) -> Run:
        monkeypatch.setattr(sys, "argv", ["kg", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        out, err = capfd.readouterr()
        return Run(code, out, err)

    return run_kg


@pytest.fixture(scope="session")
def turtle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small graph with something of everything, as Turtle."""
    from tests.graphs import write_small_graph, write_turtle

    folder = tmp_path_factory.mktemp("small")
    return write_turtle(write_small_graph(folder), folder / "graph.ttl")


@pytest.fixture
def store(turtle: Path) -> "Store":
    """The same graph in a store of its own, to be changed."""
    from kg.query import open_graph

    return open_graph(turtle)


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """A headless Chromium, one for all tests."""
    from playwright.sync_api import sync_playwright

    require(CHROMIUM.exists(), f"there is no {CHROMIUM}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()
