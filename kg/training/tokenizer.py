r"""The tokenizer of the trained pipeline: English, with the seams that abstracts have.

spaCy's English rules keep `CNN)-based`, `\textbf{DARD}`, `FID=9.91` and a name with its full
stop (`ADE20K.`) in one token, so that a mention in them could never be found. The rules here
cut there. They are written into the pipeline when it is trained; nothing of this module is
needed to run it.
"""

from __future__ import annotations

from collections.abc import Callable

from spacy.lang.char_classes import ALPHA
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.util import (
    compile_infix_regex,
    compile_prefix_regex,
    compile_suffix_regex,
    registry,
)

_PREFIXES = [r"\\[A-Za-z]+(?=\{)", r"\\", r"~", r"_", r"/", r"\^", r"-{2,3}", r"\|"]
_SUFFIXES = [rf"(?<=[{ALPHA}0-9])\.", r"\\", r"~", r"/", r"-{1,3}", r"\$", r"\|"]
_INFIXES = [
    r"[(){}\[\]$~|“”\"„«»→↔×]",
    r"\\[A-Za-z]+",
    r"—|–|-{2,3}",
    rf"(?<=[{ALPHA}0-9%])[+&=/<>](?=[{ALPHA}0-9\\])",
    rf"(?<=[{ALPHA}0-9])\.(?=[A-Z][a-z])",
    rf"(?<=[)\]}}$'’”])[-.,;:](?=[{ALPHA}0-9])",
    rf"(?<=[0-9])-(?=[{ALPHA}])",
]


@registry.callbacks("kg.AbstractTokenizer.v1")  # type: ignore[untyped-decorator]
def create_tokenizer_callback() -> Callable[[Language], Language]:
    """The callback for `[initialize.before_init]` that gives the pipeline its tokenizer."""
    return adapt_tokenizer


def adapt_tokenizer(nlp: Language) -> Language:
    """Add the rules for abstracts to the tokenizer of `nlp`, which is changed and returned."""
    tokenizer = nlp.tokenizer
    assert isinstance(tokenizer, Tokenizer)
    defaults = nlp.Defaults
    prefixes = [*_PREFIXES, *(defaults.prefixes or ())]
    suffixes = [*(defaults.suffixes or ()), *_SUFFIXES]
    infixes = [*_INFIXES, *(defaults.infixes or ())]
    tokenizer.prefix_search = compile_prefix_regex(prefixes).search
    tokenizer.suffix_search = compile_suffix_regex(suffixes).search
    tokenizer.infix_finditer = compile_infix_regex(infixes).finditer
    return nlp
