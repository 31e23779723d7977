"""All resources of the graph, described one after the other from the tables.

Tables that belong to one resource are read side by side in the same order (merge joins), so
that memory holds a few abstracts, entities or statements at a time, however large the graph.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.export.rdf.abstracts import describe_abstracts, state_rank
from kg.export.rdf.dataset import Census, describe_dataset
from kg.export.rdf.sorting import Groups, read_rows
from kg.export.rdf.statements import (
    describe_results,
    describe_statements,
    sort_triples,
    state_triples,
)
from kg.export.rdf.terms import (
    LABEL,
    TYPE,
    Description,
    Literal,
    Name,
    make_integer,
    make_text,
    make_uri,
    name_node,
    state,
    state_all,
)
from kg.export.registry import ExportOptions
from kg.tables import Tables


def describe_graph(tables: Tables, options: ExportOptions) -> Iterator[Description]:
    """Every resource of the graph, each once, and last the graph itself as a dataset.

    Args:
        tables: The graph.
        options: What else is known of it.
    """
    census = Census()
    yield from census.watch(describe_resources(tables))
    yield from describe_dataset(tables, options, census)


def describe_resources(tables: Tables) -> Iterator[Description]:
    """Every resource of the graph, each once, in an order that the tables alone decide."""
    yield from _describe_documents(tables)
    triples = Groups(sort_triples(tables))
    yield from describe_abstracts(tables, triples)
    yield from _describe_entities(tables, triples)
    yield from _describe_persons(tables)
    yield from _describe_repositories(tables)
    yield from _describe_communities(tables)
    yield from describe_results(tables)
    yield from describe_statements(tables)


def _describe_documents(tables: Tables) -> Iterator[Description]:
    for id, path, sha256, format, label in read_rows(
        tables.batches("documents", ["id", "path", "sha256", "format", "label"])
    ):
        yield Description(
            name_node(id),
            [
                (TYPE, ["kg:Document"]),
                (LABEL, [Literal(path)]),
                *state("dcterms:title", make_text(label)),
                *state("kg:format", Literal(format)),
                *state("kg:sha256", Literal(sha256)),
            ],
        )


def _describe_entities(tables: Tables, triples: Groups) -> Iterator[Description]:
    columns = ["id", "type", "name", "aliases", "abstracts", "mentions", "importance", "community"]
    for id, type, name, aliases, abstracts, mentions, *rank in read_rows(
        tables.batches("entities", columns)
    ):
        others = (Literal(alias) for alias in aliases or () if alias != name)
        yield Description(
            name_node(id),
            [
                (TYPE, [f"kg:{type}"]),
                (LABEL, [Literal(name)]),
                *state_all("skos:altLabel", others),
                *state("kg:abstractCount", make_integer(abstracts)),
                *state("kg:mentionCount", make_integer(mentions)),
                *state_rank(*rank),
                *state_triples(triples.take(id)),
            ],
        )


def _describe_persons(tables: Tables) -> Iterator[Description]:
    for id, name, abstracts in read_rows(tables.batches("persons", ["id", "name", "abstracts"])):
        yield Description(
            name_node(id),
            [
                (TYPE, ["kg:Person"]),
                (LABEL, [Literal(name)]),
                *state("kg:abstractCount", make_integer(abstracts)),
            ],
        )


def _describe_repositories(tables: Tables) -> Iterator[Description]:
    """The repositories, those of one account after it."""
    last = None
    for id, host, owner, name, url in read_rows(
        tables.batches("repositories", ["id", "host", "owner", "name", "url"])
    ):
        # Ids begin with host and owner, so that those of one account follow each other.
        account = f"account:{id.partition('/')[2].rpartition('/')[0]}"
        if account != last:
            yield _describe_account(account, host, owner)
        last = account
        yield Description(
            name_node(id),
            [
                (TYPE, ["kg:Repository"]),
                (LABEL, [Literal(f"{owner}/{name}")]),
                *state("kg:host", Literal(host)),
                *state("kg:owner", Literal(owner)),
                *state("kg:name", Literal(name)),
                *state("kg:url", make_uri(url)),
                *state("kg:ownedBy", account),
            ],
        )


def _describe_account(account: Name, host: str, owner: str) -> Description:
    return Description(
        account,
        [
            (TYPE, ["kg:Account"]),
            (LABEL, [Literal(owner)]),
            *state("kg:host", Literal(host)),
        ],
    )


def _describe_communities(tables: Tables) -> Iterator[Description]:
    for id, name, abstracts, entities in read_rows(
        tables.batches("communities", ["id", "name", "abstracts", "entities"])
    ):
        yield Description(
            f"community:{id}",
            [
                (TYPE, ["kg:Community"]),
                (LABEL, [Literal(name)]),
                *state("kg:abstractCount", make_integer(abstracts)),
                *state("kg:entityCount", make_integer(entities)),
            ],
        )
