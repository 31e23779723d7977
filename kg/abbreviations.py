"""Abbreviations: long and short forms that a text itself puts side by side.

After Schwartz and Hearst (2003), "A simple algorithm for identifying abbreviation definitions
in biomedical text": a bracket after a phrase, the letters of the one found in the words of the
other. Theirs takes the shortest phrase that has the letters (`Neighbor Normalization` for
`NNN`) and cannot read `D3M`. Here the letters are aligned at least cost, a letter that begins
a word being cheapest, and a digit may stand for a repeated letter or for a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

_BRACKET = re.compile(r"[(\[]([^()\[\]\n]{2,120})[)\]]")
# What may stand around a form and is no part of it.
_WRAPPING = " \t\r~\"'“”‘’`*_{}$«»"
_COMMAND = re.compile(r"\\[A-Za-z]+\s*\{")
_LEAD = re.compile(
    r"(?:(?:also|henceforth|hereafter|referred to as|abbreviated as|or|called|termed|dubbed|known"
    r"|short|for|named|denoted|as|by)[\s,:]+)+",
    re.IGNORECASE,
)
_SHORT = re.compile(r"[^\W_][\w.+/&'’*-]*(?: [^\W_][\w.+/&-]*)?")
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"[.!?;:]\s+(?=[^a-z\s])|\n\s*\n|[()\[\]]")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_PLURAL = re.compile(r"(?<=[^\W\d_a-z])(?:['’]?s|es)$")
# Words that an abbreviation passes over.
_LINKS = frozenset((
    "a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "is", "of", "on", "onto",
    "or", "over", "per", "the", "to", "toward", "towards", "under", "using", "via", "vs", "with",
    "without",
))  # fmt: skip
_NUMBERS = {"1": "o", "2": "t", "3": "t", "4": "f", "5": "f", "6": "s"}
_Word = tuple[int, int, str, bool]  # start, end, form, whether a hyphen stands before it
_MAX_LETTERS = 12
_INSIDE, _INSIDE_ALONE, _PASSED_LINK, _PASSED_WORD, _UNMATCHED = 1.0, 1.8, 0.3, 1.6, 9.0
_CAPITAL_INSIDE = 0.1
_WORST = 0.8  # mean cost of a letter


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A short form and the long form that the text gives for it, as characters of the text."""

    short_start: int
    short_end: int
    long_start: int
    long_end: int


def find_abbreviations(text: str) -> Iterator[Abbreviation]:
    """Pairs of long and short form in `text`, in order of the bracket that shows them.

    Both orders count, `long form (LF)` and `LF (long form)`. Quotes, LaTeX commands and what
    follows a comma in the bracket (`WSJ, 2021`) are no part of the short form.
    """
    for bracket in _BRACKET.finditer(text):
        found = _read_long_before(text, bracket) or _read_short_before(text, bracket)
        if found is not None:
            yield found


def _read_long_before(text: str, bracket: re.Match[str]) -> Abbreviation | None:
    start, end = _unwrap(text, bracket.start(1), bracket.end(1))
    lead = _LEAD.match(text, start, end)
    if lead and lead.end() < end:
        start, end = _unwrap(text, lead.end(), end)
    for separator in (",", ";", ":"):
        cut = text.find(separator, start, end)
        if cut > start:
            start, end = _unwrap(text, start, cut)
    short = text[start:end]
    if not is_short_form(short):
        return None
    words = _words_before(text, bracket.start(), short)
    for candidate in _spellings(short):
        best = _align(candidate, words)
        if best is not None:
            return Abbreviation(start, end, best[0], best[1])
    return None


def _read_short_before(text: str, bracket: re.Match[str]) -> Abbreviation | None:
    head = text[max(0, bracket.start() - 40) : bracket.start()].rstrip(_WRAPPING)
    match = re.search(r"[^\W_][^\s(){}\[\]$\\~\"'“”,;:]*$", head)
    if match is None:
        return None
    start = max(0, bracket.start() - 40) + match.start()
    end = start + len(match.group())
    if not is_short_form(text[start:end]):
        return None
    inner_start, inner_end = _unwrap(text, bracket.start(1), bracket.end(1))
    cut = re.compile(r"[,;:]").search(text, inner_start, inner_end)
    words = _split_words(text, inner_start, cut.start() if cut else inner_end)
    if not 2 <= len(words) <= _MAX_LETTERS + 5:
        return None
    for candidate in _spellings(text[start:end]):
        best = _align(candidate, words, whole=True)
        if best is not None:
            return Abbreviation(start, end, best[0], best[1])
    return None


def is_short_form(form: str) -> bool:
    """Whether `form` can be an abbreviation: a capital or digit in it, and no citation."""
    if not 2 <= len(form) <= 24 or not _SHORT.fullmatch(form) or _YEAR.search(form):
        return False
    letters = [char for char in form if char.isalpha()]
    if not letters or len(letters) + sum(map(str.isdigit, form)) < 2:
        return False
    capitals = sum(not char.islower() for char in letters)
    if " " in form and capitals < 2:
        return False
    # "Fig", "Section", "Smith": a capital first and nothing else is a word.
    if capitals > 1 or any(map(str.isdigit, form)):
        return True
    return capitals == 1 and not form[0].isupper()


