"""The explorer of `kg serve`: a page that asks the server for the graph while it is explored."""

import json
import re
import signal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import pytest

from kg.export.html.details import Utf16Offsets
from kg.tables import Tables
from tests.servers import WAIT, Reply, Server, run_server

IMAGENET = "dataset/imagenet"


def ask_neighbourhood(server: Server, node: str, **numbers: int) -> Any:
    asked = "".join(f"&{name}={number}" for name, number in numbers.items())
    reply = server.fetch(f"/explore/neighbourhood?node={quote(node, safe='')}{asked}")
    assert reply.status == 200, reply.text
    assert reply.media_type == "application/json"
    return json.loads(reply.text)


def ask_search(server: Server, text: str) -> list[Any]:
    reply = server.fetch(f"/explore/search?text={quote(text, safe='')}")
    assert reply.status == 200, reply.text
    assert reply.media_type == "application/json"
    found: list[Any] = json.loads(reply.text)["nodes"]
    return found


def read_data(page: Reply) -> Any:
    found = re.search(r'id="graph-data">(.*?)</script>', page.text, re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.fixture(scope="module")
def seeds(seeds_output: Path) -> Tables:
    return Tables(seeds_output / "tables")


# ---- Neighbourhoods


def test_neighbours_are_those_of_the_tables(seeds_server: Server, seeds: Tables) -> None:
    answer = ask_neighbourhood(seeds_server, IMAGENET, limit=200)

    expected = {
        row[other]
        for end, other in (("subject", "object"), ("object", "subject"))
        for row in seeds.rows_where("statements", {end: [IMAGENET]})
    }
    assert answer["nodes"][0]["id"] == IMAGENET
    assert {node["id"] for node in answer["nodes"][1:]} == expected
    assert answer["total"] == len(expected)


def test_most_important_neighbours_come_first_and_the_others_after_them(
    seeds_server: Server,
) -> None:
    whole = ask_neighbourhood(seeds_server, IMAGENET, limit=200)
    parts = [ask_neighbourhood(seeds_server, IMAGENET, offset=at, limit=3) for at in (0, 3)]

    neighbours = [node["id"] for node in whole["nodes"][1:]]
    importance = [node.get("importance", 0) for node in whole["nodes"][1:]]
    assert len(neighbours) > 6
    assert importance == sorted(importance, reverse=True)
    for part, expected in zip(parts, (neighbours[:3], neighbours[3:6]), strict=True):
        assert [node["id"] for node in part["nodes"]] == [IMAGENET, *expected]
        assert part["total"] == whole["total"]


def test_edges_are_the_statements_between_the_nodes(seeds_server: Server, seeds: Tables) -> None:
    answer = ask_neighbourhood(seeds_server, IMAGENET, limit=30)

    ids = [node["id"] for node in answer["nodes"]]
    expected = {
        row["id"]: (row["subject"], row["predicate"], row["object"], row["category"])
        for row in seeds.rows_where("statements", {"subject": ids, "object": ids})
    }
    found = {
        edge["id"]: (edge["from"], edge["predicate"], edge["to"], edge["category"])
        for edge in answer["edges"]
    }
    assert found == expected


def test_evidence_is_the_sentence_that_a_statement_was_read_from(
    seeds_server: Server, seeds: Tables
) -> None:
    answer = ask_neighbourhood(seeds_server, IMAGENET, limit=30)
    texts = {node["id"]: node["text"] for node in answer["nodes"] if node["kind"] == "Abstract"}
    sentences = {
        (row["statement"], row["abstract"], row["sentence_start"], row["sentence_end"])
        for row in seeds.rows("evidence")
    }

    checked = 0
    for edge in answer["edges"]:
        for item in edge["evidence"]:
            if "abstract" in item:
                start, end = item["sentence"]
                offsets = Utf16Offsets(texts[item["abstract"]])
                assert any(
                    (statement, abstract) == (edge["id"], item["abstract"])
                    and (offsets(first), offsets(last)) == (start, end)
                    for statement, abstract, first, last in sentences
                    if first is not None
                )
                checked += 1
    assert checked


@pytest.mark.parametrize(
    "node", ["model/no-such-model", "statement/0", "person/ann-old", "", "\U0001f680", "a/../b"]
)
def test_node_that_the_picture_does_not_show_is_not_found(seeds_server: Server, node: str) -> None:
    reply = seeds_server.fetch(f"/explore/neighbourhood?node={quote(node, safe='')}")

    assert (reply.status, reply.text) == (404, "the graph has no such node\n")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "name one node by its id, with ?node=ID"),
        ("?node=a&node=b", "name one node by its id, with ?node=ID"),
        ("?node=a&offset=-1", "offset must be one whole number from 0 to 10000000"),
        ("?node=a&offset=x", "offset must be one whole number from 0 to 10000000"),
        ("?node=a&limit=0", "limit must be one whole number from 1 to 200"),
        ("?node=a&limit=201", "limit must be one whole number from 1 to 200"),
        ("?node=a&limit=5&limit=6", "limit must be one whole number from 1 to 200"),
        ("?node=a&limit=%D9%A1", "limit must be one whole number from 1 to 200"),
        ("?node=%ff", "the query string of the URL is not UTF-8 where it is percent-encoded"),
    ],
)
def test_bad_request_says_what_to_do(seeds_server: Server, query: str, message: str) -> None:
    reply = seeds_server.fetch(f"/explore/neighbourhood{query}")

    assert (reply.status, reply.text) == (400, f"{message}\n")


