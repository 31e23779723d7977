"""What can be had from a graph: `kg query`, `kg show`, `kg stats`, `kg report`, `kg export`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import app
from kg.cli.options import GRAPH, BaseIri, GraphPath
from kg.cli.streams import read_text, stop_quietly, write
from kg.errors import FormatError
from kg.terminal import make_console

SHARED_REPORTED = 100
MERGES_REPORTED = 20


class Answer(StrEnum):
    """How the answer of a query is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    TTL = "ttl"


@app.command()
def query(
    graph: Annotated[Path | None, GRAPH] = None,
    sparql: Annotated[str | None, typer.Argument(metavar="SPARQL", help="The query.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="A file that holds the query.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="A query of the cookbook (see --list).")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--with", metavar="NAME=VALUE", help="Set what the query of --name lets you set."
        ),
    ] = None,
    listing: Annotated[
        bool, typer.Option("--list", help="List the cookbook: queries with names.")
    ] = False,
    format: Annotated[
        Answer | None,
        typer.Option("--format", help="How to write the answer; a table where absent."),
    ] = None,
) -> None:
    """Ask a SPARQL query; the prefixes that kg uses need not be declared."""
    from kg.graph import load_store
    from kg.query import find_recipe, list_recipes, parse_settings, run_query
    from kg.report import render_answer, render_recipes

    if listing:
        render_recipes(list_recipes(), make_console())
        return
    if graph is None:
        raise typer.BadParameter("name a graph: an output folder, a store, or a Turtle file")
    if [sparql, file, name].count(None) != 2:
        raise typer.BadParameter("give a query, or --file, or --name")
    if settings and name is None:
        raise typer.BadParameter("--with goes with --name")
    if name is not None:
        text = find_recipe(name).fill(parse_settings(settings or ()))
    else:
        text = sparql if sparql is not None else read_text(file)
    answer = run_query(load_store(graph), text)
    if format is None or format is Answer.TABLE:
        render_answer(answer, make_console())
    else:
        write(answer.serialize(format.value))


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
        write(f"{name} also means {', '.join(others)}\n")


@app.command()
def stats(graph: GraphPath) -> None:
    """Show what a graph holds: counts by type, and the most shared entities."""
    from kg.graph import load
    from kg.report import render_statistics

    render_statistics(load(graph).tables, make_console())


class Listing(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"


@app.command()
def report(
    graph: GraphPath,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            min=1,
            help="How many of each list; 100 shared entities and 20 merges where absent.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Another number draws other merges.")] = 0,
    format: Annotated[
        Listing, typer.Option("--format", help="Text, or JSON for another program.")
    ] = Listing.TEXT,
) -> None:
    """List what to judge a graph by: the most shared entities, random and unsure merges."""
    from kg.graph import load
    from kg.inspection import inspect_graph, render_inspection, serialize_inspection

    found = inspect_graph(
        load(graph).tables,
        shared=limit or SHARED_REPORTED,
        merges=limit or MERGES_REPORTED,
        seed=seed,
    )
    if format is Listing.JSON:
        write(serialize_inspection(found))
    else:
        render_inspection(found, make_console())


@app.command()
def export(
    graph: GraphPath,
    format: Annotated[str, typer.Option("--format", help="Name of the format (see `kg formats`).")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="What to write; - is standard output. A folder goes into GRAPH where absent.",
        ),
    ] = None,
    base_iri: BaseIri = None,
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
        if exporter.is_folder:
            raise FormatError(f"{format} is a folder; name one with --output")
        with tempfile.TemporaryDirectory(prefix="kg-") as folder:
            path = Path(folder) / exporter.file_name
            render_notes(format, loaded.export(format, path, options), console)
            with path.open("rb") as file, stop_quietly():
                shutil.copyfileobj(file, sys.stdout.buffer)
                sys.stdout.buffer.flush()
        return
    if output is not None:
        path = output
    else:
        # There kg query finds a store.
        beside = exporter.is_folder and (graph / "tables").is_dir()
        path = graph / exporter.file_name if beside else Path(exporter.file_name)
    render_export(loaded.export(format, path, options), path, console)


@app.command()
def formats() -> None:
    """List the formats that are read and written."""
    from kg.report import render_formats

    render_formats(make_console())