def _unwrap(text: str, start: int, end: int) -> tuple[int, int]:
    while True:
        before = start, end
        while start < end and text[start] in _WRAPPING:
            start += 1
        while end > start and text[end - 1] in _WRAPPING:
            end -= 1
        command = _COMMAND.match(text, start, end)
        if command and command.end() < end:
            start = command.end()
        if before == (start, end):
            return start, end


def _split_words(text: str, start: int, end: int) -> list[_Word]:
    words = []
    for match in _WORD.finditer(text, start, end):
        before = text[match.start() - 1 : match.start()] if match.start() > start else ""
        if before == "\\" or (before in ("'", "’") and len(match.group()) == 1):
            continue
        words.append((match.start(), match.end(), match.group(), before == "-"))
    return words


def _words_before(text: str, bracket: int, short: str) -> list[_Word]:
    count = sum(char.isalnum() for char in short)
    start = max(0, bracket - 40 * (count + 5))
    for cut in _SENTENCE_END.finditer(text, start, bracket):
        start = cut.end()
    words = _split_words(text, start, bracket)
    return words[-min(count + 6, 2 * count + 2) :]


@lru_cache(maxsize=4096)
def _spellings(short: str) -> tuple[str, ...]:
    """Letters that `short` may stand for, likeliest first."""
    form = _PLURAL.sub("", short)
    letters = [char for char in form.lower() if char.isalnum()]
    if len(letters) > _MAX_LETTERS:
        return ()
    choices: list[tuple[str, ...]] = []
    digits = 0
    for index, char in enumerate(letters):
        if not char.isdigit() or char not in "0123456789" or digits == 2:
            choices.append((char,))
            continue
        digits += 1
        options = [char]
        times = int(char)
        if 2 <= times <= 6:
            if index > 0:
                options.append(letters[index - 1] * (times - 1))
            if index + 1 < len(letters):
                options.append(letters[index + 1] * (times - 1))
        if char in _NUMBERS:
            options.append(_NUMBERS[char])
        choices.append(tuple(options))
    spellings = dict.fromkeys("".join(parts) for parts in product(*choices))
    return tuple(spelling for spelling in spellings if 2 <= len(spelling) <= _MAX_LETTERS)


def _align(letters: str, words: list[_Word], *, whole: bool = False) -> tuple[int, int] | None:
    """The stretch of `words` that `letters` abbreviates at least cost.

    Args:
        letters: In lower case.
        words: In order of the text.
        whole: The stretch must be all the words; otherwise it ends with the last one.

    Returns:
        Its first and last-plus-one character, or None where the letters do not fit.
    """
    if not words:
        return None
    best: tuple[float, int] | None = None
    starts = (0,) if whole else range(len(words) - 1, -1, -1)
    for first in starts:
        form = words[first][2]
        capitals = {char.lower() for char in form if char.isupper()}
        if form[0].lower() != letters[0] and letters[0] not in capitals:
            continue
        joined = len(words) > first + 1 and words[-2][1] + 1 == words[-1][0] and words[-1][3]
        cost = _cost(letters, tuple(word[2] for word in words[first:]), joined)
        if cost < _UNMATCHED and (best is None or cost < best[0] - 1e-9):
            best = cost, first
    if best is None or best[0] > _WORST * len(letters):
        return None
    span = words[best[1]][0], words[-1][1]
    return None if len(words) - best[1] < 2 and len(letters) < 2 else span


@lru_cache(maxsize=8192)
def _cost(letters: str, forms: tuple[str, ...], joined: bool) -> float:
    """Cost of spelling `letters` with the words `forms`, using the first and the last one.

    Where the last is `joined` to the one before by a hyphen, either will do.
    """
    # reach[k]: least cost of having spelt k letters with the words so far.
    reach = {0: 0.0}
    for index, form in enumerate(forms):
        edge = index in (0, len(forms) - 1)
        passed = _PASSED_LINK if form.lower() in _LINKS or (edge and joined) else _PASSED_WORD
        following: dict[int, float] = {}
        for done, cost in reach.items():
            if not edge or (joined and index == len(forms) - 1):
                following[done] = min(following.get(done, _UNMATCHED), cost + passed)
            for taken, extra in _spell_in_word(letters[done:], form):
                key = done + taken
                if cost + extra < following.get(key, _UNMATCHED):
                    following[key] = cost + extra
        reach = following
    return reach.get(len(letters), _UNMATCHED)


@lru_cache(maxsize=8192)
def _spell_in_word(letters: str, form: str) -> tuple[tuple[int, float], ...]:
    """How many of the next letters the word can give, and at what cost."""
    lower = form.lower()
    if not letters or not lower or len(lower) != len(form):
        return ()
    found = []
    position = 0
    cost = 0.0
    if lower[0] != letters[0]:
        position = lower.find(letters[0])
        if position < 0:
            return ()
        cost = _CAPITAL_INSIDE if form[position].isupper() else _INSIDE_ALONE
    found.append((1, cost))
    for taken in range(1, len(letters)):
        following = lower.find(letters[taken], position + 1)
        if following < 0:
            break
        inner = form[following]
        near = following == position + 1
        cost += (
            _CAPITAL_INSIDE
            if (inner.isupper() and not form.isupper()) or inner.isdigit()
            else _INSIDE * (0.5 if near else 1.0)
        )
        position = following
        found.append((taken + 1, cost))
    return tuple(found)
