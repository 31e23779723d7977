"""The errors of an extraction as one offline page: gold and predicted side by side.

Nothing of the texts is read as HTML: the template escapes all of it. The page has no script,
and a Content-Security-Policy that allows its own style, by hash, and no request at all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import resources
from typing import Any

from markupsafe import Markup

from kg.evaluation.differences import (
    ERROR_KINDS,
    ErrorKind,
    JudgedMention,
    Passage,
    find_passages,
    list_kinds,
)
from kg.evaluation.pairs import Pair
from kg.evaluation.templates import render_template
from kg.export.html.appearance import NODE_LOOKS
from kg.export.html.policy import hash_source
from kg.records import ENTITY_TYPES

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SIGNS: Mapping[str, str] = {
    "right": "",
    "missed": "−",
    "spurious": "+",
    "boundary": "↔",
    "type": "≠",
    "boundary-type": "↔≠",
}
_WORDS: Mapping[ErrorKind, tuple[str, str]] = {
    "missed": ("missed", "an annotated mention that was not found"),
    "spurious": ("spurious", "a found mention where none is annotated"),
    "boundary": ("wrong boundary", "the two overlap and begin or end elsewhere"),
    "type": ("wrong type", "the two stand at one place or overlap, with different types"),
    "role": ("role", "an entity that both have, with different roles"),
    "relation": ("relation", "only one side has it"),
    "result": ("result", "only one side has it, or the sides differ in what it is of or on"),
}


def render_errors(pairs: Iterable[Pair], title: str) -> str:
    """The page as text.

    Args:
        pairs: Annotated and predicted abstracts.
        title: Heading of the page.
    """
    abstracts = []
    passages_by_kind: Counter[ErrorKind] = Counter()
    compared = list(pairs)
    for pair in compared:
        passages = list(find_passages(pair))
        for passage in passages:
            passages_by_kind.update(passage.kinds)
        if passages:
            abstracts.append(_describe_abstract(pair, passages))
    style = _write_style()
    return render_template(
        "errors.html.jinja",
        title=_make_visible(title),
        policy=(
            f"default-src 'none'; style-src {hash_source(style)}; img-src data:; "
            "base-uri 'none'; form-action 'none'"
        ),
        style=Markup(style),
        types=ENTITY_TYPES,
        kinds=[
            {
                "id": kind,
                "sign": _SIGNS.get(kind, ""),
                "name": _WORDS[kind][0],
                "meaning": _WORDS[kind][1],
                "count": f"{passages_by_kind[kind]:,}",
            }
            for kind in ERROR_KINDS
        ],
        total=f"{len(compared):,}",
        wrong=f"{len(abstracts):,}",
        abstracts=abstracts,
    )


def _describe_abstract(pair: Pair, passages: Sequence[Passage]) -> dict[str, Any]:
    text = _make_visible(pair.gold.text)
    kinds = frozenset[ErrorKind]().union(*(passage.kinds for passage in passages))
    return {
        "id": _make_visible(pair.gold.key),
        "classes": _list_classes(kinds),
        "passages": [
            {
                "classes": _list_classes(passage.kinds),
                "sides": [
                    {"name": name, **_describe_side(text, passage, mentions)}
                    for name, mentions in (
                        ("Gold", passage.gold),
                        ("Predicted", passage.predicted),
                    )
                ],
                "differences": [
                    {
                        "kind": difference.kind,
                        "gold": _show(difference.gold),
                        "predicted": _show(difference.predicted),
                    }
                    for difference in passage.differences
                ],
            }
            for passage in passages
        ],
    }


def _describe_side(
    text: str, passage: Passage, mentions: Sequence[JudgedMention]
) -> dict[str, list[dict[str, Any]]]:
    """The text in pieces, and mentions that lie inside others, which stand below it."""
    pieces: list[dict[str, Any]] = []
    inside: list[dict[str, Any]] = []
    place = passage.start
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end, m.type)):
        shown = {"text": text[mention.start : mention.end], "mention": _describe(mention)}
        if mention.start < place:
            inside.append(shown)
            continue
        pieces.append({"text": text[place : mention.start], "mention": None})
        pieces.append(shown)
        place = mention.end
    pieces.append({"text": text[place : passage.end].rstrip(), "mention": None})
    return {"pieces": [piece for piece in pieces if piece["text"]], "inside": inside}


def _describe(mention: JudgedMention) -> dict[str, str]:
    return {
        "type": mention.type,
        "outcome": mention.outcome,
        "sign": _SIGNS[mention.outcome],
        "words": ", ".join(_WORDS[kind][0] for kind in list_kinds(mention.outcome)),
    }


def _list_classes(kinds: Iterable[ErrorKind]) -> str:
    return " ".join(f"has-{kind}" for kind in sorted(kinds, key=ERROR_KINDS.index))


def _show(words: str | None) -> str | None:
    return None if words is None else _make_visible(" ".join(words.split()))


def _make_visible(text: str) -> str:
    """The text with U+FFFD for what no page may hold, character for character."""
    return _UNWRITABLE.sub("\ufffd", text.replace("\r", " "))


def _write_style() -> str:
    style = (resources.files("kg.evaluation") / "errors.css").read_text(encoding="utf-8")
    style = style.replace("\r\n", "\n")
    return style + "".join(_write_rules())


def _write_rules() -> Iterator[str]:
    """The colours of the types, which are those of the graph's page, and the filter."""
    for type_ in ENTITY_TYPES:
        look = NODE_LOOKS[type_]
        yield f".{type_} {{ --light: {look.light}; --dark: {look.dark}; }}\n"
    for kind in ERROR_KINDS:
        yield f"body:has(#show-{kind}:checked) .has-{kind} {{ display: block; }}\n"
