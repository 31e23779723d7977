"""Requests of any shape: each is answered in full, and none breaks the server."""

import http.client
import io
import tempfile
import xml.etree.ElementTree as ElementTree
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, unquote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, Store

from kg.serve.addresses import find_address
from kg.serve.buffers import AnswerBuffer, AnswerTooLongError
from kg.serve.negotiation import choose_media_type
from kg.serve.protocol import read_get, read_post
from kg.serve.refusals import RefusalError
from kg.vocabulary import NODE_KINDS, encode_local_name
from tests.servers import WAIT, Server

FORM = "application/x-www-form-urlencoded"
STATUSES = {200, 204, 400, 404, 405, 406, 413, 414, 415, 422}
OFFERS = ["text/turtle", "application/json", "text/csv"]

words = st.sampled_from(
    [
        *("SELECT", "CONSTRUCT", "ASK", "DESCRIBE", "*", "?x", "{", "}", "(", ")", "a", "kg:Model"),
        *("<a:b>", '"', "'", "\\", "FILTER", "SERVICE", "UNION", ".", ";", "#", "\n", "LIMIT 3"),
        *("{ ?x a kg:Model }", "WHERE", "é", "\x00", "\ufffe", "_:b", "FROM", "GRAPH", "BIND", "1"),
    ]
)
queries = st.one_of(
    st.lists(words, max_size=12).map(" ".join),
    st.text(max_size=20),
    st.sampled_from(["ASK {}", "SELECT * { ?x a kg:Model }", "DESCRIBE model:clip"]),
)
media_types = st.sampled_from(
    [
        *("text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples"),
        *("text/csv", "text/tab-separated-values", "application/sparql-results+xml", "text/html"),
        *("*/*", "text/*", "image/png", "*", "", ";q=1", "text/csv;q=2", 'a/b;c="d,e"', "\xff"),
    ]
)
header_texts = st.lists(media_types, max_size=4).map(", ".join) | st.text(
    st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=12
)
fields = st.lists(
    st.tuples(
        st.sampled_from(
            ["query", "default-graph-uri", "named-graph-uri", "graph", "default", "iri", "update"]
        ),
        queries | st.sampled_from(["http://a/g", "https://kg.example/model/clip", ""]),
    ),
    max_size=3,
).map(urlencode)
paths = st.one_of(
    st.sampled_from(["/", "/sparql", "/data", "/resource", "/health", "/static/query.js"]),
    st.sampled_from(["/model/clip", "/dataset/imagenet", "/static/../pool.py", "/model/", "//"]),
    st.builds(
        lambda kind, name: f"/{kind}/{quote(name, safe='%')}",
        st.sampled_from(NODE_KINDS),
        st.text(max_size=8),
    ),
)
raw_query_strings = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20)
bodies = (
    queries.map(lambda text: text.encode("utf-8", "surrogatepass"))
    | fields.map(str.encode)
    | st.binary(max_size=20)
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["GET", "GET", "POST", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "FOO"]),
    paths,
    fields | raw_query_strings,
    st.dictionaries(
        st.sampled_from(["Accept", "Content-Type", "Host", "Origin", "Range", "Cookie"]),
        header_texts | st.sampled_from([FORM, "application/sparql-query"]),
        max_size=3,
    ),
    bodies | st.none(),
)
def test_any_request_has_a_whole_answer_and_none_is_500(
    seeds_server: Server,
    method: str,
    path: str,
    query_string: str,
    headers: dict[str, str],
    body: bytes | None,
) -> None:
    with closing(http.client.HTTPConnection(*seeds_server.address, timeout=WAIT)) as connection:
        connection.putrequest(
            method, f"{path}?{query_string}", skip_host="Host" in headers, skip_accept_encoding=True
        )
        for name, value in headers.items():
            connection.putheader(name, value.encode("latin-1"))
        connection.putheader("Content-Length", str(len(body or b"")))
        connection.endheaders(body)
        response = connection.getresponse()
        received = response.read()

    assert response.status in STATUSES
    if response.status >= 400 and method != "HEAD":
        assert received.strip()


