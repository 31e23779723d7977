"""The HTML page as a file: what it holds, how much, and that no text in it can become code."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import OutputError
from kg.export.html.appearance import (
    BACKGROUND_DARK,
    BACKGROUND_LIGHT,
    EDGE_LOOKS,
    NODE_LOOKS,
)
from kg.export.html.details import Utf16Offsets, describe
from kg.export.html.layout import place_nodes
from kg.export.html.neighbourhood import describe_by_id
from kg.export.html.network import build_network
from kg.export.html.page import find_policy, to_script_json
from kg.export.html.selection import select
from kg.export.registry import ExportOptions, ExportReport, find_format
from kg.records import ENTITY_TYPES, RELATION_PREDICATES, ROLES, Extraction, Relation, Span
from kg.tables import Tables
from tests.extractions import extract_by_hand, write_by_hand

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PAPERS = [
    extract_by_hand(
        "We introduce CLIP, a model trained with contrastive learning.",
        [("CLIP", "Model", "introduces"), ("contrastive learning", "Technique", "uses")],
        [Relation("e1", "uses", "e2", 0.7, Span(13, 60))],
    ),
    extract_by_hand(
        "We evaluate CLIP on ImageNet.",
        [("CLIP", "Model", "studies"), ("ImageNet", "Dataset", "evaluatesOn")],
        [Relation("e1", "evaluatedOn", "e2", 0.6, Span(0, 29))],
    ),
    extract_by_hand(
        "ImageNet labels are noisy.",
        [("ImageNet", "Dataset", "studies")],
    ),
]


class Reader(HTMLParser):
    """Reads scripts, styles and attributes as a browser would find them."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.data = ""
        self.styles: list[str] = []
        self.policy = ""
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self._open: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.addresses += [attributes[name] or "" for name in ("src", "href") if name in attributes]
        self.handlers += [name for name in attributes if name.startswith("on")]
        if attributes.get("http-equiv") == "Content-Security-Policy":
            self.policy = attributes["content"] or ""
        self._open = "data" if attributes.get("type") == "application/json" else tag

    def handle_data(self, data: str) -> None:
        if self._open == "script":
            self.scripts.append(data)
        elif self._open == "style":
            self.styles.append(data)
        elif self._open == "data":
            self.data += data

    def handle_endtag(self, tag: str) -> None:
        self._open = None


def export(tables: Tables, folder: Path, title: str = "Graph") -> tuple[Path, ExportReport]:
    path = folder / "graph.html"
    report = find_format("html").export(tables, path, ExportOptions(title=title))
    return path, report


def read(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


def read_data(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(read(path).data)
    return data


def many_papers(count: int) -> list[Extraction]:
    """Papers that all study ImageNet, each with a method of its own."""
    return [
        extract_by_hand(
            f"Method{n} improves on ImageNet.",
            [(f"Method{n}", "Technique", "introduces"), ("ImageNet", "Dataset", "studies")],
            key=f"{n:08d}",
        )
        for n in range(count)
    ]


# ---- Nothing is taken for code


@given(st.recursive(TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner)))
def test_data_holds_any_text_and_no_character_that_could_end_its_element(value: object) -> None:
    written = to_script_json(value)
    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written) == value


