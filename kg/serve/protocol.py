"""Requests of the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from pyoxigraph import NamedNode

from kg.serve.refusals import RefusalError

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
_MAX_FIELDS = 1000
_NEIGHBOURS, _MAX_NEIGHBOURS = 50, 200
_MAX_OFFSET = 10_000_000
_MAX_DIGITS = 8


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query with the dataset that it is asked of.

    Attributes:
        sparql: The query.
        default_graphs: IRIs of the graphs that make up the default graph.
        named_graphs: IRIs of the named graphs. Where both are empty the query says what the
            dataset is, or else it is all of the store.
    """

    sparql: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


def read_get(query_string: bytes, limit: int) -> QueryRequest | None:
    """A query by GET, or None where the request holds none.

    Args:
        query_string: Of the URL.
        limit: How long the query may be, in bytes of UTF-8.

    Raises:
        RefusalError: The request is malformed, or the query too long.
    """
    return _read_fields(_parse_fields(query_string, "the query string of the URL"), limit)


def read_post(
    query_string: bytes, content_type: str | None, body: bytes, limit: int
) -> QueryRequest:
    """A query by POST, as a form or as it is.

    Args:
        query_string: Of the URL, which names the dataset of a query that is posted as it is.
        content_type: The header.
        body: The body.
        limit: How long the query may be, in bytes of UTF-8.

    Raises:
        RefusalError: The request is malformed, of another type, or the query too long.
    """
    media_type = check_content_type(content_type)
    if media_type == FORM:
        request = _read_fields(_parse_fields(body, "the form"), limit)
        if request is None:
            raise RefusalError(400, "the form holds no query; send it as the field `query`")
        return request
    fields = _parse_fields(query_string, "the query string of the URL")
    if any(name in ("query", "update") for name, _ in fields):
        raise RefusalError(
            400, "the request holds a query in the URL and in the body; send one of them"
        )
    return _make_request(_decode(body, "the query"), fields, limit)


def check_content_type(content_type: str | None) -> str:
    """The media type of a posted body, without its parameters.

    Raises:
        RefusalError: No query can be posted as such.
    """
    media_type, _, parameters = (content_type or "").partition(";")
    media_type = media_type.strip().lower()
    if media_type not in (FORM, QUERY):
        if media_type == "application/sparql-update":
            raise RefusalError(415, f"the graph is read only; send a query as {QUERY}")
        raise RefusalError(415, f"send the query as {QUERY}, or as the field `query` of {FORM}")
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip(" \"'").lower() not in (
            "utf-8",
            "utf8",
            "us-ascii",
        ):
            raise RefusalError(415, "send the query as UTF-8")
    return media_type


def read_graph_name(query_string: bytes) -> str | None:
    """Which graph a request of the Graph Store Protocol names; None for the default graph.

    See https://www.w3.org/TR/sparql11-http-rdf-update/#indirect-graph-identification.

    Raises:
        RefusalError: It names none, or several.
    """
    fields = _parse_fields(query_string, "the query string of the URL")
    names = [value for name, value in fields if name == "graph"]
    defaults = [value for name, value in fields if name == "default"]
    if len(names) + len(defaults) != 1:
        raise RefusalError(400, "name one graph, with ?default or ?graph=IRI")
    return check_iri(names[0], "graph") if names else None


def read_iri(query_string: bytes) -> str:
    """The IRI in the one field `iri`.

    Raises:
        RefusalError: There is none, or several.
    """
    fields = _parse_fields(query_string, "the query string of the URL")
    values = [value for name, value in fields if name == "iri"]
    if len(values) != 1:
        raise RefusalError(400, "name one resource, with ?iri=IRI")
    return check_iri(values[0], "iri")


def read_neighbourhood(query_string: bytes) -> tuple[str, int, int]:
    """Which neighbours of which node are asked for: `node`, `offset` and `limit`.

    Raises:
        RefusalError: The request names no node, or several, or the numbers are none.
    """
    fields = _parse_fields(query_string, "the query string of the URL")
    return (
        _read_field(fields, "node", "name one node by its id, with ?node=ID"),
        _read_number(fields, "offset", 0, range(_MAX_OFFSET + 1)),
        _read_number(fields, "limit", _NEIGHBOURS, range(1, _MAX_NEIGHBOURS + 1)),
    )


def read_search(query_string: bytes) -> str:
    """The text in the one field `text`.

    Raises:
        RefusalError: There is none, or several.
    """
    fields = _parse_fields(query_string, "the query string of the URL")
    return _read_field(fields, "text", "give one text to search for, with ?text=TEXT")


def _read_field(fields: list[tuple[str, str]], name: str, advice: str) -> str:
    values = [value for field, value in fields if field == name]
    if len(values) != 1:
        raise RefusalError(400, advice)
    return values[0]


def _read_number(fields: list[tuple[str, str]], name: str, default: int, allowed: range) -> int:
    values = [value for field, value in fields if field == name]
    if not values:
        return default
    text = values[0]
    # Python would read other scripts' digits, and numbers of any length.
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else -1
    if len(values) > 1 or number not in allowed:
        raise RefusalError(
            400, f"{name} must be one whole number from {allowed[0]} to {allowed[-1]}"
        )
    return number


def check_iri(text: str, field: str) -> str:
    """The text, if it is an absolute IRI.

    Raises:
        RefusalError: It is none.
    """
    try:
        return NamedNode(text).value
    except ValueError:
        raise RefusalError(400, f"{field} must be an absolute IRI") from None


def _read_fields(fields: list[tuple[str, str]], limit: int) -> QueryRequest | None:
    if any(name == "update" for name, _ in fields):
        raise RefusalError(400, "the graph is read only; send a query, not an update")
    queries = [value for name, value in fields if name == "query"]
    if len(queries) > 1:
        raise RefusalError(400, f"the request holds {len(queries)} queries; send one")
    return _make_request(queries[0], fields, limit) if queries else None


def _make_request(sparql: str, fields: list[tuple[str, str]], limit: int) -> QueryRequest:
    if len(sparql.encode("utf-8")) > limit:
        raise RefusalError(413, f"the query is longer than {limit:,} bytes; make it shorter")
    return QueryRequest(
        sparql,
        *(
            tuple(check_iri(value, wanted) for name, value in fields if name == wanted)
            for wanted in ("default-graph-uri", "named-graph-uri")
        ),
    )


def _parse_fields(data: bytes, what: str) -> list[tuple[str, str]]:
    text = _decode(data, what)
    try:
        return parse_qsl(
            text,
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except UnicodeDecodeError:
        raise RefusalError(400, f"{what} is not UTF-8 where it is percent-encoded") from None
    except ValueError:
        raise RefusalError(400, f"{what} has more than {_MAX_FIELDS} fields") from None


def _decode(data: bytes, what: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise RefusalError(400, f"{what} is not UTF-8") from None
