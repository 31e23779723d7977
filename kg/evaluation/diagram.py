"""The reliability diagram, as an SVG file that any page can show."""

from __future__ import annotations

from collections.abc import Mapping

from kg.evaluation.calibration import Kind, Reliability
from kg.evaluation.templates import render_template

SIDE = 200
"""Width and height of a panel's plot, in pixels."""

_GAP, _LEFT, _TOP, _BOTTOM = 52, 46, 34, 40


def draw_reliability(reliability: Mapping[Kind, Reliability]) -> str:
    """Draw how often the extracted is right, by its confidence: a panel for each kind.

    A bar is as high as the share that is right, a point marks the mean confidence of the bin,
    the number of predictions stands above; where confidences mean what they say, the points lie
    on the diagonal. The same figures give the same text.
    """
    panels = [
        {
            "name": name,
            "x": _LEFT + index * (SIDE + _GAP),
            "error": f"{figures.error:.3f}",
            "number": f"{figures.number:,}",
            "bars": [
                {
                    "x": _round(bin.low * SIDE + 1),
                    "y": _round((1 - bin.right) * SIDE),
                    "width": _round((bin.high - bin.low) * SIDE - 2),
                    "height": _round(bin.right * SIDE),
                    "middle": _round((bin.low + bin.high) / 2 * SIDE),
                    "mean": _round(bin.confidence * SIDE),
                    "number": bin.number,
                }
                for bin in figures.bins
                if bin.number
            ],
        }
        for index, (name, figures) in enumerate(reliability.items())
    ]
    return render_template(
        "reliability.svg.jinja",
        panels=panels,
        side=SIDE,
        top=_TOP,
        width=_LEFT + len(panels) * (SIDE + _GAP) - _GAP + 16,
        height=_TOP + SIDE + _BOTTOM,
    )


def _round(pixels: float) -> str:
    return f"{pixels:.1f}"
