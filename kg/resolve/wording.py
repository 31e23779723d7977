"""Whether two long forms of one abbreviation are the same, worded in another way."""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

from kg.resolve.names import Name, Words

# The share of two words that must be common for them to be forms of one (`convolution`).
_SAME_STEM = 0.65
# And how long the shorter of two is at least if the longer one only adds an ending
# (`program`, `programming`).
_SHORTEST_STEM = 3
# Words that do not tell two long forms of one abbreviation apart (`learning from
# demonstration`, `learning by demonstration`).
_PASSED = frozenset(["a", "an", "and", "by", "for", "from", "in", "of", "on", "the", "to", "with"])
_TYPING_ERRORS = 2
_SHORTEST_WITH_ERRORS = 12
_CUT_OFF = len("non")


def are_rewordings(one: Name, other: Name) -> bool:
    """Whether two long forms of one abbreviation are the same but for endings, or typing errors.

    One may also have words after those of the other (`structural similarity index`), which it
    would not where nothing is known of an abbreviation.
    """
    if are_inflections(one, other):
        return True
    if one.words == other.words[: len(one.words)] or other.words == one.words[: len(other.words)]:
        return True
    shorter, longer = sorted((one.key, other.key), key=len)
    return len(shorter) >= _SHORTEST_WITH_ERRORS and (
        # A long form may lack its first letters: `(non)negative matrix factorization`.
        (longer.endswith(shorter) and len(longer) - len(shorter) <= _CUT_OFF)
        or Levenshtein.distance(shorter, longer, score_cutoff=_TYPING_ERRORS) <= _TYPING_ERRORS
    )


def are_inflections(one: Name, other: Name) -> bool:
    """Whether two names have the same words in other forms (`squared`, `square`).

    Prepositions and the like between them may differ.
    """
    words, others = _drop_passed(one), _drop_passed(other)
    return len(words) == len(others) and all(map(_are_related, words, others))


def _drop_passed(name: Name) -> Words:
    return tuple(word for word in name.words if word not in _PASSED) or name.words


def _are_related(one: str, other: str) -> bool:
    if {one, other} == {"vision", "visual"}:
        return True
    if min(len(one), len(other)) >= _SHORTEST_STEM and (
        one.startswith(other) or other.startswith(one)
    ):
        return True
    common = 0
    while common < min(len(one), len(other)) and one[common] == other[common]:
        common += 1
    return common >= _SAME_STEM * max(len(one), len(other))