# ---- Search


def test_entity_is_found_by_the_beginning_of_its_name(seeds_server: Server) -> None:
    first = ask_search(seeds_server, "imagen")[0]

    assert (first["id"], first["kind"], first["label"]) == (IMAGENET, "Dataset", "ImageNet")


def test_case_accents_and_punctuation_make_no_difference(seeds_server: Server) -> None:
    assert ask_search(seeds_server, "  ÏMÄGENET!") == ask_search(seeds_server, "imagenet")


def test_other_name_that_was_found_is_given(seeds_server: Server, seeds: Tables) -> None:
    name, alias, id = next(
        (row["name"], alias, row["id"])
        for row in seeds.rows("entities")
        for alias in row["aliases"]
        if alias.isalpha() and not row["name"].casefold().startswith(alias.casefold())
    )
    found = {node["id"]: node for node in ask_search(seeds_server, alias)}

    assert found[id]["label"] == name
    assert found[id]["alias"] == alias


def test_no_more_is_suggested_than_a_reader_looks_at(seeds_server: Server) -> None:
    assert len(ask_search(seeds_server, "a")) == 12


def test_search_without_a_text_says_what_to_do(seeds_server: Server) -> None:
    reply = seeds_server.fetch("/explore/search")

    assert (reply.status, reply.text) == (400, "give one text to search for, with ?text=TEXT\n")


# ---- The page over HTTP


def test_page_starts_with_an_overview(seeds_server: Server, seeds: Tables) -> None:
    data = read_data(seeds_server.fetch("/explore"))

    ranked = sorted(
        seeds.rows("entities", ["id", "importance"]), key=lambda row: -row["importance"]
    )
    held = {node["id"] for node in data["nodes"]}
    assert {row["id"] for row in ranked[:50]} <= held
    assert len(held) < seeds.count("entities")
    assert data["source"] == {
        "neighbourhood": "/explore/neighbourhood",
        "search": "/explore/search",
    }


def test_page_says_what_it_starts_with(seeds_server: Server, seeds: Tables) -> None:
    (note,) = read_data(seeds_server.fetch("/explore"))["notes"]

    assert f" of {seeds.count('entities'):,} entities" in note
    assert f" of {seeds.count('abstracts'):,} abstracts" in note


def test_page_may_run_its_own_scripts_and_ask_its_own_server(seeds_server: Server) -> None:
    reply = seeds_server.fetch("/explore")
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in reply.headers["content-security-policy"].split(";")
    )

    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert re.fullmatch(r"('sha256-[^']+' ?)+", policy["script-src"])
    assert re.fullmatch(r"'sha256-[^']+'", policy["style-src"])
    assert policy["frame-ancestors"] == "'none'"


@pytest.mark.parametrize(
    "path", ["/explore", f"/explore/neighbourhood?node={IMAGENET}", "/explore/search?text=clip"]
)
def test_client_that_has_an_answer_is_not_sent_it_again(seeds_server: Server, path: str) -> None:
    first = seeds_server.fetch(path)
    again = seeds_server.fetch(path, if_none_match=first.headers["etag"])
    head = seeds_server.fetch(path, "HEAD")

    assert (first.status, again.status, head.status) == (200, 304, 200)
    assert first.body
    assert again.body == head.body == b""
    assert first.headers["etag"] == again.headers["etag"] == head.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/explore", "/explore/neighbourhood", "/explore/search"])
def test_nothing_is_written(seeds_server: Server, path: str) -> None:
    assert seeds_server.fetch(path, "POST", "x").status == 405


def test_graph_of_others_has_no_explorer(tmp_path: Path) -> None:
    turtle = tmp_path / "graph.ttl"
    turtle.write_text("<https://a.example/b> a <https://a.example/C> .", encoding="utf-8")
    with run_server(turtle, "--workers", "2") as server:
        replies = [
            server.fetch(path)
            for path in ("/explore", "/explore/neighbourhood?node=b", "/explore/search?text=b")
        ]
        home = server.fetch("/", accept="text/html")

    for reply in replies:
        assert reply.status == 404
        assert "needs a graph that kg wrote" in reply.text
    assert 'href="/explore' not in home.text


def test_pages_of_the_server_lead_to_the_explorer(seeds_server: Server) -> None:
    home = seeds_server.fetch("/", accept="text/html")
    node = seeds_server.fetch(f"/{IMAGENET}", accept="text/html")

    assert 'href="/explore"' in home.text
    assert 'href="/explore#selected=dataset%2Fimagenet"' in node.text


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_end_of_the_server_ends_what_is_being_made(seeds_output: Path, end: signal.Signals) -> None:
    with run_server(seeds_output, "--workers", "2") as server:
        server.send(b"GET /explore HTTP/1.1\r\nHost: kg\r\n\r\n")
        for _ in range(1_000):
            children = server.list_workers()
            if len(children) > 2:
                break
            server.fetch("/health")
        server.process.send_signal(end)
        _, still_there = psutil.wait_procs(children, timeout=WAIT)

    assert len(children) == 3
    assert still_there == []
