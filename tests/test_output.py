import contextlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from kg.errors import GraphError, OutputError
from kg.output import read_manifest, stage_file, stage_folder, write_manifest

WRITE_OUTPUT = """
import sys
from pathlib import Path
from kg.errors import KgError
from kg.output import stage_folder, write_manifest
try:
    with stage_folder(Path(sys.argv[1])) as folder:
        for name in ("a", "b", "c"):
            (folder / name).write_text(sys.argv[2])
        write_manifest(folder, {"base_iri": "https://kg.example/", "title": "T"})
except KgError as error:
    sys.exit(str(error))
"""


def write_output(output: Path, content: str, *inject: str) -> subprocess.CompletedProcess[str]:
    """Write an output in a process of its own, with faults that strace injects."""
    strace = ["strace", "-qq", "-f", "-o", "/dev/null", *inject] if inject else []
    return subprocess.run(
        [*strace, sys.executable, "-B", "-c", WRITE_OUTPUT, str(output), content],
        capture_output=True,
        text=True,
        check=False,
    )


def read_output(output: Path) -> dict[str, str]:
    manifest = read_manifest(output)
    return {file["path"]: (output / file["path"]).read_text() for file in manifest["files"]}


def test_manifest_lists_every_file_with_size_and_hash(tmp_path: Path) -> None:
    with stage_folder(tmp_path / "out") as folder:
        (folder / "tables").mkdir()
        (folder / "tables" / "x").write_text("abc")
        write_manifest(folder, {"base_iri": "https://kg.example/", "title": "T"})
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["title"] == "T"
    assert manifest["files"] == [
        {
            "path": "tables/x",
            "size": 3,
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        }
    ]


def test_new_output_takes_the_place_of_the_old(tmp_path: Path) -> None:
    output = tmp_path / "out"
    assert write_output(output, "old").returncode == 0
    assert write_output(output, "new").returncode == 0
    assert read_output(output) == {"a": "new", "b": "new", "c": "new"}
    assert list(tmp_path.iterdir()) == [output]


def test_error_while_writing_leaves_the_old_output(tmp_path: Path) -> None:
    output = tmp_path / "out"
    write_output(output, "old")
    with contextlib.suppress(RuntimeError), stage_folder(output) as folder:
        (folder / "a").write_text("new")
        raise RuntimeError
    assert read_output(output) == {"a": "old", "b": "old", "c": "old"}
    assert list(tmp_path.iterdir()) == [output]


def test_folder_that_holds_something_else_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("ten years")
    with pytest.raises(OutputError, match="no output of kg"), stage_folder(tmp_path):
        pass
    assert (tmp_path / "thesis.tex").read_text() == "ten years"


def test_file_that_a_user_put_into_an_output_is_not_lost(tmp_path: Path) -> None:
    output = tmp_path / "out"
    write_output(output, "old")
    (output / "notes.md").write_text("mine")
    with (
        pytest.raises(OutputError, match=r"out/notes\.md: is no output of kg"),
        stage_folder(output),
    ):
        pass
    assert (output / "notes.md").read_text() == "mine"


def test_old_output_that_a_kill_left_under_another_name_is_put_back(tmp_path: Path) -> None:
    output = tmp_path / "out"
    write_output(output, "old")
    output.rename(tmp_path / ".out.x.kg-partial.old")
    with contextlib.suppress(RuntimeError), stage_folder(output):
        raise RuntimeError
    assert read_output(output)["a"] == "old"
    assert list(tmp_path.iterdir()) == [output]


def test_manifest_of_another_program_does_not_make_a_folder_replaceable(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"generator": "webpack"}')
    with pytest.raises(OutputError, match="no output of kg"), stage_folder(tmp_path):
        pass


def test_file_in_the_place_of_the_output_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    with pytest.raises(OutputError, match="not a folder"), stage_folder(tmp_path / "out"):
        pass


def test_empty_folder_becomes_the_output(tmp_path: Path) -> None:
    output = tmp_path / "out"
    output.mkdir()
    assert write_output(output, "new").returncode == 0
    assert read_output(output)["a"] == "new"


def test_unwritable_place_is_an_error_that_names_the_output(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(OutputError, match="file/out: cannot be written"),
        stage_folder(tmp_path / "file" / "out"),
    ):
        pass


def test_folder_without_manifest_holds_no_graph(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="holds no graph"):
        read_manifest(tmp_path)


def test_error_while_writing_a_file_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "graph.ttl"
    path.write_text("old")
    with contextlib.suppress(RuntimeError), stage_file(path) as file:
        file.write_text("new")
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize(
    "calls",
    ["write", "rename,renameat,renameat2", "mkdir,mkdirat", "fsync", "openat", "unlink,unlinkat"],
)
def test_kill_at_any_call_leaves_the_old_output_or_the_new_one(tmp_path: Path, calls: str) -> None:
    output = tmp_path / "out"
    write_output(output, "old")
    old = read_output(output)
    killed = 0
    for number in _count_until_success(step=40 if calls == "openat" else 1):
        inject = f"inject={calls}:signal=KILL:when={number}"
        finished = write_output(output, "new", "-e", f"trace={calls}", "-e", inject)
        assert read_output(output) in (old, {"a": "new", "b": "new", "c": "new"})
        if finished.returncode == 0:
            break
        killed += 1
        write_output(output, "old")
    assert killed
    assert read_output(output)["a"] == "new"
    assert list(tmp_path.iterdir()) == [output]


@pytest.mark.usefixtures("strace")
def test_full_disk_at_any_write_is_one_line_and_leaves_the_old_output(tmp_path: Path) -> None:
    output = tmp_path / "out"
    write_output(output, "old")
    for number in (1, 2, 3, 4):
        inject = f"inject=write:error=ENOSPC:when={number}"
        finished = write_output(output, "new", "-e", "trace=write", "-e", inject)
        assert finished.stderr == f"{output}: cannot be written (No space left on device)\n"
        assert finished.returncode == 1
        assert read_output(output)["a"] == "old"
        assert list(tmp_path.iterdir()) == [output]


def _count_until_success(step: int) -> range:
    return range(1, 2000, step)
