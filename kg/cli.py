"""The command line: thin over `kg.pipeline` and `kg.graph`."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.errors import FilterError, FormatError, KgError
from kg.terminal import make_console, make_printable

if TYPE_CHECKING:
    from kg.pipeline import SourceOptions

app = typer.Typer(
    name="kg",
    help="Build a knowledge graph from research abstracts, and ask it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class OnError(StrEnum):
    """What happens when something of the input cannot be read."""

    FAIL = "fail"
    SKIP = "skip"


class Answer(StrEnum):
    """How the answer of a query is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    TTL = "ttl"


Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT...", help="Files and folders with abstracts; - is standard input."
    ),
]
GraphPath = Annotated[
    Path, typer.Argument(metavar="GRAPH", help="An output folder, or a Turtle file.")
]
SourceFormat = Annotated[
    str | None,
    typer.Option(
        "--format", help="How inputs are read (see `kg formats`), rather than by content."
    ),
]
OnErrorOption = Annotated[
    OnError,
    typer.Option("--on-error", help="Stop at unreadable input, or leave it out and list it."),
]
Year = Annotated[
    str | None,
    typer.Option("--year", help="Take these years only: 2020, 2018..2024, 2018.., ..2024."),
]
Venue = Annotated[
    list[str] | None, typer.Option("--venue", help="Take this venue only; may be repeated.")
]
Limit = Annotated[
    int | None, typer.Option("--limit", min=1, help="Take so many abstracts at the most.")
]
Model = Annotated[
    Path | None, typer.Option("--model", help="Folder of a trained pipeline other than kg's own.")
]
CorrectionsOption = Annotated[
    Path | None,
    typer.Option("--corrections", help="TOML file: entities to merge, split, rename, retype, ban."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say how long each stage took.")]


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
        _write(f"kg {version('kg-abstracts')}\n")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Say the version."),
    ] = False,
) -> None:
    pass


@app.command()
def build(
    inputs: Inputs,
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to write.")] = Path(
        "output"
    ),
    formats: Annotated[
        str, typer.Option("--formats", help="Exports to write, separated by commas; or none.")
    ] = "turtle,html,graphml,json",
    format: SourceFormat = None,
    on_error: OnErrorOption = OnError.FAIL,
    year: Year = None,
    venue: Venue = None,
    limit: Limit = None,
    corrections: CorrectionsOption = None,
    base_iri: Annotated[
        str | None, typer.Option("--base-iri", help="Namespace of the data's IRIs.")
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", help="What the graph is called in the exports.")
    ] = None,
    model: Model = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Build the graph of all abstracts in the inputs, into a folder."""
    from kg import pipeline
    from kg.export.registry import make_options
    from kg.graph import load
    from kg.progress import watch
    from kg.report import render_build
    from kg.resolve import Corrections, read_corrections

    names = [name.strip() for name in formats.split(",")]
    with watch(quiet=quiet, verbose=verbose) as observer:
        report = pipeline.build(
            inputs,
            output,
            source=_choose_source(format, on_error, year, venue, limit),
            formats=[] if names == ["none"] else names,
            export=make_options(base_iri=base_iri, title=title),
            corrections=Corrections() if corrections is None else read_corrections(corrections),
            model=model,
            observer=observer,
        )
    if not quiet:
        render_build(report, load(output).tables, make_console())


@app.command()
def extract(
    inputs: Inputs,
    format: SourceFormat = None,
    on_error: OnErrorOption = OnError.FAIL,
    year: Year = None,
    venue: Venue = None,
    limit: Limit = None,
    model: Model = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Extract entities from abstracts: JSON Lines in the corpus format to standard output."""
    from kg.pipeline import collect, extract_records
    from kg.progress import watch
    from kg.report import describe_skipped

    source = _choose_source(format, on_error, year, venue, limit)
    with watch(quiet=quiet, verbose=verbose) as observer:
        collection = collect(inputs, source, observer)
        if not quiet:
            for item in collection.skipped:
                print(f"left out: {make_printable(describe_skipped(item))}", file=sys.stderr)  # noqa: T201
        for line in extract_records(collection, model=model, observer=observer):
            _write(line)


@app.command()
def resolve(
    extractions: Annotated[
        str, typer.Argument(metavar="EXTRACTIONS", help="JSON Lines in the corpus format, or -.")
    ],
    corrections: CorrectionsOption = None,
) -> None:
    """Find which extracted entities are one thing: the records again, each entity with `node`."""
    from kg.pipeline import resolve_records
    from kg.resolve import Corrections, read_corrections

    fixes = Corrections() if corrections is None else read_corrections(corrections)
    with _open_lines(extractions) as lines:
        for line in resolve_records(lines, extractions, fixes):
            _write(line)


