"""Queries, checked and answered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples, RdfFormat, Store
from pyoxigraph import QueryResultsFormat as Syntax

from kg.errors import QueryError
from kg.query.results import QueryResult
from kg.query.store import find_prefixes

MAX_DEPTH = 200
"""How many brackets may be open at once; some thousands would crash the parser."""

_TOKEN = re.compile(
    r"""
      (?P<skipped> \#[^\n\r]* | <[^<>"{}|^`\\\x00-\x20]*>
        | \"{3}(?:"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
        | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' | [?$]\w+ | @[\w-]+ | \\. )
    | (?P<prefix> \w[\w.-]* | ) : (?:[\w:.%-]|\\.)*
    | (?P<word> \w+ )
    | (?P<open> [({\[] )
    | (?P<close> [)}\]] )
    | (?P<quote> ["'] )
    """,
    re.VERBOSE | re.DOTALL,
)
_UPDATES = frozenset(
    {"ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE", "WITH"}
)
_FORMS = frozenset({"ASK", "CONSTRUCT", "DESCRIBE", "SELECT"})
_PARSER_MESSAGE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_CHARACTER_CLASS = re.compile(r"\[.*?\](?=,|$)", re.DOTALL)
# The parser names these at many a place where it was something else that it could not read.
_MISLEADING = frozenset({"DISTINCT", "OPTIONAL"})
_EXCERPT_LENGTH = 40


def run_query(store: Store, sparql: str) -> QueryResult:
    """Answer a SPARQL 1.1 query; nothing is written, and nothing asked of another server.

    Args:
        store: The graph.
        sparql: A SELECT, ASK, CONSTRUCT or DESCRIBE query. The prefixes of `find_prefixes` need
            no declaration.

    Raises:
        QueryError: The query does not parse, is an update, asks another server, or fails.
    """
    prefixes = find_prefixes(store)
    with open_answer(store, sparql, prefixes) as answer:
        if isinstance(answer, QueryBoolean):
            return QueryResult("ask", answer.serialize(format=Syntax.JSON) or b"", prefixes)
        if isinstance(answer, QuerySolutions):
            return QueryResult("select", answer.serialize(format=Syntax.JSON) or b"", prefixes)
        return QueryResult(
            "construct", answer.serialize(format=RdfFormat.N_TRIPLES) or b"", prefixes
        )


@contextmanager
def open_answer(
    store: Store,
    sparql: str,
    prefixes: Mapping[str, str],
    *,
    default_graphs: Sequence[NamedNode] | None = None,
    named_graphs: Sequence[NamedNode] | None = None,
) -> Iterator[QuerySolutions | QueryBoolean | QueryTriples]:
    """The answer of a query, computed while the block reads it.

    Args:
        store: The graph.
        sparql: As for `run_query`.
        prefixes: Those that need no declaration.
        default_graphs: The graphs that are queried together as the default graph; where absent
            what the query says, or else the store's own.
        named_graphs: The graphs that `GRAPH` finds; where absent what the query says, or else
            all of the store.

    Raises:
        QueryError: The query does not parse, is an update, asks another server, or fails, be it
            while the block reads the answer.
    """
    doubt = _check(sparql, prefixes)
    try:
        yield store.query(
            sparql,
            prefixes=dict(prefixes),
            default_graph=None if default_graphs is None else list(default_graphs),
            named_graphs=None if named_graphs is None else list(named_graphs),
        )
    except SyntaxError as error:
        raise QueryError(doubt or _explain(sparql, error.msg)) from None
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"the query cannot be answered: {error}") from None


def _check(sparql: str, prefixes: Mapping[str, str]) -> str | None:
    """Refuse what would change the graph, leave the machine or crash the parser.

    Returns:
        What is wrong should the query not parse, where that is plain to see.
    """
    depth = 0
    doubt = None
    known = set(prefixes)
    words: list[str] = []
    for token in _TOKEN.finditer(sparql):
        word, prefix = token["word"], token["prefix"]
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
        elif token["quote"]:
            doubt = doubt or f"a string that begins with {token[0]} does not end"
        elif prefix is not None:
            if words[-1:] == ["PREFIX"]:
                known.add(prefix)
            elif prefix not in known and prefix != "_":
                raise QueryError(_explain_prefix(prefix, known))
        elif word:
            words.append(word.upper())
        if depth > MAX_DEPTH:
            raise QueryError(f"the query nests more than {MAX_DEPTH} brackets; make it simpler")
    if _asks_others(sparql):
        raise QueryError(
            "the query asks another server (SERVICE); leave that part out, "
            "and write names with this word in them as <...>"
        )
    form = next((word for word in words if word in _UPDATES | _FORMS), None)
    if form in _UPDATES:
        raise QueryError(
            f"the graph is read only, and {form} would change it; "
            "use SELECT, ASK, CONSTRUCT or DESCRIBE"
        )
    if form is None:
        raise QueryError(
            "this is no SPARQL query, which begins with SELECT, ASK, CONSTRUCT or DESCRIBE; "
            "try SELECT * { ?s ?p ?o } LIMIT 10"
        )
    if depth and not doubt:
        more, fewer = ("opening", "closing") if depth > 0 else ("closing", "opening")
        doubt = f"it has more {more} than {fewer} brackets, by {abs(depth)}"
    return doubt and f"the query does not parse: {doubt}"


def _asks_others(sparql: str) -> bool:
    """Whether SERVICE stands anywhere but in a string, an IRI, a comment or a variable.

    The parser needs no space around it (`1SERVICE`, `SERVICE:a`, `a:.SERVICE`), so it is not
    looked for as a word.
    """
    bare = _TOKEN.sub(lambda token: " " if token["skipped"] else token[0], sparql)
    return "SERVICE" in bare.upper()


def _explain_prefix(prefix: str, known: set[str]) -> str:
    return (
        f"the prefix {prefix}: is not known; declare it with PREFIX {prefix}: <...>, "
        f"or use one of {', '.join(sorted(known))}"
    )


def _explain(sparql: str, message: str) -> str:
    """The parser's message without the lists of characters, and with the place in words."""
    match = _PARSER_MESSAGE.fullmatch(message)
    if match is None:
        return f"the query does not parse: {message}"
    line, column = int(match[1]), int(match[2])
    lines = [*sparql.split("\n"), ""]
    rest = lines[line - 1][column - 1 :].strip() if line <= len(lines) else ""
    place = f"before {rest[:_EXCERPT_LENGTH]!r}" if rest else "at the end of the line"
    listed = [*_list_expected(match[3])]
    sentences = [item for item in listed if " " in item]
    reason = sentences[0] if sentences else f"expected {', '.join(listed)}"
    if not listed:
        reason = "look for a dot, a bracket or a word that is missing or too much before it"
    return f"the query does not parse at line {line}, column {column}, {place}: {reason}"


def _list_expected(listed: str) -> Iterator[str]:
    for item in _CHARACTER_CLASS.sub("", listed).split(", "):
        if item.strip() and item not in _MISLEADING:
            yield item.strip()
