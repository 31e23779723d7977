"""British and American spelling of English words made one."""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = {
    "analogue": "analog",
    "artefact": "artifact",
    "catalogue": "catalog",
    "centre": "center",
    "defence": "defense",
    "dialogue": "dialog",
    "fibre": "fiber",
    "grey": "gray",
    "licence": "license",
    "metre": "meter",
    "offence": "offense",
    "programme": "program",
    "sceptical": "skeptical",
}
# Words whose `-ise` is no suffix: `supervise`, `denoise`, `pairwise`, `exercise`, `comprise`.
_NO_SUFFIX = re.compile(r"(?:[cv]|pr|no|ra|w|gu|pert|prom|prem)is(?:ation|ing|e|ed|er|able)$")
_RULES = (
    (re.compile(r"(?<=[a-z]{3})is(?=(?:ation|ing|e|ed|er|able)$)"), "iz"),
    (re.compile(r"ys(?=(?:ing|e|ed|er)$)"), "yz"),
    (re.compile(r"(?<=[a-z]{3})our(?=(?:al|ed|ing|able|ful)?$)"), "or"),
    (re.compile(r"(?<=[aeiou])ll(?=(?:ing|ed|er)$)"), "l"),
)


@lru_cache(65_536)
def spell_american(word: str) -> str:
    """The word as American English spells it, where British English differs.

    The result is for comparison: a few words that have one spelling only change too, all in
    the same way.
    """
    if word in _WORDS:
        return _WORDS[word]
    if _NO_SUFFIX.search(word):
        return word
    for pattern, american in _RULES:
        word = pattern.sub(american, word)
    return word
