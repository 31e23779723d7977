"""Trained weights and settings of a component, as spaCy saves and loads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import srsly

from kg.extract.classifier import Classifier

_SETTINGS = "settings.json"


class Trained:
    """A component with classifiers and a few numbers that were chosen when it was trained.

    Attributes:
        classifiers: By name, which is that of the file that holds the weights.
        settings: Thresholds and the like.
    """

    def __init__(
        self, classifiers: Mapping[str, Classifier], settings: Mapping[str, float]
    ) -> None:
        self.classifiers = dict(classifiers)
        self.settings = dict(settings)

    def to_bytes(self, *, exclude: Sequence[str] = ()) -> bytes:  # noqa: ARG002
        """Weights and settings."""
        weights = {name: item.to_bytes() for name, item in sorted(self.classifiers.items())}
        data: bytes = srsly.msgpack_dumps({"settings": self.settings, "weights": weights})
        return data

    def from_bytes(self, data: bytes, *, exclude: Sequence[str] = ()) -> Self:  # noqa: ARG002
        """Take what `to_bytes` gave."""
        held = srsly.msgpack_loads(data)
        self.settings = held["settings"]
        self.classifiers = {
            name: Classifier.from_bytes(item) for name, item in held["weights"].items()
        }
        return self

    def to_disk(self, path: Path, *, exclude: Sequence[str] = ()) -> None:  # noqa: ARG002
        """Write weights and settings into the folder `path`."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        for name, item in self.classifiers.items():
            (folder / f"{name}.npz").write_bytes(item.to_bytes())
        srsly.write_json(folder / _SETTINGS, self.settings)

    def from_disk(self, path: Path, *, exclude: Sequence[str] = ()) -> Self:  # noqa: ARG002
        """Read them from the folder `path`."""
        folder = Path(path)
        self.settings = srsly.read_json(folder / _SETTINGS)
        self.classifiers = {
            name: Classifier.from_bytes((folder / f"{name}.npz").read_bytes())
            for name in self.classifiers
        }
        return self
