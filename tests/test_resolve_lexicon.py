"""The lexicon of abbreviations, and how it is computed."""

from kg.resolve.lexicon import load_lexicon
from kg.resolve.lexicon_mining import mine_lexicon

DEFINITION = "We use {long} ({short}) here."


def define(short: str, long: str, times: int) -> list[str]:
    return [DEFINITION.format(short=short, long=long)] * times


def test_definitions_are_counted_over_abstracts() -> None:
    texts = define("ZAQs", "Zebra-Aware Quilts", 3) + define("ZAQ", "zebra-aware quilt", 2)
    assert list(mine_lexicon(texts)) == [("zaq", "zebra aware quilt", 5)]


def test_the_commonest_long_form_comes_first() -> None:
    texts = define("ZAQ", "zonal air quality", 4) + define("ZAQ", "zebra-aware quilting", 6)
    assert list(mine_lexicon(texts)) == [
        ("zaq", "zebra aware quilting", 6),
        ("zaq", "zonal air quality", 4),
    ]


def test_rare_abbreviations_and_rare_long_forms_are_left_out() -> None:
    texts = define("ZAQ", "zonal air quality", 1) + define("ZAQ", "zebra-aware quilting", 6)
    assert list(mine_lexicon(texts)) == [("zaq", "zebra aware quilting", 6)]
    assert list(mine_lexicon(define("ZAQ", "zebra-aware quilting", 2))) == []


def test_the_order_of_the_abstracts_makes_no_difference() -> None:
    texts = define("ZAQ", "zonal air quality", 4) + define("ZAQ", "zebra-aware quilting", 4)
    assert list(mine_lexicon(texts)) == list(mine_lexicon(reversed(texts)))


def test_the_shipped_lexicon_knows_the_abbreviations_of_the_field() -> None:
    lexicon = load_lexicon()
    for short, long in {
        "llm": "large language model",
        "nlp": "natural language processing",
        "gan": "generative adversarial network",
        "rl": "reinforcement learning",
    }.items():
        commonest = max(lexicon[short], key=lambda name: lexicon[short][name])
        assert " ".join(commonest.plain) == long
