"""From which confidence on something is to be stated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kg.extract.classifier import Floats


def choose_threshold(scores: Floats, right: NDArray[np.bool_], total: int) -> float:
    """The least score that is to be taken for the best F1, to two places.

    Args:
        scores: Of all that may be taken.
        right: Whether each is right.
        total: How many right ones there are, with those that nothing offers.
    """
    grid = np.arange(0.05, 0.96, 0.01)
    best = [2 * right[scores >= t].sum() / max((scores >= t).sum() + total, 1) for t in grid]
    return round(float(grid[int(np.argmax(best))]), 2)
