"""Text from another domain, or none at all: few entities or none, and nothing breaks.

The bounds are loose on purpose: they hold for any sensible pipeline, not for one training of it.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from kg.extract import extraction_from_doc, load_pipeline
from kg.records import Extraction
from tests.conftest import ROOT, SEEDS

RECIPE = """Peel two onions and cut them into fine rings. Melt a spoon of butter in a heavy pan, add
the onions with a pinch of salt, and let them soften over a low flame for twenty minutes, stirring
now and then. Meanwhile boil the potatoes in their skins until a knife goes in without force, drain
them, and let them steam dry. Beat four eggs with a splash of milk, some grated nutmeg and plenty of
black pepper. Slice the potatoes, layer them with the onions in a buttered dish, pour the eggs over,
and bake in the middle of a hot oven until the top is golden and the centre no longer trembles.
Serve with a green salad, and with the rest of the white wine that you opened for the cook."""

POEM = """The heron stands where water thins to glass,
and counts the evening in its folded wing;
a wind goes over, combing down the grass,
and asks of every reed a little thing.

I came along the bank with empty hands,
my pockets full of nothing but the day;
the heron looked at me as one who stands
so still that what it waits for comes its way.

O teach me, grey one, to be rich in this:
the cold that climbs the ankle and the knee,
the silver turn of what I almost miss,
the river leaving, and the leaving me."""

LETTER = """Dear Aunt Margaret, thank you for the parcel, which came on Tuesday and was
opened before the postman had reached the gate. The gloves fit. Father says that the roof
will have to wait until the spring, since the carpenter has hurt his thumb, and that the
goat has eaten the second-best tablecloth. We went to the fair on Saturday; Tom won a
goldfish and lost his cap. I am to play the shepherd again this year, although I am the
tallest, because nobody else can whistle. Grandmother sends her love and asks whether you
still have the recipe for plum cake. Your loving nephew, Will."""

COURT = """The tenant gave notice in writing on the third of May and handed back the keys
at the end of that month. The landlord kept the deposit, claiming that the kitchen floor
had been damaged beyond ordinary wear. The court heard two neighbours and the caretaker.
It found that the tiles had been cracked when the tenant moved in, that the landlord had
known of it, and that no repair had been asked for in seven years. The landlord must pay
back the deposit with interest and bear the costs of the proceedings. An appeal may be
lodged within four weeks of the delivery of this judgment."""

CHINESE = (
    "清晨的集市上，卖豆腐的老人推着木车慢慢走过石桥。桥下的河水很浅，几只白鹅在芦苇旁边"
    "打盹。孩子们背着书包，一路追着卖糖人的担子，直到学校的钟声响起。下午下了一场小雨，"
    "屋檐滴着水，邻居们把竹椅搬进门廊，泡上一壶茶，谈论今年的桂花开得早，谁家的女儿要"
    "出嫁，谁家的船还没有从下游回来。到了晚上，灯笼一盏一盏亮起来，街上又热闹了。"
)

LATEX = (
    r"\begin{align} \int_{0}^{1} x^{2}\,\mathrm{d}x &= \frac{1}{3}, \\ \sum_{k=1}^{n} k &= "
    r"\frac{n(n+1)}{2}, \\ \lim_{h \to 0} \frac{f(x+h)-f(x)}{h} &= f'(x) \end{align} "
    r"$$\forall \varepsilon > 0 \; \exists \delta > 0 : |x-y| < \delta \Rightarrow "
    r"|f(x)-f(y)| < \varepsilon$$ \[ \left( \begin{array}{cc} a & b \\ c & d \end{array} \right) \]"
)

OTHER = {"recipe": RECIPE, "poem": POEM, "letter": LETTER, "judgment": COURT}
EMPTY = {
    "nothing": "",
    "an empty line": "\n",
    "white space": " \t \n\n \u00a0\u2003 \r\n ",
    "punctuation": "... --- !? ( ) [ ] { } ' \" ; : ,",
    "control characters": "\x00\x01\x07\x08\x0b\x0c\x1b\x7f\x85\x9f\ufeff\u202e\u2028",
    "digits": "1 2 3 4 5 6 7 8 9 0 3.14 1,000",
}


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline()


@pytest.fixture(scope="module")
def seeds(nlp: Language) -> list[Extraction]:
    texts = {
        line.removeprefix("Abstract:")
        for path in SEEDS.iterdir()
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("Abstract:")
    }
    return [read(nlp, text) for text in sorted(texts)]


@pytest.fixture(scope="module")
def others(nlp: Language) -> list[Extraction]:
    return [read(nlp, text) for text in OTHER.values()]


def rate(extractions: list[Extraction], least: float = 0.0) -> float:
    """How many entities of at least a confidence there are in 100 words."""
    words = sum(len(extraction.text.split()) for extraction in extractions)
    found = [e for extraction in extractions for e in extraction.entities if e.confidence >= least]
    return 100 * len(found) / words


def read(nlp: Language, text: str) -> Extraction:
    return extraction_from_doc(nlp(text), "x")


def check_spans(extraction: Extraction) -> None:
    """Every mention is literally in the text, and every statement names entities that exist."""
    ids = {entity.id for entity in extraction.entities}
    for entity in extraction.entities:
        for mention in entity.mentions:
            assert extraction.text[mention.start : mention.end] == mention.form
    assert {end for r in extraction.relations for end in (r.subject, r.object)} <= ids
    assert {result.of for result in extraction.results} <= ids


def write_long_text(words: int) -> str:
    """Plain prose of so many words: sentences of the texts above in an order drawn by lot."""
    prose = " ".join(" ".join((RECIPE, LETTER, COURT)).split())
    sentences = [sentence.rstrip(".") + "." for sentence in prose.split(". ")]
    generator = random.Random(0)
    chosen: list[str] = []
    while len(chosen) < words:
        chosen += generator.choice(sentences).split()
    return " ".join(chosen[:words])


@pytest.mark.parametrize("text", EMPTY.values(), ids=EMPTY)
def test_text_without_words_has_no_entities(nlp: Language, text: str) -> None:
    extraction = read(nlp, text)
    assert extraction.text == text
    assert (extraction.entities, extraction.relations, extraction.results) == ((), (), ())


def test_texts_from_other_domains_have_less_than_half_as_many_entities(
    seeds: list[Extraction], others: list[Extraction]
) -> None:
    assert rate(others) < rate(seeds) / 2


def test_texts_from_other_domains_have_hardly_a_sure_entity(
    seeds: list[Extraction], others: list[Extraction]
) -> None:
    assert rate(others, least=0.8) < rate(seeds, least=0.8) / 5


def test_texts_from_other_domains_report_no_results(others: list[Extraction]) -> None:
    assert [result for extraction in others for result in extraction.results] == []


def test_mentions_in_texts_from_other_domains_lie_where_they_say(
    others: list[Extraction],
) -> None:
    for extraction in others:
        check_spans(extraction)


@pytest.mark.parametrize("text", [CHINESE, LATEX], ids=["Chinese", "LaTeX"])
def test_text_without_english_has_few_entities(nlp: Language, text: str) -> None:
    extraction = read(nlp, text)
    check_spans(extraction)
    assert len(extraction.entities) <= 3


def test_control_characters_between_words_change_no_offset(nlp: Language) -> None:
    text = "We\x00 train\x07 ResNet-50\x1b on\x0b ImageNet\x7f.\u2028\x85 It ก works.\ufeff"
    extraction = read(nlp, text)
    assert extraction.text == text
    check_spans(extraction)


READ_LONG_TEXT = """
import json, resource
from kg.extract import load_pipeline
from tests.test_other_domains import RECIPE, check_spans, read, write_long_text

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