@app.command()
def query(
    graph: GraphPath,
    sparql: Annotated[str | None, typer.Argument(metavar="SPARQL", help="The query.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="A file that holds the query.")
    ] = None,
    format: Annotated[
        Answer | None,
        typer.Option("--format", help="How to write the answer; a table where absent."),
    ] = None,
) -> None:
    """Ask a SPARQL query; the prefixes that kg uses need not be declared."""
    from kg.graph import load
    from kg.query import open_graph, run_query
    from kg.report import render_answer

    if (sparql is None) == (file is None):
        raise typer.BadParameter("give either a query or --file")
    text = sparql if sparql is not None else _read_text(file)
    store = load(graph).store if graph.is_dir() else open_graph(graph)
    answer = run_query(store, text or "")
    if format is None or format is Answer.TABLE:
        render_answer(answer, make_console())
    else:
        _write(answer.serialize(format.value))


@app.command()
def show(
    graph: GraphPath,
    name: Annotated[
        str, typer.Argument(help="Name, alias, id, or title of an entity or an abstract.")
    ],
) -> None:
    """Show all that is known of an entity or an abstract, with the evidence."""
    from kg.card import render_card
    from kg.graph import load
    from kg.lookup import find_nodes

    tables = load(graph).tables
    meant, *others = find_nodes(tables, name)
    render_card(tables, meant, make_console())
    if others:
        _write(f"{name} also means {', '.join(others)}\n")


@app.command()
def stats(graph: GraphPath) -> None:
    """Show what a graph holds: counts by type, and the most shared entities."""
    from kg.graph import load
    from kg.report import render_statistics

    render_statistics(load(graph).tables, make_console())


@app.command()
def export(
    graph: GraphPath,
    format: Annotated[str, typer.Option("--format", help="Name of the format (see `kg formats`).")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; - is standard output.")
    ] = None,
    base_iri: Annotated[
        str | None, typer.Option("--base-iri", help="Namespace of the data's IRIs.")
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", help="What the graph is called in the export.")
    ] = None,
) -> None:
    """Write a graph in another format."""
    from kg.export.registry import find_format, make_options
    from kg.graph import load
    from kg.report import render_export, render_notes

    exporter = find_format(format)
    loaded = load(graph)
    options = make_options(base_iri=base_iri, title=title, defaults=loaded.options)
    console = make_console(stderr=True)
    if output == Path("-"):
        with tempfile.TemporaryDirectory(prefix="kg-") as folder:
            path = Path(folder) / exporter.file_name
            render_notes(format, loaded.export(format, path, options), console)
            with path.open("rb") as file, _stop_quietly():
                shutil.copyfileobj(file, sys.stdout.buffer)
                sys.stdout.buffer.flush()
        return
    path = Path(exporter.file_name) if output is None else output
    render_export(loaded.export(format, path, options), path, console)


@app.command()
def formats() -> None:
    """List the formats that are read and written."""
    from kg.report import render_formats

    render_formats(make_console())


def _choose_source(
    format: str | None,
    on_error: OnError,
    year: str | None,
    venue: list[str] | None,
    limit: int | None,
) -> SourceOptions:
    from kg.pipeline import SourceOptions
    from kg.sources import Filters, parse_years

    try:
        years = None if year is None else parse_years(year)
    except FilterError as error:
        raise typer.BadParameter(str(error)) from None
    return SourceOptions(
        format=format,
        on_error=on_error.value,
        filters=Filters(years, frozenset(venue or ()), limit),
    )


@contextlib.contextmanager
def _stop_quietly() -> Iterator[None]:
    """Whoever reads our output may have had enough: `kg … | head` is no failure."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit from None


def _write(text: str) -> None:
    with _stop_quietly():
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.buffer.flush()


def _read_text(path: Path | None) -> str:
    with _open_lines(str(path)) as lines:
        return "".join(lines)


@contextlib.contextmanager
def _open_lines(path: str) -> Iterator[Iterator[str]]:
    try:
        if path == "-":
            yield io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig")
        else:
            opener = gzip.open if path.endswith(".gz") else open
            with opener(path, "rt", encoding="utf-8-sig") as file:
                yield file
    except UnicodeDecodeError as error:
        raise KgError(f"{path}: is not UTF-8 ({error.reason} at byte {error.start})") from None
