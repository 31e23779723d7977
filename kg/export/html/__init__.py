"""The graph as one offline HTML page that is explored in a browser."""

from __future__ import annotations

from pathlib import Path

from kg.errors import OutputError
from kg.export.html.details import describe
from kg.export.html.layout import place_nodes
from kg.export.html.network import build_network
from kg.export.html.page import render_page
from kg.export.html.selection import select
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.tables import Tables


def export(tables: Tables, path: Path, options: ExportOptions) -> ExportReport:
    """Write the page `path`.

    Args:
        tables: The graph.
        path: The file to write.
        options: Its `title` is the heading of the page.

    Returns:
        Notes on what the page leaves out, where it leaves out anything.

    Raises:
        OutputError: The file cannot be written.
    """
    selection = select(tables)
    network = build_network(selection, place_nodes(selection))
    title = "".join(c if c.isprintable() or c.isspace() else "\ufffd" for c in options.title)
    page = render_page(
        title,
        network,
        describe(tables, selection),
        selection.notes,
        overview=selection.overview,
    )
    try:
        path.write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror})") from None
    replaced = sum(a != b for a, b in zip(title, options.title, strict=True))
    return ExportReport(replaced=replaced, notes=selection.notes)


FORMAT = ExportFormat(
    name="html",
    file_name="graph.html",
    description="One offline page to explore the graph in a browser",
    export=export,
    readers="any browser",
)
