"""The command `kg` itself: its commands are added to `app` where they are defined."""

from __future__ import annotations

import io
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from kg.cli.streams import write
from kg.errors import FormatError, KgError
from kg.terminal import make_printable

app = typer.Typer(
    name="kg",
    help="Build a knowledge graph from research abstracts, and ask it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run the command line; an error of ours is one line and exit code 1, or 2 for wrong use."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except FormatError as error:
        _fail(str(error), 2)
    except KgError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename or 'standard output'}: {error.strerror or error}")


def _fail(message: str, code: int = 1) -> None:
    print(f"kg: {make_printable(' '.join(message.split()))}", file=sys.stderr)  # noqa: T201
    raise SystemExit(code)


def _show_version(wanted: bool) -> None:
    if wanted:
        write(f"kg {version('kg-abstracts')}\n")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Say the version."),
    ] = False,
) -> None:
    pass
