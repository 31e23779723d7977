import contextlib
import csv
import io
import json
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

from kg.errors import GraphError, QueryError
from kg.export.registry import ExportOptions
from kg.query import find_prefixes, open_graph, run_query
from kg.query.evaluation import MAX_DEPTH
from tests.graphs import write_small_graph, write_turtle

NAMES = "SELECT ?name { ?model a kg:Model ; skos:prefLabel ?name } ORDER BY ?name"


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output folder with tables and Turtle."""
    folder = tmp_path_factory.mktemp("output")
    (folder / "tables").mkdir()
    write_turtle(write_small_graph(folder / "tables"), folder / "graph.ttl")
    return folder


@pytest.fixture(scope="module")
def store(output: Path) -> Store:
    return open_graph(output / "graph.ttl")


def test_turtle_file_is_opened(store: Store) -> None:
    assert run_query(store, NAMES).rows == (("ALIGN",), ("CLIP",))


def test_turtle_of_others_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "foreign.ttl"
    path.write_text('<http://a/x> <http://a/y> "z" .', encoding="utf-8")

    assert run_query(open_graph(path), "SELECT ?z { ?x ?y ?z }").rows == (("z",),)


def test_missing_graph_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="there is no such file or folder"):
        open_graph(tmp_path / "missing")


def test_folder_is_no_turtle_file(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="cannot be read"):
        open_graph(tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"\x00\xff\xfe", b"PK\x03\x04", b"{}", b'<http://a/x> <http://a/y> "z', b"\xe9 a \xe9 ."],
)
def test_file_that_is_not_turtle_is_a_clear_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "graph.ttl"
    path.write_bytes(content)

    with pytest.raises(GraphError) as caught:
        open_graph(path)
    assert str(caught.value).startswith(f"{path}:1: not Turtle (")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("content", [b"", b"# nothing\n"])
def test_file_without_triples_is_a_clear_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "graph.ttl"
    path.write_bytes(content)

    with pytest.raises(GraphError, match="holds no triples"):
        open_graph(path)


def test_truncated_turtle_names_the_line(output: Path, tmp_path: Path) -> None:
    path = tmp_path / "graph.ttl"
    path.write_bytes((output / "graph.ttl").read_bytes()[:-200])
    lines = path.read_bytes().count(b"\n") + 1

    with pytest.raises(GraphError, match=f":{lines}: not Turtle"):
        open_graph(path)


def test_prefixes_need_no_declaration(store: Store) -> None:
    answer = run_query(store, "ASK { abstract:aaaaaaaaaaaaaaaa kg:introduces ?x . ?x a kg:Model }")

    assert answer.boolean is True


def test_prefixes_of_the_data_follow_its_base_iri(tmp_path: Path) -> None:
    options = ExportOptions(base_iri="https://example.org/mine#")
    path = write_turtle(write_small_graph(tmp_path), tmp_path / "graph.ttl", options)

    store = open_graph(path)
    assert find_prefixes(store)["model"] == "https://example.org/mine#model/"
    assert run_query(store, "ASK { abstract:aaaaaaaaaaaaaaaa a kg:Abstract }").boolean is True


def test_own_declaration_of_a_prefix_goes_first(store: Store) -> None:
    assert run_query(store, "PREFIX kg: <http://a/> ASK { ?x a kg:Model }").boolean is False


def test_graph_that_claims_an_impossible_namespace_is_answered(tmp_path: Path) -> None:
    path = tmp_path / "foreign.ttl"
    path.write_text(
        '@prefix void: <http://rdfs.org/ns/void#> . [] a void:Dataset ; void:uriSpace "> {" .',
        encoding="utf-8",
    )

    assert run_query(open_graph(path), "ASK { ?x a void:Dataset }").boolean is True


def test_select_gives_variables_and_rows(store: Store) -> None:
    answer = run_query(
        store,
        """SELECT ?type ?name ?nothing { ?x a ?type ; skos:prefLabel ?name
                                         VALUES ?name { "ImageNet" } }""",
    )

    assert answer.form == "select"
    assert answer.variables == ("type", "name", "nothing")
    assert answer.rows == (("kg:Dataset", "ImageNet", None),)
    assert answer.terms[0][1] == pyoxigraph.Literal("ImageNet")
    assert answer.boolean is None


def test_iris_that_a_prefix_cannot_write_are_given_whole(store: Store) -> None:
    answer = run_query(store, "SELECT ?r { ?r a kg:Repository }")

    assert answer.rows == (("https://kg.example/repository/github.com/openai/clip",),)


def test_select_as_csv(store: Store) -> None:
    written = run_query(store, 'SELECT ("a,\\"b\\"" AS ?x) ("é" AS ?y) {}').serialize("csv")

    assert [*csv.reader(io.StringIO(written))] == [["x", "y"], ['a,"b"', "é"]]


def test_select_as_json(store: Store) -> None:
    answer = json.loads(run_query(store, NAMES).serialize("json"))

    assert answer["head"]["vars"] == ["name"]
    assert answer["results"]["bindings"][1] == {"name": {"type": "literal", "value": "CLIP"}}


def test_ask_as_csv_and_json(store: Store) -> None:
    answer = run_query(store, "ASK { ?x a kg:Software }")

    assert answer.serialize("csv").strip() == "false"
    assert json.loads(answer.serialize("json"))["boolean"] is False
    assert answer.variables is None
    assert answer.rows == ()


@pytest.mark.parametrize(
    "query",
    ["CONSTRUCT { ?a kg:uses ?b } WHERE { ?a kg:studies ?b }", "DESCRIBE person:ann-old"],
)
def test_triples_as_turtle(query: str, store: Store) -> None:
    answer = run_query(store, query)
    written = answer.serialize("ttl")

    assert len(rdflib.Graph().parse(data=written, format="turtle")) == len(answer.rows) > 0
    assert "@prefix kg: " in written
    assert "@prefix oa: " not in written
    assert answer.variables is None


@pytest.mark.parametrize(
    ("query", "format", "use"),
    [
        (NAMES, "ttl", "use csv or json"),
        ("ASK {}", "ttl", "use csv or json"),
        ("DESCRIBE person:ann-old", "csv", "use ttl"),
        ("DESCRIBE person:ann-old", "json", "use ttl"),
        (NAMES, "xlsx", "use csv, json, ttl"),
    ],
)
def test_format_that_cannot_hold_the_answer_is_refused(
    query: str, format: str, use: str, store: Store
) -> None:
    with pytest.raises(QueryError, match=use):
        run_query(store, query).serialize(format)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "this is no SPARQL query"),
        ("# only a comment", "this is no SPARQL query"),
        ("what uses BERT?", "begins with SELECT, ASK, CONSTRUCT or DESCRIBE"),
        ("SELECT ?x { ?x a kg:Model", "more opening than closing brackets, by 1"),
        ("SELECT ?x { ?x a 'Model }", "a string that begins with ' does not end"),
        (
            "SELECT ?x WHERE\n?x a kg:Model",
            "at line 2, column 1, before '?x a kg:Model': expected \"{\"",
        ),
        ("SELECT ?x { ?x foo:bar ?y }", "foo: is not known; declare it with PREFIX foo: <...>"),
        ("SELECT ?x { ?x a :y }", "the prefix : is not known"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", "read only, and INSERT would change it"),
        ("PREFIX a: <a:> DELETE WHERE { ?x ?y ?z }", "read only, and DELETE would change it"),
        ("drop all", "read only, and DROP would change it"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?x ?y ?z } }", "asks another server"),
        ("SELECT * { service silent ?where { ?x ?y ?z } }", "asks another server"),
        ("SELECT * { ?s ?p 1SERVICE <http://127.0.0.1:9/> {} }", "asks another server"),
        ("PREFIX service: <a:> SELECT * { service:b {} }", "asks another server"),
        ("SELECT * { ?s ?p kg:.SERVICE <http://127.0.0.1:9/> {} }", "asks another server"),
        ("SELECT * { ?s ?p kg:·\\#SERVICE\n<http://127.0.0.1:9/> {} }", "asks another server"),
        ("SELECT (<a:f>(1) AS ?y) {}", "cannot be answered"),
    ],
)
def test_query_that_cannot_be_answered_says_why(query: str, message: str, store: Store) -> None:
    with pytest.raises(QueryError) as caught:
        run_query(store, query)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "query",
    [
        'SELECT * { ?service ?insert "SERVICE \\" foo:bar" } # SERVICE DROP foo:bar',
        "SELECT * { ?s kg:drop '''it's SERVICE foo:bar''' }",
        "PREFIX insert: <http://service/> SELECT * { ?s insert:drop <http://SERVICE/foo:bar> }",
        "SELECT * { _:b a kg:Model FILTER(?a <?b || '{{{' = '' ) }",
        'SELECT * { ?s ?p "x"@en , "y"^^xsd:date }',
    ],
)
def test_words_in_strings_names_and_comments_are_not_keywords(query: str, store: Store) -> None:
    assert run_query(store, query).form == "select"


@pytest.mark.parametrize("brackets", ["{}", "()"])
def test_query_of_too_many_brackets_is_refused(brackets: str, store: Store) -> None:
    nested = brackets[0] * 20_000 + brackets[1] * 20_000

    with pytest.raises(QueryError, match=f"nests more than {MAX_DEPTH} brackets"):
        run_query(store, f"SELECT * {{ FILTER {nested} }}")


def test_nothing_is_written(store: Store) -> None:
    before = {*map(str, store)}
    with pytest.raises(QueryError):
        run_query(store, "INSERT { ?x a kg:Task } WHERE { ?x a kg:Model }")

    assert {*map(str, store)} == before


words = st.sampled_from(
    [
        *("SELECT", "*", "?x", "{", "}", "(", ")", "a", "kg:Model", "foo:bar", "<a:b>", '"', "'"),
        *("\\", "FILTER", "SERVICE", "UNION", ".", ";", "#", "\n", "GROUP BY", "é", "\x00", "_:b"),
    ]
)
tiny = Store()


@given(st.lists(words | st.text(max_size=3), max_size=12).map(" ".join))
def test_any_text_is_answered_or_refused(text: str) -> None:
    with contextlib.suppress(QueryError):
        assert run_query(tiny, text).form in {"select", "ask", "construct"}
