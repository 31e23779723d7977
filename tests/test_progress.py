"""What somebody sees of a long run."""

import io
import re

import pytest
from rich.console import Console
from rich.progress import Progress

from kg import progress
from kg.progress import ProgressObserver


def watch_stage(*, verbose: bool, quiet: bool = False) -> str:
    """What is written of a stage of three steps, where there is no terminal."""
    written = io.StringIO()
    bars = Progress(console=Console(file=written, width=100), disable=True)
    observer = ProgressObserver(bars, verbose=verbose, quiet=quiet)
    observer.begin("extracting", 3)
    observer.advance()
    observer.note("a \x1b[31mnote")
    observer.advance(2)
    observer.end()
    return written.getvalue()


def test_without_a_bar_a_long_stage_says_rate_and_time_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress, "_PAUSE", 0.0)
    first, *_, last = watch_stage(verbose=True).splitlines()
    assert re.fullmatch(r"extracting 1 of 3, [\d]+/s, 0 min left", first)
    assert re.fullmatch(r"extracting 3: \d+\.\d s", last)


def test_short_stage_says_only_how_long_it_took() -> None:
    assert len(watch_stage(verbose=True).splitlines()) == 2


def test_note_is_a_line_without_control_characters() -> None:
    assert "note" in watch_stage(verbose=False)
    assert "\x1b" not in watch_stage(verbose=False)


def test_quiet_run_says_nothing() -> None:
    assert watch_stage(verbose=False, quiet=True) == ""
