"""Options that several commands have."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.errors import FilterError

if TYPE_CHECKING:
    from kg.collection import SourceOptions
    from kg.extract import ReadingOptions


class OnError(StrEnum):
    """What happens when something of the input cannot be read."""

    FAIL = "fail"
    SKIP = "skip"


def _check_confidence(value: float) -> float:
    from kg.confidence import check_min_confidence

    try:
        check_min_confidence(value)
    except FilterError as error:
        raise typer.BadParameter(str(error)) from None
    return value


GRAPH = typer.Argument(metavar="GRAPH", help="An output folder, a store, or a Turtle file.")
GraphPath = Annotated[Path, GRAPH]
Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT...", help="Files and folders with abstracts; - is standard input."
    ),
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
BaseIri = Annotated[str | None, typer.Option("--base-iri", help="Namespace of the data's IRIs.")]
MinConfidence = Annotated[
    float,
    typer.Option(
        "--min-confidence",
        help="Leave out of the graph what is less sure, from 0 to 1: an entity with all that"
        " hangs on it; a role, while its entity stays; a relation; a result; a link."
        " extractions.jsonl holds it nevertheless.",
        show_default=False,
        metavar="X",
        callback=_check_confidence,
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers", min=1, help="Processes that read abstracts; as many as processors by default."
    ),
]
Fresh = Annotated[
    bool, typer.Option("--fresh", help="Read all abstracts again, even those that are known.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say how long each stage took.")]


def choose_reading(model: Path | None, workers: int | None, fresh: bool) -> ReadingOptions:
    """What the options of the command line say of how abstracts are read."""
    from kg.extract import ReadingOptions, count_processors

    return ReadingOptions(model, workers or count_processors(), fresh)


def choose_source(
    format: str | None,
    on_error: OnError,
    year: str | None,
    venue: list[str] | None,
    limit: int | None,
) -> SourceOptions:
    """What the options of the command line say of the abstracts to take.

    Raises:
        BadParameter: The years are none.
    """
    from kg.collection import SourceOptions
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
