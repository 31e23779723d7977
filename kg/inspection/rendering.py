"""An inspection as text for a reader and as JSON for another program."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from rich.console import Console
from rich.padding import Padding

from kg.inspection.doubt import Reason
from kg.inspection.inspection import Inspection, Merge
from kg.terminal import make_table, style_text

ALIASES_SHOWN = 5

_REASONS: Mapping[Reason, str] = {
    "unlike": "is unlike the commonest name, and other abstracts do not say that it is one",
    "ambiguous": "is a name of other entities too",
    "types": "was extracted with other types",
}


def serialize_inspection(inspection: Inspection) -> str:
    """One JSON object with the attributes of an inspection, ending in a line feed."""
    return json.dumps(asdict(inspection), ensure_ascii=False, indent=1) + "\n"


def render_inspection(inspection: Inspection, console: Console) -> None:
    """Print an inspection."""
    console.print(
        f"{inspection.entities:,} entities, {inspection.merged:,} of them with several names"
        " (plurals and capitals aside)."
    )
    if inspection.shared:
        table = make_table("Most shared", ("Entity", "Type", "Aliases"), ("Abstracts", "Mentions"))
        for entity in inspection.shared:
            table.add_row(
                style_text(entity.name),
                entity.type,
                style_text(_list_aliases(entity.aliases)),
                f"{entity.abstracts:,}",
                f"{entity.mentions:,}",
            )
        console.print(table)
    _render_merges("Merges drawn at random", inspection.random, console)
    _render_merges("Merges that are least sure", inspection.unsure, console)


def _render_merges(title: str, merges: Iterable[Merge], console: Console) -> None:
    console.print(style_text((title, "bold")))
    for merge in merges:
        console.print(style_text((merge.name, "bold"), f"  {merge.type}  {merge.id}"))
        why = f": {merge.doubtful} {_REASONS[merge.reason]}" if merge.doubt else ""
        console.print(style_text(f"  doubt {merge.doubt:.2f}{why}"))
        for context in merge.contexts:
            console.print(style_text(f"  {context.form}  {context.abstracts:,}"))
            console.print(Padding(style_text(context.sentence), (0, 0, 0, 4)))


def _list_aliases(aliases: tuple[str, ...]) -> str:
    """The first of the aliases that differ in more than capitals, and how many more there are."""
    different = list({alias.casefold(): alias for alias in reversed(aliases)}.values())[::-1]
    shown = ", ".join(different[:ALIASES_SHOWN])
    more = len(different) - ALIASES_SHOWN
    return f"{shown} and {more:,} more" if more > 0 else shown