def test_policy_allows_the_page_s_own_scripts_and_style_and_no_request(tmp_path: Path) -> None:
    reader = read(export(write_by_hand(tmp_path, PAPERS), tmp_path)[0])

    def hash_of(text: str) -> str:
        digest = hashlib.sha256(text.encode("utf-8")).digest()
        return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"

    directives = dict(directive.strip().split(" ", 1) for directive in reader.policy.split(";"))
    assert directives == {
        "default-src": "'none'",
        "script-src": " ".join(sorted({hash_of(script) for script in reader.scripts})),
        "style-src": " ".join(hash_of(style) for style in reader.styles),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_page_refers_to_nothing_outside_itself(tmp_path: Path) -> None:
    reader = read(export(write_by_hand(tmp_path, PAPERS), tmp_path)[0])
    assert sorted(reader.addresses) == ["#search", "data:,"]
    assert reader.handlers == []


def test_title_is_text_and_its_control_characters_are_replaced_and_counted(
    tmp_path: Path,
) -> None:
    tables = write_by_hand(tmp_path, PAPERS)
    path, report = export(tables, tmp_path, "<b>\x00{{ 7*7 }}</title><script>")
    page = path.read_text(encoding="utf-8")
    assert "<title>&lt;b&gt;\ufffd{{ 7*7 }}&lt;/title&gt;&lt;script&gt;</title>" in page
    assert report.replaced == 1


# ---- What it holds


def test_every_mention_in_the_page_slices_back_to_its_form_in_utf_16(tmp_path: Path) -> None:
    text = "😀 We pit GPT-4 👍🏽 against 𝐁𝐄𝐑𝐓 on 𝔐."
    names = ["GPT-4", "𝐁𝐄𝐑𝐓", "𝔐"]
    paper = extract_by_hand(text, [(name, "Model", "studies") for name in names])
    data = read_data(export(write_by_hand(tmp_path, [paper]), tmp_path)[0])
    (abstract,) = [node for node in data["nodes"] if node["kind"] == "Abstract"]
    units = abstract["text"].encode("utf-16-le")
    forms = [
        units[2 * start : 2 * end].decode("utf-16-le") for start, end, _, _ in abstract["mentions"]
    ]
    assert forms == names


@given(TEXT, st.data())
def test_offset_in_code_points_becomes_offset_in_utf_16(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    assert 2 * Utf16Offsets(text)(offset) == len(text[:offset].encode("utf-16-le"))


def test_every_edge_leads_to_the_sentence_it_was_read_from(tmp_path: Path) -> None:
    data = read_data(export(write_by_hand(tmp_path, PAPERS), tmp_path)[0])
    for drawn, detail in zip(data["network"]["edges"], data["edges"], strict=True):
        assert detail["evidence"], drawn
        for item in detail["evidence"]:
            start, end = item["sentence"]
            assert data["nodes"][item["abstract"]]["text"][start:end]


def test_links_between_abstracts_name_the_entities_they_rest_on(tmp_path: Path) -> None:
    data = read_data(export(write_by_hand(tmp_path, PAPERS), tmp_path)[0])
    reasons = {
        (drawn["predicate"], *(data["nodes"][number]["label"] for number in detail["via"]))
        for drawn, detail in zip(data["network"]["edges"], data["edges"], strict=True)
        if drawn["category"] == "link"
    }
    assert ("buildsOn", "CLIP") in reasons
    assert ("sharesEntity", "ImageNet") in reasons


def test_every_type_role_and_relation_has_a_look() -> None:
    assert {*ENTITY_TYPES, "Abstract", "Repository"} == NODE_LOOKS.keys()
    assert {("role", role) for role in ROLES} <= EDGE_LOOKS.keys()
    assert {("relation", predicate) for predicate in RELATION_PREDICATES} <= EDGE_LOOKS.keys()
    assert len({look.shape for look in NODE_LOOKS.values()}) == len(NODE_LOOKS)


def contrast(color: str, background: str) -> float:
    """Contrast ratio of WCAG 2.2."""

    def luminance(code: str) -> float:
        channels = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted([luminance(color), luminance(background)])
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("kind", NODE_LOOKS)
def test_kinds_stand_out_from_the_background_light_and_dark(kind: str) -> None:
    assert contrast(NODE_LOOKS[kind].light, BACKGROUND_LIGHT) >= 3
    assert contrast(NODE_LOOKS[kind].dark, BACKGROUND_DARK) >= 3


# ---- Where the nodes lie


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 11)), max_size=40),
    st.randoms(use_true_random=False),
)
def test_no_two_nodes_lie_on_one_place(
    tmp_path_factory: pytest.TempPathFactory, named: list[tuple[int, int]], random: Any
) -> None:
    papers = []
    for paper in range(6):
        names = sorted({f"Net{entity:02}" for owner, entity in named if owner == paper})
        text = f"Paper {paper} is about {', '.join(names)}."
        papers.append(extract_by_hand(text, [(name, "Model", "uses") for name in names]))
    random.shuffle(papers)
    selection = select(write_by_hand(tmp_path_factory.mktemp("tables"), papers))
    places = place_nodes(selection)
    assert len(set(places)) == len(places) == len(selection.nodes)
    assert all(type(x) is int and type(y) is int for x, y in places)


def test_empty_graph_gives_a_page(tmp_path: Path) -> None:
    assert read_data(export(write_by_hand(tmp_path, []), tmp_path)[0])["nodes"] == []


def test_page_has_the_same_bytes_in_every_process_and_order_of_input(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib\n"
        "from tests.test_html_export import PAPERS, export, many_papers, write_by_hand\n"
        "folder = pathlib.Path(sys.argv[1]); folder.mkdir()\n"
        "papers = [*PAPERS, *many_papers(40)]\n"
        "papers = papers[::-1] if sys.argv[2] == 'reversed' else papers\n"
        "export(write_by_hand(folder, papers), folder)\n"
    )
    pages = []
    for seed, order in (("1", "given"), ("2", "reversed")):
        folder = tmp_path / seed
        subprocess.run(
            [sys.executable, "-c", program, str(folder), order],
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.getcwd()},
        )
        pages.append((folder / "graph.html").read_bytes())
    assert pages[0] == pages[1]


# ---- A graph that is too large for one page


def test_small_graph_is_shown_whole_without_notes(tmp_path: Path) -> None:
    tables = write_by_hand(tmp_path, PAPERS)
    selection = select(tables)
    assert selection.notes == export(tables, tmp_path)[1].notes == ()
    assert len(selection.nodes) == tables.count("abstracts") + tables.count("entities")


