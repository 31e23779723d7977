"""Validation as its users meet it: quotes, engines, names, the command line."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from kg import cli
from kg.errors import KgError
from kg.query import open_graph
from kg.validation import PYSHACL_TRIPLES, validate
from kg.validation.naming import find_sentence, name_focus
from kg.vocabulary import STANDARD_PREFIXES
from tests.extractions import extract_by_hand, write_by_hand
from tests.graphs import update_store, write_turtle


@pytest.mark.parametrize("engine", ["pyshacl", "store"])
def test_quotes_are_counted_in_code_points(engine: str, tmp_path: Path) -> None:
    text = "😀👩‍🔬 We tune 𝔹ERT on naïve tasks, as 𝔹ERT was."
    extraction = extract_by_hand(
        text, [("𝔹ERT", "Model", "uses"), ("naïve tasks", "Task", "addresses")], key="e" * 16
    )
    path = write_turtle(write_by_hand(tmp_path, [extraction]), tmp_path / "graph.ttl")
    store = open_graph(path)
    assert validate(store, engine) == []

    update_store(
        store,
        "DELETE { ?p oa:start ?s } INSERT { ?p oa:start ?t }"
        " WHERE { ?p oa:start ?s FILTER (?s > 0) BIND (?s + 1 AS ?t) }",
    )
    wrong = {f.value for f in validate(store, engine) if f.path == "oa:hasSelector"}
    assert {name_focus(store, value or "") for value in wrong} == {
        f"“{words}” in {name_focus(store, 'https://kg.example/abstract/eeeeeeeeeeeeeeee')}"
        for words in ("𝔹ERT", "naïve tasks")
    }


def test_large_graphs_are_asked_in_the_store(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    with pytest.raises(KgError, match=r"pip install 'kg-abstracts\[validate\]'"):
        validate(store)
    store.extend(
        Quad(NamedNode(f"urn:{number}"), NamedNode("urn:p"), Literal("x"))
        for number in range(PYSHACL_TRIPLES)
    )

    assert validate(store) == []


def test_focus_has_the_name_that_a_person_knows(store: Store) -> None:
    find = {
        kind: next(
            quad.subject.value
            for quad in sorted(store, key=str)
            if isinstance(quad.subject, NamedNode) and f"/{kind}/" in quad.subject.value
        )
        for kind in ("model", "abstract", "place", "result", "hyperlink", "quote", "span")
    }
    names = {kind: name_focus(store, iri) for kind, iri in find.items()}

    assert names["abstract"] == "Learning from text"
    assert names["place"] == "line 1 of papers.txt"
    assert names["result"] == "76.2% of CLIP"
    assert names["hyperlink"] == "https://github.com/openai/clip"
    assert names["quote"] == names["span"]
    assert re.fullmatch("“.+” in Learning from text", names["span"] or "")
    assert (find_sentence(store, find["quote"]) or "").startswith("We introduce CLIP")


def test_statement_is_named_by_what_it_states(store: Store) -> None:
    ((iri,),) = (
        (row["s"].value,)
        for row in store.query(  # type: ignore[union-attr]
            "SELECT ?s { ?s rdf:predicate kg:comparedWith }", prefixes=dict(STANDARD_PREFIXES)
        )
    )

    assert name_focus(store, iri) == "CLIP comparedWith ALIGN"
    assert find_sentence(store, iri) is not None


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    def run_kg(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["kg", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 0
        return code, capfd.readouterr().out

    return run_kg


def test_command_line_says_that_a_graph_conforms(
    run: Callable[..., tuple[int, str]], turtle: Path
) -> None:
    code, out = run("validate", turtle)

    assert code == 0
    assert re.fullmatch(r"The graph conforms: \d+ triples, no violation\.\n", out)


def test_command_line_says_what_is_wrong_where(
    run: Callable[..., tuple[int, str]], store: Store, tmp_path: Path
) -> None:
    update_store(
        store,
        "DELETE { ?q oa:exact 'CLIP' } INSERT { ?q oa:exact 'CLAP' } WHERE { ?q oa:exact 'CLIP' }",
    )
    path = tmp_path / "wrong.ttl"
    store.dump(path, RdfFormat.TURTLE, from_graph=pyoxigraph.DefaultGraph())
    code, out = run("validate", path)
    words = " ".join(out.split())

    assert code == 1
    assert "“CLAP” in Learning from text" in words
    assert "The quote is to be what stands in the text between start and end." in words
    assert "Found: “CLAP” in Learning from text" in words
    assert "“We introduce CLIP, compare CLIP with ALIGN" in words
    assert re.search(r"\d+ violations at \d+ nodes\n$", out)


def test_command_line_shows_the_first_violations(
    run: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    path = tmp_path / "wrong.ttl"
    path.write_text("<urn:x> a <https://w3id.org/kg-abstracts/ontology#Result> .", encoding="utf-8")
    code, out = run("validate", path, "--limit", 2)

    assert code == 1
    assert "; the first 2 are shown, --limit shows more" in " ".join(out.split())


def test_triples_of_others_are_not_judged(tmp_path: Path) -> None:
    path = tmp_path / "foreign.ttl"
    path.write_text('<http://a/x> <http://a/y> "z" .', encoding="utf-8")

    assert validate(open_graph(path)) == []


def test_backslash_in_a_graph_is_no_pattern(store: Store) -> None:
    update_store(
        store,
        r"DELETE { ?q oa:exact ?x } INSERT { ?q oa:exact '\\mathbb\\1' } WHERE { ?q oa:exact ?x }",
    )
    findings = validate(store, "store")

    assert findings
    assert validate(store, "pyshacl") == findings
