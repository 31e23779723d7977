"""What a form of a name has in common with the other ways of writing it.

`fold_name` makes of a form the words that all spellings of the same name share: case,
hyphens, plurals, Unicode and LaTeX, Greek letters, British and American spelling, spelled
numbers, and head words that add nothing (`PPO algorithm`). What sets names apart stays:
`GPT-3` and `GPT-3.5`, `C` and `C++`, `ImageNet` and `ImageNet-C`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from kg.folding import fold_characters
from kg.resolve.inflection import singularize
from kg.resolve.letters import abbreviates
from kg.resolve.spelling import spell_american

Words = tuple[str, ...]

# A word is letters and digits (`3.5` is one number) and the signs that tell names apart.
_WORD = re.compile(r"(?:[^\W_]|(?<=\d)[.,](?=\d))+(?:\++|#|\*)?|[+#@%]+")
_EMPHASIS = re.compile(r"(?<!\w)\*([^\s*](?:[^*]*[^\s*])?)\*(?!\w)")
_AMPERSAND = re.compile(r"(?<=\b[A-Z])&(?=[A-Z]\b)")
_POSSESSIVE = re.compile(r"(?<=\w)'s?(?!\w)")
_BRACKETED = re.compile(r"\s?[(\[]([^()\[\]\s]+)[)\]]")
# `Diffusion-LM` is a name; `masked-LM` is a masked language model.
_PROPER_PREFIX = re.compile(r"[A-Z][a-z]+")
_NET = re.compile(r"(?<=\s)[Nn]et(?=s?\b)")
_MARKS = re.compile(r"(?<=[A-Za-z\u0370-\u04ff])[\u0300-\u036f]+")

_CAPITAL = re.compile(r"[A-Z]")
_LOWER_CASE_WORD = re.compile(r"(?<![^\W_])[a-z]{3,}(?![^\W_])")
_ABBREVIATION_PLURAL = re.compile(r"(?<=[A-Z0-9])'?s$")
_LONGEST_ABBREVIATION = 12
# Names have few words: as many folded ones are kept.
_KNOWN_WORDS = 65_536
_LONGEST_WORD = 30

_NUMBERS = {
    word: str(number)
    for number, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    )
}
# Words that say of a network only that it is a neural one.
_NEURAL = frozenset(
    ["adversarial", "convolution", "convolutional", "deep", "feedforward", "recurrent"]
)
# Heads that say of what kind a thing with a proper name is, which its type says already.
_KINDS = frozenset(
    [
        "algorithm",
        "approach",
        "architecture",
        "benchmark",
        "corpus",
        "dataset",
        "framework",
        "library",
        "mechanism",
        "method",
        "metric",
        "model",
        "module",
        "network",
        "platform",
        "procedure",
        "scheme",
        "score",
        "strategy",
        "system",
        "technique",
        "technology",
        "toolkit",
    ]
)
# Those of them that add nothing to common nouns of two words and more either.
_EMPTY_KINDS = frozenset(
    ["algorithm", "approach", "dataset", "mechanism", "method", "task", "technique"]
)
# Heads that all say `method`: a `greedy algorithm` is a `greedy approach`.
_METHODS = frozenset(["algorithm", "approach", "method", "technique"])
# An `encoder network` or `transformer model` is an encoder or transformer.
_AGENT = re.compile(r"(?:coder|fier|former|erator|nator)$")
_AGENT_KINDS = frozenset({"architecture", "model", "module", "network"})
_ADJECTIVE_ENDINGS = ("al", "ar", "ed", "ic", "ive", "ous")
_LEGAL_FORMS = frozenset(
    ["ag", "co", "company", "corp", "corporation", "gmbh", "inc", "limited", "llc", "ltd", "plc"]
)
# Modifiers that say the same in two ways: `robotic grasping`, `multiple object tracking`.
_MODIFIERS = {"automated": "automatic", "multiple": "multi", "robotic": "robot"}
# `computational cost` is `computation cost`.
_RELATIONAL = re.compile(r"(?<=[a-z]{2}[ts]ion)al$")
# What is done, for doing it: `fine-tuned`, `pre-train`.
_DOING = {"train": "training", "trained": "training", "tune": "tuning", "tuned": "tuning"}
# What is left of `few-shot learning` where its head is left out.
_ELIDED_LEARNING = frozenset({"shot", "supervised", "unsupervised"})


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """A form, folded.

    Attributes:
        words: The words that all spellings of the name share; never empty.
        initials: Which of them are abbreviations (`LMs` in `masked LMs`), parallel.
        plain: All words, singular and in lower case, else as spelled.
        short: Whether the form as a whole is written like an abbreviation.
        key: The words without the spaces between them: equal keys, same name.
    """

    words: Words
    initials: tuple[bool, ...]
    plain: Words
    short: bool
    key: str


def fold_name(form: str) -> Name:
    """Fold a form of a name.

    Args:
        form: As it stands in a text.

    Returns:
        The folded name. A form without any letter or digit is its own only word.
    """
    text = _EMPHASIS.sub(r"\1", _spell_letters(fold_characters(form)))
    text = _POSSESSIVE.sub("", _AMPERSAND.sub("", text)).replace("&", " and ")
    text = _BRACKETED.sub(_open_bracket, text)
    short = is_abbreviation(text)
    text = _NET.sub("network", text)
    found = list(_WORD.finditer(text))
    raw = [match[0].replace(",", "") for match in found]
    if not raw:
        bare = form.casefold() or form
        return Name((bare,), (False,), (bare,), False, bare)
    plain = tuple(_fold_word(word) for word in raw)
    words = [spell_american(_NUMBERS.get(word, word)) for word in plain]
    kept = _keep_words(words, raw)
    folded = (*(_fold_modifier(words[i]) for i in kept[:-1]), words[kept[-1]])
    if len(folded) > 1:
        head = "method" if folded[-1] in _METHODS else _DOING.get(folded[-1], folded[-1])
        folded = (*folded[:-1], head)
    if folded[-1] in _ELIDED_LEARNING:
        folded += ("learning",)
    initials = [is_abbreviation(raw[i]) and not _follows_proper_prefix(found, i) for i in kept]
    initials += [False] * (len(folded) - len(kept))
    return Name(folded, tuple(initials), plain, short, join_words(folded))


def drop_legal_form(name: Name) -> Name:
    """The name of an organisation without `Inc.`, `Co., Ltd.` and the like, and without `The`."""
    first = 1 if name.words[0] == "the" else 0
    last = len(name.words)
    while last > first + 1 and name.words[last - 1] in _LEGAL_FORMS:
        last -= 1
    words = name.words[first:last]
    if not words or words == name.words:
        return name
    return Name(words, name.initials[first:last], words, name.short, join_words(words))


def join_words(words: Words) -> str:
    """Words written as one, so that `back propagation` is `backpropagation`.

    Two numbers in a row stay apart: `ResNet-1 01` is not `ResNet-101`.
    """
    joined = ""
    for word in words:
        joined += "-" + word if joined[-1:].isdecimal() and word[:1].isdecimal() else word
    return joined


@lru_cache(_KNOWN_WORDS)
def is_abbreviation(form: str) -> bool:
    """Whether a form is written like an abbreviation: `CNNs`, `LoRA`, `k-NN`, `D3M`."""
    if form.islower() or len(form) > _LONGEST_ABBREVIATION + len("'s"):
        return False
    stem = _ABBREVIATION_PLURAL.sub("", form)
    return (
        2 <= len(stem) <= _LONGEST_ABBREVIATION
        and not any(character.isspace() for character in stem)
        and len(_CAPITAL.findall(stem)) >= 2
        and not _LOWER_CASE_WORD.search(stem)
    )


def _spell_letters(text: str) -> str:
    """Write Greek letters with their names, and European letters without their accents."""
    if text.isascii():
        return text
    spelled = []
    for character in text:
        name = unicodedata.name(character, "")
        if name.startswith("GREEK ") and " LETTER " in name:
            letter = name.split(" LETTER ")[1].split(" ")[0].lower()
            spelled.append(f" {letter.replace('lamda', 'lambda')} ")
        else:
            spelled.append(character)
    plain = _MARKS.sub("", unicodedata.normalize("NFD", "".join(spelled)))
    return unicodedata.normalize("NFC", plain)


def _open_bracket(match: re.Match[str]) -> str:
    """Leave out an abbreviation of the words before it: `key-value (KV) cache`."""
    if not is_abbreviation(match[1]):
        return match[0]
    # No abbreviation stands for more words than that (Schwartz and Hearst, PSB 2003).
    most = len(match[1]) + 5
    first = max(match.start() - _LONGEST_WORD * most, 0)
    before = _WORD.findall(match.string[first : match.start()])[-most:]
    words = tuple(map(_fold_word, before))
    initials = _fold_word(match[1])
    defined = any(abbreviates(initials, words[i:]) for i in range(len(words)))
    return "" if defined else match[0]


@lru_cache(_KNOWN_WORDS)
def _fold_word(word: str) -> str:
    if is_abbreviation(word):
        word = _ABBREVIATION_PLURAL.sub("", word)
        if not word[-1].islower():
            return word.casefold()
    return singularize(word.casefold())


def _fold_modifier(word: str) -> str:
    return _MODIFIERS.get(word, _RELATIONAL.sub("", word))


def _follows_proper_prefix(words: list[re.Match[str]], i: int) -> bool:
    if i == 0:
        return False
    before, start = words[i - 1], words[i].start()
    is_joined = before.end() == start - 1 and before.string[start - 1] == "-"
    return is_joined and _PROPER_PREFIX.fullmatch(before[0]) is not None


def _keep_words(words: list[str], raw: list[str]) -> list[int]:
    """Indices of the words that are part of the name."""
    last = len(words) - 1
    kept = []
    for i, word in enumerate(words):
        # A `transformer-based language model` is a `transformer language model`.
        if word == "based" and 0 < i < last:
            continue
        # `large-scale language model` is `large language model`.
        if word == "scale" and 0 < i < last and words[i - 1] == "large":
            continue
        # `deep artificial neural network` and `deep network` are one.
        if word == "artificial" and words[i + 1 : i + 2] == ["neural"]:
            continue
        if (
            word == "neural"
            and words[i + 1 : i + 2] == ["network"]
            and any(before in _NEURAL for before in words[max(i - 2, 0) : i])
        ):
            continue
        # `automatic speech recognition` is `speech recognition`; `automatic differentiation`
        # and `automatic machine learning` are something else.
        if word == "automatic" and i == 0 and last >= 2 and words[1:] != ["machine", "learning"]:
            continue
        kept.append(i)
    while len(kept) > 1:
        head, before = words[kept[-1]], raw[kept[-2]]
        proper = is_abbreviation(before) or any(character.isdecimal() for character in before)
        common = head in _EMPTY_KINDS and (
            len(kept) > 2 or (head == "mechanism" and not before.endswith(_ADJECTIVE_ENDINGS))
        )
        agent = head in _AGENT_KINDS and _AGENT.search(words[kept[-2]])
        loss = len(kept) > 2 and head == "function" and words[kept[-2]] == "loss"
        if common or agent or loss or (proper and head in _KINDS):
            kept.pop()
        else:
            break
    return kept
