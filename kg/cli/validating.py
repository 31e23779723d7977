"""`kg validate`: whether a graph is what the shapes say."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.cli.app import app
from kg.cli.options import GraphPath
from kg.terminal import make_console


@app.command()
def validate(
    graph: GraphPath,
    limit: Annotated[
        int, typer.Option("--limit", min=1, help="Show so many violations at the most.")
    ] = 20,
) -> None:
    """Check a graph by ontology/shapes.ttl: what is missing, contradicts itself or its texts."""
    from kg.graph import load_store
    from kg.report import render_findings
    from kg.validation import validate as find

    store = load_store(graph)
    findings = find(store)
    render_findings(findings, store, limit, make_console())
    if findings:
        raise typer.Exit(1)
