"""What counts as an address, where it ends, and what it leads to."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.annotations import hyperlinks
from kg.extract.links import find_hyperlinks
from kg.records import Hyperlink

SEEDS = Path(__file__).parent.parent / "seeds"


def find(text: str) -> list[Hyperlink]:
    return list(find_hyperlinks(text))


def only(text: str) -> Hyperlink:
    (link,) = find(text)
    return link


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Code available at https://github.com/a/b.", "https://github.com/a/b"),
        ("see https://github.com/a/b, and", "https://github.com/a/b"),
        ("(https://x.org/a_(b)).", "https://x.org/a_(b)"),
        ("(see https://github.com/a/b)", "https://github.com/a/b"),
        (r"\url{https://github.com/a/b}.", "https://github.com/a/b"),
        (r"\href{https://x.org/y}{the page}", "https://x.org/y"),
        ("<https://x.org/y>", "https://x.org/y"),
        ("[code](https://x.org/y)", "https://x.org/y"),
        ("**https://x.org/y**", "https://x.org/y"),
        ("`https://x.org/y`", "https://x.org/y"),
        ('"https://x.org/y"', "https://x.org/y"),
        ("https://x.org/中文。", "https://x.org/中文"),
        ("athttps://x.org/y", "https://x.org/y"),
        ("https://x.org/a\nb", "https://x.org/a"),
        ("https://x.org/a/...", "https://x.org/a/"),
        ("HTTPS://X.ORG/A", "HTTPS://X.ORG/A"),
    ],
)
def test_an_address_ends_before_what_is_only_around_it(text: str, form: str) -> None:
    link = only(text)
    assert link.form == form
    assert text[link.start : link.end] == form


@pytest.mark.parametrize(
    "text",
    [
        "Node.js and ASP.net",
        "and etc.In the U.S.A",
        "on ImageNet.We show",
        "write to somebody@x.org",
        "mailto:somebody@x.org",
        "http://",
        "e.g.this, i.e.that",
    ],
)
def test_what_only_looks_like_a_host_is_no_address(text: str) -> None:
    assert find(text) == []


def test_an_address_without_scheme_opens_with_https() -> None:
    link = only("at github.com/openai/mle-bench/ to")
    assert link.form == "github.com/openai/mle-bench/"
    assert link.url == "https://github.com/openai/mle-bench/"
    assert (link.kind, link.owner, link.name) == ("repository", "openai", "mle-bench")


def test_addresses_in_a_list_without_white_space_are_several() -> None:
    text = "code:https://github.com/a/b,data:https://x.org/y;https://z.org"
    assert [link.form for link in find(text)] == [
        "https://github.com/a/b",
        "https://x.org/y",
        "https://z.org",
    ]


def test_latex_escapes_are_undone_in_the_url_and_kept_in_the_form() -> None:
    link = only(r"\url{https://github.com/a\_b/c\_d}")
    assert link.form == r"https://github.com/a\_b/c\_d"
    assert link.url == "https://github.com/a_b/c_d"
    assert (link.owner, link.name) == ("a_b", "c_d")
    assert only(r"https://x.org/$\sim$me/").url == "https://x.org/~me/"


@pytest.mark.parametrize(
    ("url", "kind", "owner", "name"),
    [
        ("https://github.com/a/b.git", "repository", "a", "b"),
        ("https://github.com/a/b/tree/main/c?d=e#f", "repository", "a", "b"),
        ("https://www.github.com/a/b", "repository", "a", "b"),
        ("https://github.com/a", "page", None, None),
        ("https://gitlab.com/g/s/p/-/tree/main", "repository", "g/s", "p"),
        ("https://bitbucket.org/a/b/src", "repository", "a", "b"),
        ("https://codeberg.org/a/b", "repository", "a", "b"),
        ("https://anonymous.4open.science/r/B-1", "repository", None, "B-1"),
        ("https://huggingface.co/spaces/a/b", "repository", "a", "b"),
        ("https://huggingface.co/datasets/a/b", "dataset", "a", "b"),
        ("https://huggingface.co/datasets/b", "dataset", None, "b"),
        ("https://huggingface.co/a/b", "model", "a", "b"),
        ("https://huggingface.co/papers/1", "page", None, None),
        ("https://www.kaggle.com/datasets/a/b", "dataset", "a", "b"),
        ("https://www.kaggle.com/c/b", "dataset", None, "b"),
        ("https://zenodo.org/records/12", "dataset", None, "12"),
        ("https://doi.org/10.5281/zenodo.12", "dataset", None, "zenodo.12"),
        ("https://doi.org/10.1000/xyz", "page", None, None),
        ("https://a.github.io/b/", "page", None, None),
    ],
)
def test_owner_and_name_are_read_from_the_path(
    url: str, kind: str, owner: str | None, name: str | None
) -> None:
    link = only(f"See {url}.")
    assert (link.kind, link.owner, link.name) == (kind, owner, name)
    assert not link.host.startswith("www.")


def test_every_repository_of_the_seeds_is_exact() -> None:
    found = {
        (link.form, link.owner, link.name)
        for path in SEEDS.glob("*.txt")
        for link in find(path.read_text(encoding="utf-8"))
        if link.owner == "MadryLab"
    }
    assert ("https://github.com/MadryLab/copriors", "MadryLab", "copriors") in found
    assert all(form == f"https://github.com/MadryLab/{name}" for form, _, name in found)


def test_the_component_leaves_the_addresses_on_the_doc() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("kg_links")
    (link,) = hyperlinks(nlp("Code: https://github.com/a/b."))
    assert link.name == "b"


def test_a_doc_with_addresses_can_be_written_to_bytes() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("kg_links")
    doc = nlp("Code: https://github.com/a/b.")
    copy = spacy.tokens.Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert hyperlinks(copy) == hyperlinks(doc)


@given(
    st.lists(
        st.one_of(
            st.text(max_size=8),
            st.sampled_from(
                ["https://", "github.com/", "a.b/", "www.", "(", ")", "[", "{", "\\", "$", "`"]
            ),
        ),
        max_size=12,
    ).map("".join)
)
def test_any_text_gives_addresses_in_order_that_slice_back(text: str) -> None:
    end = 0
    for link in find(text):
        assert end <= link.start < link.end <= len(text)
        assert text[link.start : link.end] == link.form
        assert "://" in link.url
        end = link.end