@given(queries)
def test_every_query_is_read_alike_from_url_form_and_body(sparql: str) -> None:
    form = urlencode({"query": sparql}, errors="surrogatepass").encode()
    by_get, by_form, by_body = (
        try_to(read_get, form, 1000),
        try_to(read_post, b"", FORM, form, 1000),
        try_to(
            read_post,
            b"",
            "application/sparql-query",
            sparql.encode("utf-8", "surrogatepass"),
            1000,
        ),
    )
    assert by_get == by_form == by_body


@given(header_texts)
def test_any_accept_header_chooses_one_of_the_offers_or_none(accept: str) -> None:
    assert choose_media_type(accept, OFFERS) in {None, *OFFERS}


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "text/turtle"),
        ("", "text/turtle"),
        ("nonsense", "text/turtle"),
        ("*/*", "text/turtle"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("text/csv;q=0.4, application/json;q=0.5", "application/json"),
        ("application/json, text/turtle", "text/turtle"),
        ("text/*;q=0.3, text/csv;q=0.9, */*;q=0.5", "text/csv"),
        ("*/*, text/turtle;q=0", "application/json"),
        ("text/turtle;charset=utf-8;q=0.1, text/csv; Q=0.2", "text/csv"),
        ('text/csv;x=",text/turtle"', "text/csv"),
        ("image/png", None),
        ("text/csv;q=0", None),
    ],
)
def test_best_offer_is_chosen(accept: str | None, chosen: str | None) -> None:
    assert choose_media_type(accept, OFFERS) == chosen


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.lists(st.integers(min_value=1, max_value=7), max_size=30),
)
def test_xml_of_any_text_is_well_formed_however_it_is_written(text: str, steps: list[int]) -> None:
    store = Store()
    store.add(Quad(NamedNode("a:s"), NamedNode("a:p"), Literal(text)))
    written = store.query("SELECT ?o { ?s ?p ?o }").serialize(format=QueryResultsFormat.XML)
    buffer = AnswerBuffer(Path("unused"), 1_000_000)
    buffer.xml = True
    rest = io.BytesIO(written)
    for step in steps:
        buffer.write(rest.read(step))
    buffer.write(rest.read())

    (literal,) = ElementTree.fromstring(buffer.finish() or b"").findall(".//{*}literal")
    kept = "".join("\ufffd" if is_beyond_xml(character) else character for character in text)
    assert (literal.text or "") == kept


@settings(max_examples=20)
@given(st.lists(st.integers(min_value=0, max_value=150_000).map(bytes), max_size=5))
def test_answer_is_held_whole_in_memory_or_file(parts: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answer"
        buffer = AnswerBuffer(path, 10_000_000)
        for part in parts:
            buffer.write(part)
        held = buffer.finish()

        assert (path.read_bytes() if held is None else held) == b"".join(parts)
        assert buffer.length == len(b"".join(parts))


def test_answer_that_is_too_long_leaves_no_file(tmp_path: Path) -> None:
    buffer = AnswerBuffer(tmp_path / "answer", 300_000)
    buffer.write(b"x" * 300_000)
    with pytest.raises(AnswerTooLongError):
        buffer.write(b"x")
    buffer.discard()

    assert [*tmp_path.iterdir()] == []


@given(st.sampled_from(NODE_KINDS), st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_address_of_a_node_leads_back_to_its_iri(kind: str, name: str) -> None:
    base = "https://kg.example/"
    iri = base + encode_local_name(f"{kind}/{name}")
    address = find_address(iri, base)

    assert address.isascii()
    if address.startswith("/resource?"):
        assert address == f"/resource?iri={quote(iri, safe='')}"
    else:
        assert base + encode_local_name(unquote(address)[1:]) == iri


def is_beyond_xml(character: str) -> bool:
    return (character < " " and character not in "\t\n\r") or character in "\ufffe\uffff"


def try_to(read, *arguments):
    try:
        return read(*arguments).sparql
    except RefusalError as refusal:
        return refusal.status
