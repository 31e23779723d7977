"""What the README shows is what its reader gets."""

import doctest
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, SEEDS

README = (ROOT / "README.md").read_text(encoding="utf-8")
CHECKER = doctest.OutputChecker()
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def list_blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def list_commands(language: str = "console") -> Iterator[tuple[str, str]]:
    """Each command that the README shows in blocks of a language, with the output it shows.

    What needs files that are not part of the project is in blocks of `text`.
    """
    for block in list_blocks(language):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            while command.endswith("\\"):
                more, _, output = output.partition("\n")
                command = command[:-1] + more.removeprefix("> ")
            yield command, output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the README's reader has it: the seeds, and an output of them."""
    path = tmp_path_factory.mktemp("readme")
    shutil.copytree(SEEDS, path / "seeds")
    subprocess.run([sys.executable, "-m", "kg", "build", "seeds", "--quiet"], cwd=path, check=True)
    return path


@pytest.mark.parametrize(("command", "output"), list(list_commands()))
def test_command_gives_what_the_readme_shows(folder: Path, command: str, output: str) -> None:
    program, *arguments = shlex.split(command)
    assert program == "kg"
    ended = subprocess.run(
        [sys.executable, "-m", "kg", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    given = ended.stdout + ended.stderr
    assert CHECKER.check_output(output, given, FLAGS), given[:2000]


def test_python_gives_what_the_readme_shows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    source = "\n".join(list_blocks("pycon"))
    test = doctest.DocTestParser().get_doctest(source, {}, "README.md", "README.md", 0)
    assert test.examples
    assert doctest.DocTestRunner(optionflags=FLAGS).run(test).failed == 0


def test_every_command_of_the_program_is_in_the_readme() -> None:
    commands_shown = [
        command
        for language in ("console", "shell-session", "text")
        for command in list_commands(language)
    ]
    shown = {shlex.split(command)[1] for command, _ in commands_shown}
    listed = subprocess.run(
        [sys.executable, "-m", "kg", "--help"], capture_output=True, text=True, check=True
    ).stdout
    commands = set(re.findall(r"^  ([a-z]+)  ", listed, re.MULTILINE))
    assert {"build", "query"} <= commands <= shown


def test_files_that_the_readme_names_exist() -> None:
    for name in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / name).exists(), name
