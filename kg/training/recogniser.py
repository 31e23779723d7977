"""The entity recogniser: spaCy's `ner` over `kg.Tok2Vec.v1`, as the files beside this one say.

Where there are silver labels, it learns from these first and from the annotated abstracts then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import spacy
from spacy.language import Language
from spacy.training.initialize import init_nlp
from spacy.training.loop import DIR_MODEL_BEST
from spacy.training.loop import train as train_loop
from spacy.util import load_config, load_model_from_config
from thinc.api import Config, get_current_ops, set_current_ops

from kg.training import tokenizer  # noqa: F401  (registers its callback)
from kg.training.operations import BlasOps

_FOLDER = Path(__file__).parent
CONFIGURATION = _FOLDER / "recogniser.cfg"
_SILVER = _FOLDER / "silver.cfg"
_GOLD = _FOLDER / "gold.cfg"


class RecogniserTraining:
    """Trains recognisers on one corpus; what they learn from silver labels is learned once.

    Args:
        folder: An empty folder to work in.
        paths: `train` and `dev`, files of annotated abstracts, the latter to stop on; `vectors`,
            a folder that `train_vectors` wrote; and, where there is one, `silver`, a file like
            `train` that a pipeline labelled.
        overrides: Settings of `recogniser.cfg` to change, by their dotted names.
        log: Where the progress is written.
    """

    def __init__(
        self,
        folder: Path,
        paths: Mapping[str, Path],
        *,
        overrides: Mapping[str, Any],
        log: TextIO,
    ) -> None:
        self._folder = folder
        self._paths = dict(paths)
        self._silver = self._paths.pop("silver", None)
        self._overrides = dict(overrides)
        self._log = log
        self._runs = 0
        self._pretrained: Path | None = None

    def train(self, *, folds: int = 0, left_out: int = 0) -> Language:
        """A recogniser of the annotated abstracts, of which a part may be left out.

        The same files and settings give the same weights.

        Args:
            folds: Into how many parts the abstracts are divided, each in turn; 0 for none.
            left_out: Number of the part that is left out.
        """
        kept = {"corpora.train.folds": folds, "corpora.train.left_out": left_out}
        with _set_operations():
            if self._silver is None:
                config = self._configure(CONFIGURATION, kept)
                return spacy.load(self._run(init_nlp(config)))
            if self._pretrained is None:
                config = self._configure(_SILVER, {"paths.train": str(self._silver)})
                self._pretrained = self._run(init_nlp(config))
            nlp = spacy.load(self._pretrained)
            nlp.config = load_model_from_config(self._configure(_GOLD, kept), auto_fill=True).config
            return spacy.load(self._run(nlp))

    def _configure(self, changes: Path, overrides: Mapping[str, Any]) -> Config:
        base = load_config(CONFIGURATION).merge(load_config(changes))
        paths = {f"paths.{name}": str(path) for name, path in self._paths.items()}
        # Left as variables, the files of the corpus do not become part of the pipeline.
        return Config().from_str(
            base.to_str(), overrides={**paths, **overrides, **self._overrides}, interpolate=False
        )

    def _run(self, nlp: Language) -> Path:
        self._runs += 1
        output = self._folder / str(self._runs)
        output.mkdir()
        train_loop(nlp, output, stdout=self._log, stderr=self._log)
        return output / DIR_MODEL_BEST


@contextmanager
def _set_operations() -> Iterator[None]:
    before = get_current_ops()
    set_current_ops(BlasOps())
    try:
        yield
    finally:
        set_current_ops(before)
