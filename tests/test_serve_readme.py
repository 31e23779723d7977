"""What the README shows of `kg serve` is what its reader gets."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT, require
from tests.servers import WAIT, Server
from tests.test_readme import CHECKER, FLAGS, list_commands

SHOWN = "http://127.0.0.1:8000/"


def test_session_with_the_server_gives_what_the_readme_shows(
    seeds_server: Server, seeds_output: Path
) -> None:
    require(shutil.which("curl") is not None, "curl is not installed")
    (start, said), *session = list_commands("shell-session")
    assert start == "kg serve output"
    assert seeds_server.greeting.replace(str(seeds_output), "output") == said.replace(
        SHOWN, seeds_server.url
    )

    assert len(session) > 2
    for command, output in session:
        program, *arguments = shlex.split(command.replace(SHOWN, seeds_server.url))
        assert program == "curl"
        ended = subprocess.run(
            ["curl", "--silent", *arguments],
            capture_output=True,
            text=True,
            check=True,
            timeout=WAIT,
        )
        assert CHECKER.check_output(output, ended.stdout, FLAGS), ended.stdout[:2000]


def test_limits_are_those_of_the_program() -> None:
    help_text = subprocess.run(
        [sys.executable, "-m", "kg", "serve", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    table = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(--[a-z-]+)` \|", table, re.MULTILINE))

    assert listed == set(re.findall(r"--[a-z]+-limit|--workers", help_text))
