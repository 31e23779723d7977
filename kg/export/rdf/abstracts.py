"""Abstracts as RDF, each with its places, its hyperlinks and its passages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from kg.export.rdf.passages import Passage, describe_passages, locate_passage, name_passage
from kg.export.rdf.sorting import Groups, read_rows, sort_batches
from kg.export.rdf.statements import state_triples
from kg.export.rdf.terms import (
    LABEL,
    TYPE,
    Description,
    Literal,
    Name,
    Property,
    make_decimal,
    make_integer,
    make_json,
    make_text,
    make_uri,
    make_year,
    name_node,
    state,
    state_all,
)
from kg.tables import Tables

_ABSTRACT = (
    *("id", "text", "label", "title", "authors", "year", "venue", "doi", "url", "keywords"),
    *("extra", "importance", "community"),
)
_HYPERLINK = ("abstract", "start", "end", "url", "kind", "host", "owner", "name", "repository")
_SPANS = ("start", "end", "sentence_start", "sentence_end")
# Texts are long, and rows of Python values many times larger than Arrow's.
_ABSTRACTS_AT_ONCE = 512


def describe_abstracts(tables: Tables, triples: Groups) -> Iterator[Description]:
    """The abstracts, each followed by what belongs to it alone.

    Args:
        tables: The graph.
        triples: What is said of each subject, as `sort_triples` gives it.
    """
    places = Groups(
        sort_batches(
            tables.batches("places", ["abstract", "document", "line", "input_id"]),
            ["abstract", "document", "line"],
        )
    )
    hyperlinks = Groups(read_rows(tables.batches("hyperlinks", _HYPERLINK)))
    mentions = Groups(read_rows(tables.batches("mentions", ["abstract", "entity", *_SPANS])))
    evidence = Groups(sort_batches(tables.batches("evidence", ["abstract", *_SPANS]), ["abstract"]))
    results = Groups(
        sort_batches(tables.batches("results", ["abstract", "id", *_SPANS]), ["abstract", "id"])
    )
    for values in read_rows(tables.batches("abstracts", _ABSTRACT, size=_ABSTRACTS_AT_ONCE)):
        row = dict(zip(_ABSTRACT, values, strict=True))
        id = row["id"]
        stood = [_Place(*place) for place in places.take(id)]
        linked = [_Hyperlink(*link) for link in hyperlinks.take(id)]
        reported = results.take(id)
        yield Description(
            name_node(id),
            [
                (TYPE, ["kg:Abstract"]),
                (LABEL, [Literal(row["label"])]),
                *state("dcterms:title", make_text(row["title"])),
                *state_all("dcterms:identifier", _identify(stood)),
                *state("dcterms:issued", make_year(row["year"])),
                *state("dcterms:bibliographicCitation", _cite(row)),
                *state("kg:venue", make_text(row["venue"])),
                *state("bibo:doi", make_text(row["doi"])),
                *state("kg:url", make_uri(row["url"])),
                *state_all("dcat:keyword", map(Literal, row["keywords"] or ())),
                *state_rank(row["importance"], row["community"]),
                *state_triples(triples.take(id)),
                *state_all("kg:reports", (name_node(result[1]) for result in reported)),
                *state_all("kg:hasPlace", (place.node for place in stood)),
                *state_all("kg:hasHyperlink", (link.node for link in linked)),
                *(state("kg:extra", make_json(row["extra"])) if row["extra"] != "{}" else ()),
                ("kg:text", [Literal(row["text"])]),
            ],
        )
        yield from (place.describe() for place in stood)
        yield from (link.describe() for link in linked)
        located = [
            *(locate_passage(*item[1:]) for item in evidence.take(id)),
            *(locate_passage(*result[2:]) for result in reported),
            *(link.passage for link in linked),
        ]
        yield from describe_passages(
            id,
            row["text"],
            (passage for passage in located if passage is not None),
            (_locate_mention(*mention[1:]) for mention in mentions.take(id)),
        )


def state_rank(importance: float | None, community: int | None) -> list[Property]:
    """How important a node is, and its community."""
    return [
        *state("kg:importance", make_decimal(importance)),
        *state("kg:community", None if community is None else f"community:{community}"),
    ]


class _Place(NamedTuple):
    abstract: str
    document: str
    line: int
    input_id: str | None

    @property
    def node(self) -> Name:
        abstract, document = (id.partition("/")[2] for id in (self.abstract, self.document))
        return f"place:{abstract}-{document}-{self.line}"

    def describe(self) -> Description:
        return Description(
            self.node,
            [
                (TYPE, ["kg:Place"]),
                ("kg:document", [name_node(self.document)]),
                *state("kg:line", make_integer(self.line)),
                *state("dcterms:identifier", make_text(self.input_id)),
            ],
        )


class _Hyperlink(NamedTuple):
    abstract: str
    start: int
    end: int
    url: str
    kind: str
    host: str
    owner: str | None
    name: str | None
    repository: str | None

    @property
    def node(self) -> Name:
        return f"hyperlink:{self.abstract.partition('/')[2]}-{self.start}-{self.end}"

    @property
    def passage(self) -> Passage:
        return Passage(self.start, self.end, None)

    def describe(self) -> Description:
        return Description(
            self.node,
            [
                (TYPE, ["kg:Hyperlink"]),
                *state("kg:url", make_uri(self.url)),
                *state("kg:kind", Literal(self.kind)),
                *state("kg:host", Literal(self.host)),
                *state("kg:owner", make_text(self.owner)),
                *state("kg:name", make_text(self.name)),
                *state_all("kg:repository", map(name_node, filter(None, [self.repository]))),
                ("oa:hasTarget", [name_passage(self.abstract, self.passage)]),
            ],
        )


def _identify(places: list[_Place]) -> list[Literal]:
    ids = {place.input_id for place in places if place.input_id is not None}
    return [*map(Literal, sorted(ids))]


def _cite(row: dict[str, Any]) -> Literal | None:
    """Authors in their order, title, venue and year, of those that are known."""
    if not row["authors"] and row["title"] is None:
        return None
    venue = ", ".join(str(part) for part in (row["venue"], row["year"]) if part is not None)
    parts = (", ".join(row["authors"] or ()), row["title"], venue)
    return Literal("".join(f"{part}. " for part in parts if part).rstrip())


def _locate_mention(
    entity: str, start: int, end: int, sentence_start: int | None, sentence_end: int | None
) -> tuple[Passage, str]:
    if sentence_start is None or sentence_end is None:
        return Passage(start, end, None), entity
    return Passage(start, end, (sentence_start, sentence_end)), entity
