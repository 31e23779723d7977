"""Statements as RDF: the direct triple at its subject, and a node with the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

import pyarrow as pa
import pyarrow.compute as pc

from kg.export.rdf.passages import locate_passage, name_passage
from kg.export.rdf.sorting import Groups, Values, read_rows, sort_batches
from kg.export.rdf.terms import (
    TYPE,
    Description,
    Literal,
    Property,
    make_decimal,
    make_double,
    make_text,
    name_node,
    state,
    state_all,
)
from kg.tables import Tables
from kg.vocabulary import SYMMETRIC_PREDICATES

_TRIPLE = ("subject", "predicate", "object")
_SPANS = ("start", "end", "sentence_start", "sentence_end")
# What the metadata says is also said in the terms of Dublin Core.
_DUBLIN_CORE = {"appearsIn": "dcterms:source", "hasAuthor": "dcterms:creator"}


def sort_triples(tables: Tables) -> Iterator[Values]:
    """Subject, predicate and object of all statements, in this order.

    Those of a symmetric predicate come in both directions.
    """
    return sort_batches(map(_mirror, tables.batches("statements", _TRIPLE)), _TRIPLE)


def state_triples(triples: Iterable[Values]) -> list[Property]:
    """The properties of one subject from its triples, sorted by predicate and object."""
    properties: list[Property] = []
    for predicate, group in groupby(triples, key=itemgetter(1)):
        objects = [name_node(triple[2]) for triple in group]
        properties += state_all(f"kg:{predicate}", objects)
        if predicate in _DUBLIN_CORE:
            properties += state_all(_DUBLIN_CORE[predicate], objects)
    return properties


def describe_statements(tables: Tables) -> Iterator[Description]:
    """A node for each statement that was read from a text or computed from such statements.

    Of the metadata, that is the repositories only; the rest has its triple and no more to say.
    """
    evidence = Groups(read_rows(tables.batches("evidence", ["statement", "abstract", *_SPANS])))
    for id, subject, predicate, object, category, confidence, weight, via in read_rows(
        tables.batches("statements", ["id", *_TRIPLE, "category", "confidence", "weight", "via"])
    ):
        if category == "metadata" and predicate != "hasRepository":
            continue
        yield Description(
            name_node(id),
            [
                (TYPE, ["kg:Statement"]),
                ("rdf:subject", [name_node(subject)]),
                ("rdf:predicate", [f"kg:{predicate}"]),
                ("rdf:object", [name_node(object)]),
                ("kg:category", [Literal(category)]),
                *state("kg:confidence", make_decimal(confidence)),
                *(state("kg:weight", make_decimal(weight)) if category == "link" else ()),
                *state_all("kg:via", map(name_node, via or ())),
                *_state_evidence([item[1:] for item in evidence.take(id)]),
            ],
        )


def describe_results(tables: Tables) -> Iterator[Description]:
    """The reported results, each with what it is of, on and measured by."""
    for id, abstract, of, on, metric, value, number, unit, confidence, *spans in read_rows(
        tables.batches(
            "results",
            [
                *("id", "abstract", "of", "on", "metric", "value", "number", "unit"),
                *("confidence", *_SPANS),
            ],
        )
    ):
        yield Description(
            name_node(id),
            [
                (TYPE, ["kg:Result"]),
                ("kg:of", [name_node(of)]),
                *state("kg:on", on and name_node(on)),
                *state("kg:metric", metric and name_node(metric)),
                ("kg:value", [Literal(value)]),
                *state("kg:number", make_double(number)),
                *state("kg:unit", make_text(unit)),
                *state("kg:confidence", make_decimal(confidence)),
                *_state_evidence([(abstract, *spans)]),
            ],
        )


def _mirror(batch: pa.RecordBatch) -> pa.RecordBatch:
    symmetric = batch.filter(
        pc.is_in(batch["predicate"], value_set=pa.array(sorted(SYMMETRIC_PREDICATES)))
    )
    swapped = pa.record_batch(
        [symmetric["object"], symmetric["predicate"], symmetric["subject"]], names=list(_TRIPLE)
    )
    return pa.concat_batches([batch, swapped])


def _state_evidence(rows: Sequence[Values]) -> list[Property]:
    """Where it comes from; each row has an abstract, a span and the span of a sentence."""
    passages = [
        name_passage(abstract, passage)
        for abstract, *spans in rows
        if (passage := locate_passage(*spans)) is not None
    ]
    return [
        *state_all("prov:wasDerivedFrom", (name_node(row[0]) for row in rows)),
        *state_all("oa:hasTarget", passages),
    ]
