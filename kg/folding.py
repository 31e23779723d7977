"""Text folded to what makes it the same text: for identity, never for display.

LaTeX is read with a few passes of regular expressions over the symbol table of `pylatexenc`.
Its parser is not fit here: it takes 9 ms an abstract, takes what follows a bare `%` for a
comment, and meets unbalanced braces with a `RecursionError`. A fold has to be total, and
linear in its input.
"""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
from collections.abc import Mapping
from functools import cache

from pylatexenc.latex2text import get_default_latex_context_db

KEY_LENGTH = 16

# Letters: a command swallows the space after it, as in `S\o ren`.
_LETTERS: Mapping[str, str] = {
    "aa": "å", "AA": "Å", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø",
    "l": "ł", "L": "Ł", "ss": "ß", "i": "ı", "j": "ȷ",
}  # fmt: skip
# What pylatexenc's table lacks, or has as a placeholder.
_SYMBOLS: Mapping[str, str] = {
    "LaTeX": "LaTeX", "TeX": "TeX", "degree": "°", "slash": "/", "sqrt": "√", "textsuperscript": "",
    "textsubscript": "", "quad": " ", "qquad": " ", "newline": " ", "item": " ", "par": " ",
}  # fmt: skip
# Commands that say how their argument, or what follows, looks, or how large it is.
_STYLES = frozenset((
    "bf", "bfseries", "bm", "boldmath", "boldsymbol", "cal", "centering", "displaystyle", "em",
    "emph", "ensuremath", "footnotesize", "frak", "hbox", "it", "itshape", "large", "left",
    "limits", "mathbb", "mathbf", "mathbin", "mathcal", "mathds", "mathfrak", "mathit",
    "mathop", "mathrel", "mathrm", "mathscr", "mathsf", "mathtt", "mbox", "noindent",
    "nolimits", "nolinkurl", "normalfont", "normalsize", "operatorname", "path", "pmb",
    "protect", "right", "rm", "scriptsize", "sc", "sf", "sl", "small", "smash", "text",
    "textbf", "textit", "textmd", "textnormal", "textrm", "textsc", "textsf", "textsl",
    "textstyle", "texttt", "textup", "tiny", "tt", "ttfamily", "underline", "url", "xspace",
    "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "Large", "LARGE", "huge",
    "Huge", "hat", "widehat", "tilde", "Tilde", "widetilde", "bar", "overline", "vec", "dot",
    "ddot", "check", "acute", "grave", "breve",
))  # fmt: skip
_ACCENTS: Mapping[str, str] = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "b": "\u0331", "c": "\u0327", "d": "\u0323", "H": "\u030b", "k": "\u0328",
    "r": "\u030a", "u": "\u0306", "v": "\u030c",
}  # fmt: skip
_SPACES: Mapping[str, str] = dict.fromkeys(" ,;:\\\t\n\r", " ")
_NOTHING: Mapping[str, str] = dict.fromkeys("()[]!-/@", "")

# Their first argument is not part of the text: keys, colours, lengths, addresses.
_UNREAD = re.compile(
    r"~?\\(?:begin|cite[a-z]*|color|end|eqref|href|hspace|label|[acC]?ref|textcolor|vspace)\*?"
    r"(?:\[[^\[\]{}]*\]){0,2}\{[^{}]*\}"
)
_FRACTION = re.compile(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}")
_ACCENTED = re.compile(
    r"""\\(?:(['`^"~=.])[ ]?|([bcdHkruv])(?:[ ]|(?=\{)))"""
    r"(?:\{[ ]?(?:\\([ij])[ ]?|([^\W\d_]))\}|\\([ij])(?![a-zA-Z])[ ]?|([^\W\d_]))"
)
_COMMAND = re.compile(
    r"(?P<slashes>\\\\?)(?P<name>[a-zA-Z]+)\*?(?P<space>[ \t]?)"
    r"|\\(?P<character>[^a-zA-Z])|[{}]|(?<=[\w.,)])~(?=[\w\\(])",
    re.DOTALL,
)
_DOLLAR = re.compile(r"(?<!\\)\$\$?")
_SCRIPT = re.compile(r"(?<!\\)[_^]")
_HYPHENS = re.compile("-{2,3}(?!-)(?<!-{4})")

