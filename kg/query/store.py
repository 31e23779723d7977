"""A graph on disk, opened for queries."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from pyoxigraph import QuerySolutions, RdfFormat, Store

from kg.errors import GraphError
from kg.vocabulary import STANDARD_PREFIXES, data_prefixes, is_base_iri


def open_graph(path: Path) -> Store:
    """Load a Turtle file, of whatever origin, into memory.

    Raises:
        GraphError: There is nothing at `path`, or no graph that can be read.
    """
    store = Store()
    load_turtle(store, path)
    return store


def load_turtle(store: Store, path: Path) -> None:
    """Load a Turtle file, of whatever origin, into an empty store.

    Raises:
        GraphError: There is nothing at `path`, or no graph that can be read.
    """
    try:
        store.bulk_load(path=path, format=RdfFormat.TURTLE)
    except FileNotFoundError:
        raise GraphError(
            f"{path}: there is no such file or folder; "
            "give an output folder of kg build, or a Turtle file"
        ) from None
    except SyntaxError as error:
        problem = "".join(c if c.isprintable() else "\ufffd" for c in error.msg)
        raise GraphError(
            f"{path}:{error.lineno}: not Turtle ({problem}); give a Turtle file or build again"
        ) from None
    except (OSError, ValueError) as error:
        raise GraphError(f"{path}: cannot be read ({error})") from None
    if not len(store):
        raise GraphError(f"{path}: holds no triples; give a Turtle file that does")


def open_store(folder: Path) -> Store:
    """Open a persistent store to read: several processes can, at the same time.

    Raises:
        GraphError: There is none, or it cannot be read.
    """
    try:
        return Store.read_only(str(folder))
    except (OSError, RuntimeError, ValueError) as error:
        raise GraphError(
            f"{folder}: the store cannot be read ({error}); write it again with kg export"
        ) from None


def find_prefixes(store: Store) -> dict[str, str]:
    """The prefixes that a query of the graph need not declare.

    They are those of the ontology and the vocabularies beside it and, where the graph says
    what its namespace is, those of its kinds of nodes.
    """
    base_iri = find_base_iri(store)
    return {**STANDARD_PREFIXES, **({} if base_iri is None else data_prefixes(base_iri))}


def find_base_iri(store: Store) -> str | None:
    """The namespace of the graph's data, where the graph says it."""
    query = "SELECT ?base { [] a void:Dataset ; void:uriSpace ?base } ORDER BY ?base LIMIT 2"
    rows = cast(QuerySolutions, store.query(query, prefixes=dict(STANDARD_PREFIXES)))
    found = [row["base"].value for row in rows]
    return found[0] if len(found) == 1 and is_base_iri(found[0]) else None


def find_title(store: Store) -> str | None:
    """What the graph is called, where it says so."""
    query = "SELECT ?title { [] a void:Dataset ; dcterms:title ?title } ORDER BY ?title LIMIT 1"
    rows = cast(QuerySolutions, store.query(query, prefixes=dict(STANDARD_PREFIXES)))
    return next((row["title"].value for row in rows), None)


def find_agents(store: Store) -> tuple[str | None, str | None]:
    """Version of the program and fingerprint of the pipeline that made the graph, where it says."""
    return (
        _find_agent(
            store, "schema:softwareVersion ?v FILTER NOT EXISTS { ?a dcterms:identifier [] }"
        ),
        _find_agent(store, "dcterms:identifier ?v"),
    )


def _find_agent(store: Store, described: str) -> str | None:
    query = (
        f"SELECT ?v {{ [] a void:Dataset ; prov:wasAttributedTo ?a . ?a {described} }} ORDER BY ?v"
    )
    rows = cast(QuerySolutions, store.query(query, prefixes=dict(STANDARD_PREFIXES)))
    return next((row["v"].value for row in rows), None)
