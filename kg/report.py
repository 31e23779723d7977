"""What the command line says of a build, a graph, an answer, an export."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from rich.console import Console
from rich.table import Table

from kg.export.registry import ExportReport, find_format, list_formats
from kg.records import ENTITY_TYPES, ROLES, Skipped
from kg.tables import Row, Tables
from kg.terminal import make_console, make_table, style_text

if TYPE_CHECKING:
    from pyoxigraph import Store

    from kg.pipeline import BuildReport
    from kg.query import QueryResult, Recipe
    from kg.validation import Finding

SHARED_SHOWN = 10
SKIPPED_SHOWN = 5


def render_build(report: BuildReport, tables: Tables, console: Console) -> None:
    """Say what a build read, found, skipped and wrote."""
    console.print(
        f"{_count(report.places, 'abstract')} in {_count(report.documents, 'document')},"
        f" {report.abstracts:,} of them distinct."
    )
    render_statistics(tables, console)
    if report.skipped:
        console.print(style_text(f"Left out: {len(report.skipped):,} (all in skipped.jsonl)"))
        for item in report.skipped[:SKIPPED_SHOWN]:
            console.print(style_text(f"  {describe_skipped(item)}"))
    for note in report.notes:
        console.print(style_text(f"corrections: {note}"))
    for name, export in report.exports.items():
        render_notes(name, export, console)
    console.print(style_text(f"Written to {report.output}:"))
    for path in _list_files(report.output):
        console.print(style_text(f"  {path}"))


def describe_skipped(item: Skipped) -> str:
    """What was left out, where, and why."""
    place = item.document if item.line is None else f"{item.document}:{item.line}"
    return " ".join(f"{place}: {item.reason}".split())


def render_statistics(tables: Tables, console: Console) -> None:
    """Say how much of what a graph holds, and which entities most abstracts share."""
    entities = tables.read("entities", ("id", "type", "name", "abstracts", "mentions"))
    console.print(_tabulate_types(entities))
    statements = tables.read("statements", ("category", "predicate"))
    console.print(_tabulate_statements(_count_rows(statements, "category", "predicate")))
    order = [("abstracts", "descending"), ("mentions", "descending"), ("id", "ascending")]
    ranked = entities.filter(pc.greater(entities["abstracts"], 1)).sort_by(order)
    shared = ranked.slice(0, SHARED_SHOWN).to_pylist()
    if shared:
        table = _make_table("Most shared", "Entity", "Type", "Abstracts", "Mentions")
        for row in shared:
            table.add_row(
                style_text(row["name"]),
                row["type"],
                f"{row['abstracts']:,}",
                f"{row['mentions']:,}",
            )
        console.print(table)


def render_answer(answer: QueryResult, console: Console) -> None:
    """Show the answer of a query: a table for SELECT, yes or no for ASK, Turtle for a graph."""
    if answer.boolean is not None:
        console.print("yes" if answer.boolean else "no")
        return
    if answer.variables is None:
        console.print(style_text(answer.serialize("ttl").rstrip()), soft_wrap=True)
        return
    table = Table()
    for name in answer.variables:
        table.add_column(style_text(name))
    for row in answer.rows:
        table.add_row(*(style_text("" if value is None else value) for value in row))
    _print_wide(table, console)
    console.print(_count(len(answer.rows), "row"))


def render_recipes(recipes: Iterable[Recipe], console: Console) -> None:
    """List the queries of the cookbook, with what each answers and what can be set in it."""
    table = _make_table("Cookbook", "Name", "Question", "Settings")
    for recipe in recipes:
        settings = ", ".join(
            f"{name}={value}".replace('"', "").replace("=kg:", "=")
            for name, value in recipe.settings.items()
        )
        table.add_row(recipe.name, style_text(recipe.question), style_text(settings))
    _print_wide(table, console)


def render_export(report: ExportReport, path: Path, console: Console) -> None:
    """Say where an export lies and what the reader of it should know."""
    render_notes(str(path), report, console)
    console.print(style_text(f"Written to {path}"))


def render_notes(name: str, report: ExportReport, console: Console) -> None:
    """Say what an export could not hold or left out."""
    if report.replaced:
        console.print(
            style_text(f"{name}: {_count(report.replaced, 'character')} replaced by U+FFFD")
        )
    for note in report.notes:
        console.print(style_text(f"{name}: {note}"))


def render_findings(
    findings: Sequence[Finding], store: Store, limit: int, console: Console
) -> None:
    """Say what is wrong in a graph: of each node its name, what is wrong, and its sentence."""
    from kg.validation.naming import find_sentence, name_focus

    if not findings:
        console.print(f"The graph conforms: {_count(len(store), 'triple')}, no violation.")
        return
    focus = None
    for finding in findings[:limit]:
        if finding.focus != focus:
            focus = finding.focus
            console.print(style_text((name_focus(store, focus) or focus, "bold")))
            console.print(style_text(focus))
            sentence = find_sentence(store, focus)
            if sentence is not None:
                console.print(style_text(f"  “{sentence}”"))
        path = finding.path
        where = f"{path}: " if path is not None and path not in finding.message else ""
        value = "" if finding.value in {None, focus} else f" Found: {_call(store, finding.value)}"
        console.print(style_text(f"  {where}{finding.message}{value}"))
    nodes = len({finding.focus for finding in findings})
    shown = "" if len(findings) <= limit else f"; the first {limit} are shown, --limit shows more"
    console.print(f"{_count(len(findings), 'violation')} at {_count(nodes, 'node')}{shown}")


def _call(store: Store, value: str | None) -> str:
    """What a value is called where it is a node that has a name, else the value."""
    from kg.validation.naming import name_focus

    try:
        return name_focus(store, value or "") or str(value)
    except ValueError:  # no IRI
        return str(value)


def render_formats(console: Console) -> None:
    """List the formats that are read and written."""
    from kg.sources.registry import find_format as find_source
    from kg.sources.registry import list_formats as list_sources

    table = _make_table("Read", "Format", "What it is")
    for name in list_sources():
        table.add_row(name, style_text(find_source(name).description))
    console.print(table)
    table = _make_table("Written", "Format", "File", "What it is", "Read by")
    for name in list_formats():
        exporter = find_format(name)
        file = f"{exporter.file_name}/" if exporter.is_folder else exporter.file_name
        table.add_row(name, file, style_text(exporter.description), style_text(exporter.readers))
    console.print(table)


def _print_wide(table: Table, console: Console) -> None:
    """Print a table, unfolded where it goes to a pipe, which has no width."""
    if console.is_terminal:
        console.print(table)
    else:
        make_console(width=100_000).print(table)


def _tabulate_types(entities: pa.Table) -> Table:
    shared = pc.cast(pc.greater(entities["abstracts"], 1), pa.int32())
    entities = entities.append_column("shared", shared)
    counts = _count_rows(entities, "type", total=("shared", "mentions"))
    of_type = {row["type"]: row for row in counts}
    table = _make_table("Entities", "Type", "Entities", "Shared", "Mentions")
    for type_ in ENTITY_TYPES:
        if type_ in of_type:
            row = of_type[type_]
            numbers = (row["count_all"], row["shared_sum"], row["mentions_sum"])
            table.add_row(type_, *(f"{number:,}" for number in numbers))
    return table


def _count_rows(rows: pa.Table, *by: str, total: Sequence[str] = ()) -> list[Row]:
    """How many rows there are for each distinct values of `by`, and the sums of `total`."""
    sums = [(column, "sum") for column in total]
    return list(rows.group_by([*by]).aggregate([([], "count_all"), *sums]).to_pylist())


def _tabulate_statements(rows: Iterable[Row]) -> Table:
    counts = {(row["category"], row["predicate"]): row["count_all"] for row in rows}
    order = {"role": 0, "relation": 1, "link": 2, "metadata": 3}
    roles = {role: number for number, role in enumerate(ROLES)}
    table = _make_table("Statements", "Kind", "Predicate", "Count")
    for (category, predicate), count in sorted(
        counts.items(),
        key=lambda item: (
            order[item[0][0]],
            roles[item[0][1]] if item[0][0] == "role" else 0,
            -item[1],
            item[0][1],
        ),
    ):
        table.add_row(category, predicate, f"{count:,}")
    return table


def _make_table(title: str, *columns: str) -> Table:
    numbers = {"Entities", "Shared", "Mentions", "Count", "Abstracts"}
    return make_table(
        title,
        (column for column in columns if column not in numbers),
        (column for column in columns if column in numbers),
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _list_files(folder: Path) -> list[str]:
    files = [
        f"{path.name}  {_show_size(path.stat().st_size)}"
        if path.is_file()
        else f"{path.name}/  {_show_size(sum(f.stat().st_size for f in path.iterdir()))}"
        for path in sorted(folder.iterdir())
        if path.name != "tables"
    ]
    return [f"tables/  {_count(len(list((folder / 'tables').iterdir())), 'table')}", *files]


def _show_size(size: float) -> str:
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
