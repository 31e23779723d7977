"""Evaluation: what an extraction got right, measured against annotated abstracts.

It compares records with records, whatever wrote them: the pipeline of the package, another
one, or a second annotator.
"""

from __future__ import annotations

from kg.evaluation.calibration import Reliability, measure_reliability
from kg.evaluation.diagram import draw_reliability
from kg.evaluation.pairs import Pair, pair_extractions
from kg.evaluation.scoring import Figure, Scores, score

__all__ = [
    "Figure",
    "Pair",
    "Reliability",
    "Scores",
    "draw_reliability",
    "measure_reliability",
    "pair_extractions",
    "score",
]
