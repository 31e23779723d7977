r"""Quantities in a text: numbers with what is written around them, as `50\%`, `45x`, `+3.2 points`.

What is found is what may be a result; whether it is one, `kg.extract.results` decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SIGN = r"[+\-−±<>≤≥]"
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_TIMES = r"(?:\{?\\(?:times|texttimes)\b\}?|×|[xX](?![A-Za-z0-9]))"
_PERCENT = r"(?:\\?%|percent\b)"
_WORD_UNITS = (
    r"percentage\s+points?|percent\s+points?|points?|times|folds?|orders?\s+of\s+magnitude|"
    r"fps|FPS|frames\s+per\s+second|ms|milliseconds?|seconds?|minutes?|hours?|days?|"
    r"MB|GB|KB|TB|M|B|K|k|dB|pp|pts|Hz|cm|mm|bits?"
)
_UNIT = rf"(?:\s?{_PERCENT}|\s?{_TIMES}|[ -]?(?:{_WORD_UNITS})(?![A-Za-z])|(?:mAP|AP|g|s)\b)"
_PLAIN = rf"{_SIGN}?{_DIGITS}{_UNIT}?(?:\$\s*{_TIMES}\s*\$)?"
_MATH = rf"\$\s*{_SIGN}?{_DIGITS}(?:\s?{_TIMES})?\s*\$(?:{_UNIT})?"
_ONE = rf"(?:{_MATH}|{_PLAIN})"
_DASH = r"(?:-|–|—|--|~|～)"
_RANGE = rf"{_ONE}(?:\s?{_DASH}\s?|\s+to\s+){_ONE}"
_WORDS = (
    r"(?:an|one|two|three|four|five|six|several)\s+orders?\s+of\s+magnitude|"
    r"(?:two|three|four|five|six|seven|eight|nine|ten)\s+times|half"
)
# Before a number: no part of a word (`ResNet-50`), of a decimal, of a formula (`x_1`).
_QUANTITY = re.compile(
    rf"(?<![\w.^])(?<![\w^_][-{{])(?:{_RANGE}|\d+/\d+|{_ONE}|(?:{_WORDS})\b)(?!\d)"
)
_FROM_TO = re.compile(rf"(?P<one>{_ONE})\s+to\s+(?P<other>{_ONE})")
_FROM = re.compile(r"\b(?:from|[Ff]rom\s+(?:about|around|over))\s+\$?$")
_LONGEST_FROM = 14

_VALUE = re.compile(rf"^\$?\s*(?P<sign>{_SIGN})?\s*(?P<digits>{_DIGITS})(?P<rest>.*)$", re.DOTALL)
_COUNT_WORDS = {
    "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_UNITS: tuple[tuple[str, str], ...] = (
    (r"percentage\s+points?|percent\s+points?|points?|pp|pts", "points"),
    (r"\\?%|percent", "%"),
    (r"\{?\\(?:times|texttimes)\}?|×|[xX]|times|folds?", "x"),
    (r"orders?\s+of\s+magnitude", "orders of magnitude"),
    (r"fps|FPS|frames\s+per\s+second", "fps"),
    (r"ms|milliseconds?", "ms"),
    (r"s|seconds?", "s"),
    (r"minutes?", "min"),
    (r"hours?", "h"),
    (r"days?", "d"),
    (r"[A-Za-z]+", ""),
)
_UNIT_PATTERNS = tuple((re.compile(pattern), unit) for pattern, unit in _UNITS)


@dataclass(frozen=True, slots=True)
class Quantity:
    r"""A number as it stands in a text.

    Attributes:
        start: Where it begins, in characters.
        end: The character after its end.
        form: As written: `50\%`.
        number: What it says, 50.0; None where it says more than one number or a bound.
        unit: `%`, `x`, `points`, …; None where it has none.
    """

    start: int
    end: int
    form: str
    number: float | None
    unit: str | None


def find_quantities(text: str) -> Iterator[Quantity]:
    """The quantities in `text`, in order, none overlapping.

    A range is one quantity (`3-5%`, `1.7x to 2.3x`), but `from 71.1% to 60%` names two.
    """
    for match in _QUANTITY.finditer(text):
        start, end = match.span()
        parts = _FROM_TO.fullmatch(text, start, end)
        if parts and _FROM.search(text, max(0, start - _LONGEST_FROM), start):
            spans = [parts.span("one"), parts.span("other")]
        else:
            spans = [(start, end)]
        for begin, stop in spans:
            form = text[begin:stop]
            number, unit = parse_quantity(form)
            yield Quantity(begin, stop, form, number, unit)


def parse_quantity(form: str) -> tuple[float | None, str | None]:
    """The number and the unit that a quantity is of.

    Args:
        form: A quantity as written.

    Returns:
        The number, None for a range, a bound or a fraction, and the unit, None where there is
        none: `("+3.2 points")` gives `(3.2, "points")`.
    """
    match = _VALUE.match(form)
    if match is None:
        first, _, rest = form.partition(" ")
        count = _COUNT_WORDS.get(first)
        return (None if count is None else float(count)), _parse_unit(rest.strip())
    rest = match["rest"].replace("$", " ").strip(" -{}")
    if re.search(r"\d", rest):
        # A range: the unit is what the last of its numbers has.
        last = re.search(rf"{_DIGITS}([^\d]*)$", rest)
        return None, _parse_unit(last[1].strip(" -{}") if last else "")
    unit = _parse_unit(rest)
    if match["sign"] in ("<", ">", "≤", "≥", "±"):
        return None, unit
    number = float(match["digits"].replace(",", ""))
    return (-number if match["sign"] in ("-", "−") else number), unit


def _parse_unit(written: str) -> str | None:
    for pattern, unit in _UNIT_PATTERNS:
        if pattern.fullmatch(written):
            return unit or written
    return None
