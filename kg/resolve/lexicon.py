"""Abbreviations of the field, counted over many abstracts.

In a few dozen abstracts most abbreviations are never written out, though every reader knows
that an LLM is a large language model. The lexicon says what abbreviations were defined as,
and in how many abstracts.

It is data, the file `abbreviations.tsv` beside this module, computed from 86,910 abstracts of
25 conferences on machine learning and its fields by

    python -m kg.resolve.lexicon_mining abstracts.jsonl.gz > kg/resolve/abbreviations.tsv

The file holds counts and the names that were counted, and no text of an abstract. It comes under
the project's own licence (MIT, see `LICENSE`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from kg.resolve.names import Name, fold_name

FILE = "abbreviations.tsv"


@cache
def load_lexicon() -> Mapping[str, Mapping[Name, int]]:
    """From the key of an abbreviation to its long forms, with the number of abstracts."""
    lexicon: dict[str, dict[Name, int]] = {}
    for line in files("kg.resolve").joinpath(FILE).read_text("utf-8").splitlines():
        short, long, count = line.split("\t")
        lexicon.setdefault(short, {})[fold_name(long)] = int(count)
    return lexicon
