"""Somebody who watches a long run."""

from __future__ import annotations

from typing import Protocol


class Observer(Protocol):
    """Told of each stage of a run."""

    def begin(self, stage: str, total: int | None = None) -> None:
        """A stage begins, with so many steps where their number is known."""

    def advance(self, count: int = 1) -> None:
        """So many steps more are done."""

    def note(self, text: str) -> None:
        """Something happened that whoever watches should know."""


class _Nobody:
    def begin(self, stage: str, total: int | None = None) -> None:
        pass

    def advance(self, count: int = 1) -> None:
        pass

    def note(self, text: str) -> None:
        pass


NOBODY: Observer = _Nobody()
