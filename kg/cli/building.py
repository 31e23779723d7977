"""`kg build`, `kg extract` and `kg resolve`: from abstracts to a graph."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import app
from kg.cli.options import (
    BaseIri,
    CorrectionsOption,
    Fresh,
    Inputs,
    Limit,
    MinConfidence,
    Model,
    OnError,
    OnErrorOption,
    Quiet,
    SourceFormat,
    Venue,
    Verbose,
    Workers,
    Year,
    choose_reading,
    choose_source,
)
from kg.cli.streams import keep_on_interrupt, open_lines, write
from kg.terminal import make_console, make_printable


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
    base_iri: BaseIri = None,
    title: Annotated[
        str | None, typer.Option("--title", help="What the graph is called in the exports.")
    ] = None,
    model: Model = None,
    workers: Workers = None,
    fresh: Fresh = False,
    min_confidence: MinConfidence = 0.0,
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
    with keep_on_interrupt(), watch(quiet=quiet, verbose=verbose) as observer:
        report = pipeline.build(
            inputs,
            output,
            source=choose_source(format, on_error, year, venue, limit),
            formats=[] if names == ["none"] else names,
            export=make_options(base_iri=base_iri, title=title),
            corrections=Corrections() if corrections is None else read_corrections(corrections),
            reading=choose_reading(model, workers, fresh),
            min_confidence=min_confidence,
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
    workers: Workers = None,
    fresh: Fresh = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Extract entities from abstracts: JSON Lines in the corpus format to standard output."""
    from kg.collection import collect
    from kg.pipeline import extract_records
    from kg.progress import watch
    from kg.report import describe_skipped

    source = choose_source(format, on_error, year, venue, limit)
    with keep_on_interrupt(), watch(quiet=quiet, verbose=verbose) as observer:
        collection = collect(inputs, source, observer)
        if not quiet:
            for item in collection.skipped:
                print(f"left out: {make_printable(describe_skipped(item))}", file=sys.stderr)  # noqa: T201
        reading = choose_reading(model, workers, fresh)
        for line in extract_records(collection, reading=reading, observer=observer):
            write(line)


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
    with open_lines(extractions) as lines:
        for line in resolve_records(lines, extractions, fixes):
            write(line)
