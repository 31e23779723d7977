"""Whatever ends a build and wherever, the next one gives the bytes of one that was let be."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from kg.output import read_manifest
from tests.interrupted import Build, count_writes, faults

TEXTS = [
    "We introduce CLIP, a model for image classification.",
    "We steer CLIP on ImageNet, which takes 12% less time. Code: https://github.com/a/b.",
    "Large language models (LLMs) are studied on MNLI. We compare BERT with RoBERTa.",
]
FAULTS = 30
STAGES = [
    "reading",
    "extracting",
    "resolving",
    "linking",
    "writing tables",
    "writing extractions.jsonl",
    "writing graph.ttl",
    "writing graph.html",
    "writing graph.graphml",
]

Content = dict[str, bytes]


def read(output: Path) -> Content:
    files = [path for path in output.rglob("*") if path.is_file()]
    return {path.relative_to(output).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds `new` and `old`, two inputs."""
    folder = tmp_path_factory.mktemp("interruption")
    for name, texts in (("new", TEXTS), ("old", TEXTS[:1])):
        (folder / name).mkdir()
        for number, text in enumerate(texts):
            (folder / name / f"{number}.txt").write_text(text)
    return folder


Begin = Callable[..., Build]


@pytest.fixture(scope="module")
def begin(folder: Path) -> Begin:
    def begin(input: str, output: str = "output", home: str = "cache", workers: int = 1) -> Build:
        return Build([str(folder / input)], folder / output, folder / home, workers)

    return begin


def finish(build: Build) -> None:
    build.finish()
    assert build.error is None
    assert build.exit_code == 0


@pytest.fixture(scope="module")
def whole(begin: Begin, folder: Path) -> Content:
    """What an uninterrupted build writes."""
    finish(begin("new", "whole", "cache of whole"))
    return read(folder / "whole")


@pytest.fixture(scope="module")
def old(begin: Begin, folder: Path) -> Content:
    """What stands in `output` before the builds that are interrupted."""
    finish(begin("old"))
    shutil.copytree(folder / "output", folder / "old output")
    return read(folder / "output")


def check_next_build(begin: Begin, folder: Path, home: str, old: Content, whole: Content) -> None:
    """What stands there is old or new, the next build is whole, and nothing else is left."""
    read_manifest(folder / "output")
    assert read(folder / "output") in (old, whole)
    finish(begin("new", home=home))
    assert read(folder / "output") == whole
    assert not list(folder.glob(".output.*"))
    shutil.rmtree(folder / "output")
    shutil.copytree(folder / "old output", folder / "output")


@pytest.mark.usefixtures("strace")
def test_kill_or_full_disk_at_any_write(
    begin: Begin, folder: Path, old: Content, whole: Content
) -> None:
    writes = count_writes(begin("new", "counted", "cache of counted"), folder / "log")
    assert writes > FAULTS
    ended = set()
    for number in range(FAULTS):
        kind = ("signal=KILL", "error=ENOSPC", "error=EIO")[number % 3]
        home = f"cache {number}"
        build = begin("new", home=home)
        when = 1 + number * writes // FAULTS
        with faults(build, f"inject=write,pwrite64,pwritev,writev:{kind}:when={when}"):
            build.finish()
        ended.add("killed" if build.exit_code else "failed" if build.error else "whole")
        check_next_build(begin, folder, home, old, whole)
    assert {"killed", "failed"} <= ended


@pytest.mark.parametrize("stage", STAGES)
def test_kill_at_a_stage(
    begin: Begin, folder: Path, old: Content, whole: Content, stage: str
) -> None:
    home = f"cache of {stage}"
    build = begin("new", home=home)
    while build.stage != stage:
        assert build.stage is not None
        build.go_on()
    build.begin_stage()
    build.kill()
    check_next_build(begin, folder, home, old, whole)


def test_kill_while_workers_read_leaves_none_of_them(
    begin: Begin, folder: Path, old: Content, whole: Content
) -> None:
    (folder / "many").mkdir()
    for number in range(600):
        (folder / "many" / f"{number}.txt").write_text(f"{TEXTS[number % 3]} It is {number}.")
    build = begin("many", home="cache of many", workers=2)
    while build.stage != "extracting":
        build.go_on()
    build.begin_stage()
    process = psutil.Process(build.pid)
    while len(workers := process.children()) < 2:
        assert process.is_running()
    build.kill()
    _, alive = psutil.wait_procs(workers, timeout=60)
    assert not alive
    check_next_build(begin, folder, "cache of many", old, whole)


def count_kept(home: Path) -> int:
    """How many extractions a cache holds."""
    path = home / "kg-abstracts" / "extractions-1.sqlite"
    if not path.exists():
        return 0
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=60)
    try:
        (count,) = connection.execute("SELECT count(*) FROM extraction").fetchone()
    except sqlite3.OperationalError:  # its table is yet to be made
        return 0
    finally:
        connection.close()
    return int(count)


def test_ctrl_c_stops_cleanly_and_keeps_what_was_read(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": f"a{number}", "text": f"{TEXTS[number % 3]} It is number {number}."})
        for number in range(3000)
    ]
    (tmp_path / "many.jsonl").write_text("\n".join(lines))
    home = tmp_path / "cache"
    command = [sys.executable, "-m", "kg", "build", "many.jsonl", "--formats", "none"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(home)}
    with subprocess.Popen(
        [*command, "--workers", "2"],
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        while not (kept := count_kept(home)):
            assert process.poll() is None
        # As a terminal sends it: to the workers as well.
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait() == 130
        assert process.stderr is not None
        assert process.stderr.read() == (
            "kg: stopped; the abstracts that were read are kept, and the same command goes on\n"
        )
    assert {path.name for path in tmp_path.iterdir()} == {"many.jsonl", "cache"}
    assert kept <= count_kept(home) < len(lines)
