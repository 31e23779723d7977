"""`kg_sentences`: where the sentences of an abstract begin.

A full stop ends a sentence only where what follows can begin one: that keeps `e.g.`, `et al.`,
`Fig. 2`, initials, decimal numbers and `[Makhzani and Frey, 2013]` whole.
"""

from __future__ import annotations

from spacy.lang.en.stop_words import STOP_WORDS
from spacy.language import Language
from spacy.pipeline import Sentencizer
from spacy.tokens import Doc, Token

_ENDERS = frozenset({".", "!", "?", "…", "...", "。", "！", "？"})
_CLOSERS = frozenset({'"', "'", "”", "’", "''", ")", "]", "}", "$", "\\", "»", "*"})
_OPENERS = frozenset({'"', "'", "“", "‘", "``", "(", "[", "{", "$", "\\", "«", "*", "~"})
# Abbreviations that a name or a number follows, so that a capital after them says nothing.
_ABBREVIATIONS = frozenset((
    "al", "alg", "app", "approx", "ca", "cf", "ch", "co", "corp", "def", "dept", "dr", "e.g",
    "ed", "eds", "eq", "eqn", "eqns", "eqs", "fig", "figs", "i.e", "i.i.d", "inc", "lem", "ltd",
    "mr", "mrs", "ms", "no", "nos", "pp", "prof", "prop", "ref", "refs", "resp", "sec", "secs",
    "sect", "st", "tab", "tabs", "thm", "univ", "viz", "vol", "vs", "w.r.t",
))  # fmt: skip


@Language.factory("kg_sentences", assigns=["token.is_sent_start", "doc.sents"])
def create_sentences(nlp: Language, name: str) -> SentenceBoundaries:  # noqa: ARG001
    """The component, with no settings."""
    return SentenceBoundaries()


class SentenceBoundaries:
    """Sets the sentence starts of a `Doc` by rules."""

    def __init__(self) -> None:
        # Only to write: it does in one pass what the attribute of a token does in one for each.
        self._writer = Sentencizer(overwrite=True)

    def __call__(self, doc: Doc) -> Doc:
        """Set the sentence starts of `doc`."""
        starts = find_sentence_starts(doc)
        self._writer.set_annotations([doc], [[i in starts for i in range(len(doc))]])
        return doc


def find_sentence_starts(doc: Doc) -> set[int]:
    """Indices of the tokens with which a sentence begins."""
    starts = {0}
    length = len(doc)
    for token in doc:
        if token.is_space and token.text.count("\n") > 1:
            starts.add(token.i + 1)
            continue
        if token.text not in _ENDERS:
            continue
        end = token.i
        while end + 1 < length and not doc[end].whitespace_ and doc[end + 1].text in _CLOSERS:
            end += 1
        following = end + 1
        while following < length and doc[following].is_space:
            following += 1
        if following < length and _ends_sentence(doc, token, end, following):
            starts.add(following)
    return {start for start in starts if start < length}


def _ends_sentence(doc: Doc, stop: Token, end: int, following: int) -> bool:
    if stop.text in "。！？":
        return True
    spaced = bool(doc[end].whitespace_) or following > end + 1
    first = following
    while first < len(doc) - 1 and not doc[first].whitespace_ and _is_opening(doc[first].text):
        first += 1
    word = doc[first]
    common = word.text[:1].isupper() and word.text.lower() in STOP_WORDS
    previous = doc[stop.i - 1].text if stop.i > 0 else ""
    if not spaced:
        # "…on ImageNet.We show", "(LLMs).However": the word must be one that begins a sentence,
        # which tells this from "v1.Model" and "Node.js".
        if len(word) < 2 or not word.text.istitle() or not word.is_alpha:
            return False
        return common or (len(previous) > 2 and previous.islower()) or previous in _CLOSERS
    if stop.text in ("...", "…"):
        return word.text[:1].isupper()
    if stop.text == "!" and previous[:1].isupper():
        return common  # "Yahoo! Answers"
    if stop.text == "." and stop.i > 0 and not doc[stop.i - 1].whitespace_:
        if previous.lower().rstrip(".") in _ABBREVIATIONS:
            return common and previous.lower() != "vs"
        if len(previous) == 1 and previous.isupper() and _is_initial(doc, stop.i - 1):
            return common
    text = word.text
    # A name such as "vLLM" or "t-SNE" may begin a sentence; a plain lower-case word does not.
    return not text.islower() or first > following or following > end + 1


def _is_opening(text: str) -> bool:
    return text in _OPENERS or text.startswith("\\")


def _is_initial(doc: Doc, index: int) -> bool:
    return index == 0 or bool(doc[index - 1].whitespace_) or doc[index - 1].text == "."
