"""Which letters of words an abbreviation has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_REPEATS = "23456"
_SOUNDS = {"2": ("to", "two"), "3": ("three",), "4": ("for", "four")}


def spells_out(short: str, words: Sequence[str]) -> bool:
    """Whether words begin with the letters of a short form, each word with one of them.

    Args:
        short: Key of the short form.
        words: In lower case.
    """
    return len(words) > 1 and short == "".join(word[:1] for word in words)


def abbreviates(short: str, words: Sequence[str]) -> bool:
    """Whether a short form can stand for words: it has their first letter, and others in order.

    A digit may say how often a letter comes (`A3C`), or how often the next one does, or be a
    word that sounds like it (`seq2seq`), or stand for itself. At the end it is mostly a version
    (`ROS2`), unless so many words begin so (`T5`).

    Args:
        short: Key of the short form.
        words: In lower case.
    """
    text = "".join(words)
    spellings = _spell_digits(short)
    if _has_letters(next(spellings), text):
        return True
    if short[-1:].isdecimal():
        return any(spells_out(spelling, words) for spelling in spellings)
    return any(_has_letters(spelling, text) for spelling in spellings)


def _has_letters(letters: str, text: str) -> bool:
    rest = iter(text)
    return letters[:1] == next(rest, "") and all(letter in rest for letter in letters[1:])


def _spell_digits(short: str) -> Iterator[str]:
    """The letters that a short form may stand for, as they are first."""
    letters = "".join(filter(str.isalnum, short))
    yield letters
    digits = [i for i, letter in enumerate(letters) if letter in _REPEATS]
    if len(digits) == 1:
        before, digit, after = letters[: digits[0]], letters[digits[0]], letters[digits[0] + 1 :]
        more = int(digit) - 1
        yield before + before[-1:] * more + after
        if after:
            yield before + after[:1] * more + after
        for word in _SOUNDS.get(digit, ()):
            yield before + word + after
