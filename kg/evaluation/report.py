"""What the command line says of an evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from kg.evaluation.calibration import KINDS, Kind, Reliability
from kg.evaluation.scoring import MEASURES, Figure, Measure, Scores
from kg.terminal import make_table

_NUMBERS = ("P", "R", "F1", "Gold", "Predicted")
_NAMES: Mapping[Measure, str] = {
    "mentions": "mentions, span and type",
    "mentions_untyped": "mentions, span",
    "mentions_overlap": "mentions, overlap and type",
    "entities": "entities",
    "entities_roles": "entities with their role",
    "relations": "relations",
    "results": "results (of, value)",
    "results_full": "results (of, on, metric, value)",
}


def render_scores(scores: Scores, console: Console) -> None:
    """Show the figures: over all, and by type, role and relation."""
    total = {_NAMES[measure]: scores.total[measure] for measure in MEASURES}
    for title, column, figures in (
        ("Figures", "Of", total),
        ("Mentions by type", "Type", scores.types),
        ("Entities with their role, by role", "Role", scores.roles),
        ("Relations by predicate", "Predicate", scores.relations),
    ):
        if figures:
            _render_figures(title, column, figures, console)


def render_reliability(reliability: Mapping[Kind, Reliability], console: Console) -> None:
    """Show how often the extracted is right, by its confidence."""
    numbers = [name for kind in KINDS for name in (kind.capitalize(), "Right")]
    table = make_table("How often it is right", ("Confidence",), numbers)
    kinds = [reliability[kind] for kind in KINDS]
    for bins in zip(*(figures.bins for figures in kinds), strict=True):
        cells = []
        for bin in bins:
            cells += [f"{bin.number:,}", f"{bin.right:.2f}" if bin.number else ""]
        table.add_row(f"{bins[0].low:.1f} to {bins[0].high:.1f}", *cells)
    errors = [cell for figures in kinds for cell in ("", f"{figures.error:.3f}")]
    table.add_row("error (ECE)", *errors)
    console.print(table)


def describe_scores(scores: Scores) -> dict[str, Any]:
    """The figures as JSON holds them."""
    return {
        "total": _describe_figures(scores.total),
        "types": _describe_figures(scores.types),
        "roles": _describe_figures(scores.roles),
        "relations": _describe_figures(scores.relations),
    }


def describe_reliability(reliability: Mapping[Kind, Reliability]) -> dict[str, Any]:
    """The calibration as JSON holds it."""
    return {
        kind: {
            "error": figures.error,
            "bins": [
                {
                    "low": bin.low,
                    "high": bin.high,
                    "number": bin.number,
                    "confidence": bin.confidence,
                    "right": bin.right,
                }
                for bin in figures.bins
            ],
        }
        for kind, figures in reliability.items()
    }


def _render_figures(
    title: str, column: str, figures: Mapping[str, Figure], console: Console
) -> None:
    table = make_table(title, (column,), _NUMBERS)
    for name, figure in figures.items():
        table.add_row(
            name,
            f"{figure.precision:.3f}",
            f"{figure.recall:.3f}",
            f"{figure.f1:.3f}",
            f"{figure.gold:,}",
            f"{figure.predicted:,}",
        )
    console.print(table)


def _describe_figures(figures: Mapping[str, Figure]) -> dict[str, dict[str, float]]:
    return {
        name: {
            "p": figure.precision,
            "r": figure.recall,
            "f1": figure.f1,
            "gold": figure.gold,
            "predicted": figure.predicted,
        }
        for name, figure in figures.items()
    }