# Quotation marks, primes and the lone accents that stand for them (NFKC makes a space and a
# combining mark of the latter, so they go first).
_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u2035\u2039\u203a\u00b4\u02b9\u02bb\u02bc\uff07`"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\u301d\u301e\u301f\uff02"
_HYPHEN_LIKE = "\u2212\u2043\u02d7\u2796"
_INVISIBLE = "\u00ad\u200b\u2060\ufeff"
# Marks on Latin, Greek and Cyrillic letters. Those of other scripts (Indic vowels, kana's
# voicing) are as much part of the word as letters are, and stay.
_DIACRITICS = (
    range(0x0300, 0x0370),
    range(0x1AB0, 0x1B00),
    range(0x1DC0, 0x1E00),
    range(0x20D0, 0x2100),
    range(0xFE20, 0xFE30),
)


@cache
def _symbols() -> Mapping[str, str]:
    table: dict[str, str] = {}
    for macro in get_default_latex_context_db().iter_macro_specs():
        text = macro.simplify_repl
        # `%` marks a template, `<` a placeholder; `\today` is the clock.
        if isinstance(text, str) and not set("%<") & set(text) and macro.macroname != "today":
            table.setdefault(macro.macroname, text)
    return {**table, **_SYMBOLS}


@cache
def _marks() -> dict[int, str]:
    dashes = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) == "Pd"]
    return str.maketrans(
        {
            **dict.fromkeys([*dashes, *_HYPHEN_LIKE], "-"),
            **dict.fromkeys(_SINGLE_QUOTES, "'"),
            **dict.fromkeys(_DOUBLE_QUOTES, '"'),
            **dict.fromkeys(_INVISIBLE, ""),
        }
    )


class _LettersAndNumbers(dict[int, int | None]):
    """A table for `str.translate` that leaves out all but letters and numbers."""

    def __missing__(self, code: int) -> int | None:
        kept = unicodedata.category(chr(code))[0] in "LNM" and not any(
            code in block for block in _DIACRITICS
        )
        self[code] = code if kept else None
        return self[code]


_LETTERS_AND_NUMBERS = _LettersAndNumbers()


def _is_math(body: str, following: str) -> bool:
    if not body.strip():
        return False
    if any(mark in body for mark in "\\^_{"):
        return True
    # Pandoc's rule, which keeps the dollars of `$20 and $30`.
    return not (body[0].isspace() or body[-1].isspace() or following[:1].isdecimal())


def _open_math(text: str) -> str:
    """Takes the dollar signs off formulas, and the marks of sub- and superscripts in them."""
    parts = _DOLLAR.split(text)
    opened = [parts[0]]
    at = 1
    while at < len(parts):
        if at + 1 < len(parts) and _is_math(parts[at], parts[at + 1]):
            # In braces, for the name of a command to end where the formula does.
            opened += ["{", _SCRIPT.sub("", parts[at]).strip(), "}", parts[at + 1]]
            at += 2
        else:
            opened += ["$", parts[at]]
            at += 1
    return "".join(opened)


def _write_accented(match: re.Match[str]) -> str:
    sign, letter_sign, *bases = match.groups()
    base = next(base for base in bases if base is not None)
    return unicodedata.normalize("NFC", base + _ACCENTS[sign or letter_sign])


def _write_command(match: re.Match[str]) -> str:
    name, character = match["name"], match["character"]
    if character is not None:
        return _SPACES.get(character) or _NOTHING.get(character, character)
    if name is None:
        return " " if match[0] == "~" else ""
    if name in _LETTERS:
        return _LETTERS[name]
    if name in _STYLES:
        return ""
    symbol = _symbols().get(name)
    if symbol is not None:
        return symbol + match["space"]
    # A command of the authors' own keeps its name: `\R` and `\X` are not the same.
    return (" " if len(match["slashes"]) == 2 else "") + name + match["space"]


def decode_latex(text: str) -> str:
    """Writes LaTeX as the Unicode text that it sets, without markup, citations and labels.

    Args:
        text: LaTeX; it need not be well-formed. Commands that are not known keep their names.

    Returns:
        The text, in which every brace that is not escaped is taken for markup.
    """
    text = _UNREAD.sub("", _open_math(text))
    text = _FRACTION.sub(r"\1/\2", text)
    text = _ACCENTED.sub(_write_accented, text)
    return _COMMAND.sub(_write_command, text)


def fold_characters(text: str) -> str:
    r"""Writes text with the plainest characters that say the same, keeping case.

    LaTeX commands and formulas become Unicode text (`$\beta$-VAE`, `β-VAE`), compatibility
    variants their plain forms (NFKC), all dashes `-`, all quotation marks `'` or `"`, and each
    run of white space one space, with none at the ends.

    Args:
        text: Any text, with LaTeX or without; it need not be well-formed.

    Returns:
        The folded text. It is for comparison: offsets into it mean nothing in `text`.
    """
    if "\\" in text or ("$" in text and _open_math(text) != text):
        text = decode_latex(text)
    if not text.isascii():
        marks = _marks()
        text = unicodedata.normalize("NFKC", text.translate(marks)).translate(marks)
    text = text.replace("`", "'").replace("''", '"')
    if "--" in text:
        text = _HYPHENS.sub("-", text)
    return " ".join(text.split())


def fold_text(text: str) -> str:
    """Folds text to its letters and numbers: two abstracts that agree in it are one.

    After `fold_characters`, case is folded, and diacritics, punctuation, symbols and white
    space are left out. Letters and numbers of every script stay.

    Args:
        text: Any text.

    Returns:
        The folded text; of a text without a letter or number, what `fold_characters` gives,
        and the text itself if that is nothing, so that such texts differ too.
    """
    characters = fold_characters(text)
    folded = characters.casefold()
    if not folded.isascii():
        # Case folding can undo a normal form, and only NFKD parts the marks from the letters.
        folded = unicodedata.normalize("NFKD", folded).casefold()
        folded = unicodedata.normalize("NFKD", folded)
    return folded.translate(_LETTERS_AND_NUMBERS) or characters or text


def abstract_key(text: str) -> str:
    """The identity of an abstract with this text: 16 hexadecimal digits.

    They begin the SHA-256 hash of the folded text. That any two of ten million abstracts share
    them has a probability of three in a million.
    """
    folded = fold_text(text).encode("utf-8", "surrogatepass")
    return hashlib.sha256(folded).hexdigest()[:KEY_LENGTH]