def test_large_graph_shows_the_most_important_entities_and_abstracts_behind_them(
    tmp_path: Path,
) -> None:
    tables = write_by_hand(tmp_path, many_papers(60))
    selection = select(tables, max_nodes=30)
    assert len(selection.nodes) <= 30
    assert "ImageNet" in {row["name"] for row in selection.entities}
    shown = {row["id"] for row in selection.entities}
    for abstract in selection.abstracts:
        assert any(
            row["subject"] == abstract["id"] and row["object"] in shown
            for row in selection.statements
        )
    (note,) = selection.notes
    assert f"{len(selection.abstracts)} of 60 abstracts" in note
    assert f"{len(selection.entities)} of 61 entities" in note


def test_of_too_many_edges_those_that_only_share_an_entity_go_first(tmp_path: Path) -> None:
    tables = write_by_hand(tmp_path, PAPERS)
    whole = select(tables)
    roles = [row for row in whole.statements if row["category"] == "role"]
    cut = select(tables, max_edges=len(roles))
    assert list(cut.statements) == roles
    assert f"Of {len(whole.statements)} edges" in cut.notes[0]


def test_picture_of_many_nodes_starts_with_some_of_each_community(tmp_path: Path) -> None:
    groups = [
        extract_by_hand(
            f"Method{dataset}{n} improves on {dataset}.",
            [(f"Method{dataset}{n}", "Technique", "introduces"), (dataset, "Dataset", "uses")],
            key=f"{dataset.lower()}{n}",
        )
        for dataset in ("Alpha", "Beta", "Gamma")
        for n in range(12)
    ]
    tables = write_by_hand(tmp_path, groups)
    assert select(tables).overview is None
    selection = select(tables, max_whole=20, overview_nodes=30)
    assert selection.overview is not None
    assert len(selection.overview) == 30
    drawn = [selection.nodes[number] for number in selection.overview]
    entities = [row for row in drawn if "type" in row]
    assert {row["community"] for row in entities} == {
        row["community"] for row in selection.entities
    }
    assert {"Alpha", "Beta", "Gamma"} <= {row["name"] for row in entities}
    assert any("text" in row for row in drawn)
    assert f"starts with 30 of {len(selection.nodes)} nodes" in selection.notes[-1]


def test_part_of_the_graph_refers_to_its_nodes_by_id(tmp_path: Path) -> None:
    tables = write_by_hand(tmp_path, PAPERS)
    selection = select(tables)
    details = describe(tables, selection)
    part = describe_by_id(build_network(selection, place_nodes(selection)), details)
    assert [node["id"] for node in part["nodes"]] == list(selection.numbers)
    for row, edge, detail in zip(
        selection.statements, part["edges"], details["edges"], strict=True
    ):
        assert (edge["from"], edge["to"]) == (row["subject"], row["object"])
        assert [item["abstract"] for item in edge["evidence"]] == [
            selection.nodes[item["abstract"]]["id"] for item in detail["evidence"]
        ]
    mentioned = {
        mention[2] for node in part["nodes"] if "text" in node for mention in node["mentions"]
    }
    assert mentioned == {row["id"] for row in selection.entities}
    json.dumps(part, allow_nan=False)


def test_served_page_may_ask_its_own_server_and_no_other() -> None:
    served, alone = (
        dict(directive.strip().split(" ", 1) for directive in policy.split(";"))
        for policy in (find_policy(served=True), find_policy())
    )
    assert served == alone | {"connect-src": "'self'"}


def test_evidence_in_an_abstract_that_is_not_shown_is_quoted(tmp_path: Path) -> None:
    papers = [
        extract_by_hand(
            f"In study {n}, Alpha outperforms Beta.",
            [("Alpha", "Model", "studies"), ("Beta", "Model", "studies")],
            [Relation("e1", "outperforms", "e2", 0.9, Span(0, 36))],
        )
        for n in range(12)
    ]
    tables = write_by_hand(tmp_path, papers)
    selection = select(tables, max_nodes=4)
    details = describe(tables, selection)
    quotes = list(quoted(details))
    assert len(selection.abstracts) < 12
    assert all(re.fullmatch(r"In study \d+, Alpha outperforms Beta\.", quote) for quote in quotes)
    assert quotes


def quoted(details: dict[str, Any]) -> Iterator[str]:
    for edge in details["edges"]:
        for item in edge["evidence"]:
            if "abstract" not in item:
                yield item["sentence"]


# ---- What can go wrong


def test_place_that_cannot_be_written_is_an_error_that_names_it(tmp_path: Path) -> None:
    tables = write_by_hand(tmp_path, PAPERS)
    with pytest.raises(OutputError, match=r"missing.graph\.html: cannot be written"):
        export(tables, tmp_path / "missing")
