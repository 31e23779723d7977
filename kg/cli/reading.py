"""`kg query`, `kg show`, `kg stats`, `kg export` and `kg formats`: what can be had from a graph."""

from __future__ import annotations

import shutil
import sys
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import app
from kg.cli.options import GraphPath
from kg.cli.streams import read_text, stop_quietly, write
from kg.terminal import make_console


class Answer(StrEnum):
    """How the answer of a query is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    TTL = "ttl"


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
    text = sparql if sparql is not None else read_text(file)
    store = load(graph).store if graph.is_dir() else open_graph(graph)
    answer = run_query(store, text or "")
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
            with path.open("rb") as file, stop_quietly():
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