nlp = load_pipeline()
read(nlp, RECIPE)
before = peak()
extraction = read(nlp, write_long_text(20_000))
used = peak() - before
check_spans(extraction)
mentions = sum(len(entity.mentions) for entity in extraction.entities)
print(json.dumps({"mentions": mentions, "megabytes": used}))
"""


@pytest.fixture(scope="module")
def long_reading() -> dict[str, float]:
    """How much is mentioned in 20,000 words, and the memory that reading them took."""
    command = [sys.executable, "-c", READ_LONG_TEXT]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    reading: dict[str, float] = json.loads(ended.stdout)
    return reading


def test_20_000_words_have_few_mentions(
    seeds: list[Extraction], long_reading: dict[str, float]
) -> None:
    words = sum(len(extraction.text.split()) for extraction in seeds)
    mentions = sum(len(entity.mentions) for e in seeds for entity in e.entities)
    assert long_reading["mentions"] / 20_000 < mentions / words / 2


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is counted in other units")
def test_20_000_words_take_less_than_a_gigabyte(long_reading: dict[str, float]) -> None:
    assert long_reading["megabytes"] < 1024


@settings(max_examples=40)
@given(text=st.text(max_size=200))
def test_any_text_is_read_without_a_crash(nlp: Language, text: str) -> None:
    extraction = read(nlp, text)
    assert extraction.text == text
    check_spans(extraction)


@given(words=st.lists(st.sampled_from(RECIPE.split()), max_size=40))
def test_words_of_a_recipe_in_any_order_are_read_without_a_crash(
    nlp: Language, words: list[str]
) -> None:
    check_spans(read(nlp, " ".join(words)))
