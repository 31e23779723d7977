"""The page of errors: what it tells apart, that no text of it runs, and how it reads."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given
from lxml.html import HtmlElement, document_fromstring
from playwright.sync_api import Browser, Page

from kg.evaluation import Pair, score
from kg.evaluation.differences import find_differences, find_passages, judge_mentions
from kg.evaluation.errors_page import render_errors
from kg.records import EntityType, Extraction, Relation, Result, Role, Span
from tests.annotated import pairs
from tests.extractions import extract_by_hand

Named = tuple[str, EntityType, Role]
TEXT = "We probe CLIP on ImageNet. Zero-shot transfer reaches 76.2%. ALIGN is named in passing."
HOSTILE = '<img src=x onerror="alert(1)"> & </p><script>alert(2)</script> {{ 7*7 }} \x1b[31m end'


def annotate(*named: Named, text: str = TEXT) -> Extraction:
    """An extraction of `text`, with its sentences."""
    ends = [match.end() for match in re.finditer(r"\.(?= |$)", text)] or [len(text)]
    starts = [0, *(end + 1 for end in ends[:-1])]
    extraction = extract_by_hand(text, named, key="x")
    return replace(extraction, sentences=tuple(map(Span, starts, ends)))


def outcomes(pair: Pair) -> list[dict[str, str]]:
    """From the form of each mention of the two sides to its outcome."""
    return [
        {pair.gold.text[m.start : m.end]: m.outcome for m in side} for side in judge_mentions(pair)
    ]


def find(page: HtmlElement, path: str) -> list[HtmlElement]:
    found = page.xpath(path)
    assert isinstance(found, list)
    return found


def describe(pair: Pair) -> list[tuple[str, str | None, str | None]]:
    return [(d.kind, d.gold, d.predicted) for d in find_differences(pair)]


def test_missed_spurious_wrong_boundary_and_wrong_type_are_told_apart() -> None:
    pair = Pair(
        annotate(
            ("CLIP", "Model", "studies"),
            ("ImageNet", "Dataset", "uses"),
            ("Zero-shot transfer", "Technique", "uses"),
        ),
        annotate(
            ("CLIP", "Model", "studies"),
            ("ImageNet", "Software", "uses"),
            ("transfer", "Technique", "uses"),
            ("ALIGN", "Model", "mentions"),
        ),
    )
    assert outcomes(pair) == [
        {"CLIP": "right", "ImageNet": "type", "Zero-shot transfer": "boundary"},
        {"CLIP": "right", "ImageNet": "type", "transfer": "boundary", "ALIGN": "spurious"},
    ]
    assert outcomes(Pair(pair.gold, annotate())) == [
        dict.fromkeys(("CLIP", "ImageNet", "Zero-shot transfer"), "missed"),
        {},
    ]


def test_another_boundary_and_another_type_are_both_wrong() -> None:
    pair = Pair(
        annotate(("Zero-shot transfer", "Technique", "uses")),
        annotate(("transfer", "Task", "uses")),
    )
    (passage,) = find_passages(pair)
    assert passage.kinds == {"boundary", "type"}


@given(pair=pairs())
def test_right_mentions_are_those_that_the_score_counts(pair: Pair) -> None:
    figure = score([pair]).total["mentions"]
    gold, predicted = judge_mentions(pair)
    assert (len(predicted), len(gold)) == (figure.predicted, figure.gold)
    for side in (gold, predicted):
        assert sum(mention.outcome == "right" for mention in side) == figure.hits


@given(pair=pairs())
def test_every_wrong_mention_and_difference_stands_in_one_passage(pair: Pair) -> None:
    passages = list(find_passages(pair))
    for side, name in zip(judge_mentions(pair), ("gold", "predicted"), strict=True):
        shown = Counter(mention for passage in passages for mention in getattr(passage, name))
        assert max(shown.values(), default=1) == 1
        assert {m for m in side if m.outcome != "right"} <= set(shown)
    shown_differences = Counter(d for passage in passages for d in passage.differences)
    assert shown_differences == Counter(find_differences(pair))
    for passage in passages:
        for mention in passage.gold + passage.predicted:
            assert passage.start <= mention.start < mention.end <= passage.end


@given(pair=pairs())
def test_what_is_scored_as_wrong_is_shown(pair: Pair) -> None:
    total = score([pair]).total
    kinds = {kind for passage in find_passages(pair) for kind in passage.kinds}
    for measure, kind in (("relations", "relation"), ("results_full", "result")):
        figure = total[measure]
        assert (kind in kinds) == (not figure.hits == figure.predicted == figure.gold)
    assert ("role" in kinds) == (total["entities"].hits != total["entities_roles"].hits)


def test_only_sentences_with_an_error_are_passages() -> None:
    gold = annotate(("CLIP", "Model", "studies"), ("ALIGN", "Model", "mentions"))
    pair = Pair(gold, annotate(("CLIP", "Model", "studies")))
    (passage,) = find_passages(pair)
    assert TEXT[passage.start : passage.end] == "ALIGN is named in passing."


def test_sentences_that_a_mention_joins_are_one_passage() -> None:
    pair = Pair(annotate(("ImageNet. Zero-shot", "Dataset", "uses")), annotate())
    (passage,) = find_passages(pair)
    assert TEXT[passage.start : passage.end].startswith("We probe")
    assert TEXT[passage.start : passage.end].rstrip().endswith("76.2%.")


def test_roles_relations_and_results_that_differ_are_named() -> None:
    named: list[Named] = [("CLIP", "Model", "studies"), ("ImageNet", "Dataset", "evaluatesOn")]
    gold, predicted = annotate(*named), annotate(("CLIP", "Model", "uses"), named[1])
    gold = replace(
        gold,
        relations=(Relation("e1", "evaluatedOn", "e2"),),
        results=(Result("e1", "76.2%", on="e2"),),
    )
    predicted = replace(
        predicted,
        relations=(Relation("e1", "trainedOn", "e2"), Relation("e2", "uses", "e1")),
        results=(Result("e1", "76.2%"), Result("e1", "3")),
    )
    assert describe(Pair(gold, predicted)) == [
        ("role", "CLIP: studies", "CLIP: uses"),
        ("relation", "CLIP evaluatedOn → ImageNet", "CLIP trainedOn → ImageNet"),
        ("relation", None, "ImageNet uses → CLIP"),
        ("result", "CLIP: 76.2% on ImageNet", "CLIP: 76.2%"),
        ("result", None, "CLIP: 3"),
    ]


def test_each_side_shows_the_sentence_as_it_stands() -> None:
    named: Named = ("CLIP", "Model", "studies")
    page = document_fromstring(render_errors([Pair(annotate(named), annotate())], "T"))
    gold, predicted = find(page, "//article//p[@class='text']")
    assert predicted.text_content() == "We probe CLIP on ImageNet."
    (mark,) = find(gold, ".//mark")
    assert mark.get("class") == "Model missed"
    assert gold.text_content().replace("−CLIPModel", "CLIP") == predicted.text_content()


def test_mentions_inside_each_other_are_both_shown() -> None:
    gold = annotate(("Zero-shot transfer", "Technique", "uses"), ("transfer", "Task", "uses"))
    page = document_fromstring(render_errors([Pair(gold, annotate())], "T"))
    (inside,) = find(page, "//p[@class='inside']/mark")
    assert inside.get("class") == "Task missed"
    assert "transfer" in inside.text_content()


def test_nothing_wrong_is_said() -> None:
    gold = annotate(("CLIP", "Model", "studies"))
    page = document_fromstring(render_errors([Pair(gold, gold)], "T"))
    assert "Nothing differs." in page.text_content()
    assert "0 of 1 abstracts differ" in page.text_content()


def test_hostile_text_stays_text() -> None:
    form = HOSTILE[:30]
    gold = annotate((form, "Model", "studies"), text=HOSTILE)
    other = replace(gold, entities=(replace(gold.entities[0], role="uses", name=HOSTILE),))
    gold = replace(gold, key=HOSTILE, entities=(replace(gold.entities[0], name=HOSTILE),))
    source = render_errors([Pair(gold, other), Pair(gold, annotate(text=HOSTILE))], HOSTILE)
    page = document_fromstring(source)
    assert not find(page, "//script | //img | //iframe | //object | //embed | //a")
    assert not find(page, "//@*[starts-with(name(), 'on') or name() = 'style']")
    assert "\x1b" not in source
    shown = HOSTILE.replace("\x1b", "\ufffd")
    assert find(page, "//h1")[0].text_content() == shown
    assert find(page, "//article//p[@class='text']")[-1].text_content() == shown


def test_policy_allows_the_style_and_nothing_else() -> None:
    page = document_fromstring(render_errors([], "T"))
    (style,) = find(page, "//style")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    (policy,) = find(page, "//meta[@http-equiv='Content-Security-Policy']")
    assert policy.get("content") == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in style.text
    assert "@import" not in style.text


def test_page_does_not_depend_on_the_order_of_the_entities() -> None:
    gold = annotate(("CLIP", "Model", "studies"), ("ImageNet", "Dataset", "uses"))
    backward = replace(gold, entities=gold.entities[::-1])
    assert render_errors([Pair(gold, annotate())], "T") == render_errors(
        [Pair(backward, annotate())], "T"
    )


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens the page of some pairs; at the end no request, complaint or dialog has come."""
    contexts, troubles = [], []

    def open_errors(pairs: list[Pair], *, dark: bool = False, width: int = 1200) -> Page:
        path = tmp_path / "errors.html"
        path.write_text(render_errors(pairs, "Errors"), encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("dialog", lambda dialog: troubles.append(dialog.message))
        page.on(
            "request",
            lambda request: troubles.append(request.url) if request.url != path.as_uri() else None,
        )
        page.goto(path.as_uri())
        return page

    yield open_errors
    for context in contexts:
        context.close()
    assert [trouble for trouble in troubles if not trouble.startswith("data:")] == []


def make_errors() -> Pair:
    """Three sentences: a wrong role in one, a wrong type in one, a missed mention in one."""
    return Pair(
        annotate(
            ("CLIP", "Model", "studies"),
            ("Zero-shot transfer", "Technique", "uses"),
            ("ALIGN", "Model", "mentions"),
        ),
        annotate(("CLIP", "Model", "uses"), ("Zero-shot transfer", "Task", "uses")),
    )


def test_filter_shows_sentences_with_a_kind_of_error(open_page: Callable[..., Page]) -> None:
    page = open_page([make_errors()])
    sentences = page.locator("article:visible")
    assert sentences.count() == 3
    for kind in ("role", "spurious", "type"):
        page.uncheck(f"#show-{kind}")
    (shown,) = sentences.all()
    assert "ALIGN" in shown.inner_text()
    page.uncheck("#show-missed")
    assert page.locator("section:visible").count() == 0


@pytest.mark.parametrize("dark", [False, True])
def test_page_is_accessible(open_page: Callable[..., Page], dark: bool) -> None:
    page = open_page([make_errors()], dark=dark)
    page.click("summary")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_page_fits_a_narrow_screen(open_page: Callable[..., Page]) -> None:
    long = "x" * 300
    gold = annotate((long, "Model", "studies"), text=long)
    page = open_page([make_errors(), Pair(gold, annotate(text=long))], width=320)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_hostile_text_does_nothing_in_a_browser(open_page: Callable[..., Page]) -> None:
    gold = annotate((HOSTILE[:30], "Model", "studies"), text=HOSTILE)
    page = open_page([Pair(gold, annotate(text=HOSTILE))])
    assert page.locator("img").count() == 0
    assert "alert(2)" in page.locator("article").first.inner_text()


def test_types_have_the_colours_of_the_graph(open_page: Callable[..., Page]) -> None:
    page = open_page([make_errors()])
    colour = "element => getComputedStyle(element).borderTopColor"
    assert page.locator("article mark.Model.missed").first.evaluate(colour) == "rgb(0, 95, 158)"
