"""The nodes of the graph with their attributes, for tools that want nodes and edges.

Streamed from the tables kind by kind, each in the order of its ids. What is not known, or is an
empty list, is null.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from kg.export.columns import drop_empty
from kg.tables import SCHEMAS, Tables

TEXT = "text"
"""The attribute that holds an abstract's text; long, so that not every format has it."""

_BATCH_ROWS = 4_096
_ABSTRACTS_AT_ONCE = 512


class _Source(NamedTuple):
    """A table, and of which of its columns each attribute comes."""

    table: str
    columns: Mapping[str, str]


def _keep(*names: str) -> dict[str, str]:
    return {name: name for name in names}


_SOURCES: Mapping[str, _Source] = {
    "abstract": _Source(
        "abstracts",
        {
            **_keep("label", "title", "year", "venue", "doi", "url", "keywords"),
            **_keep("importance", "community"),
        },
    ),
    "entity": _Source(
        "entities",
        {
            "label": "name",
            **_keep("type", "aliases", "abstracts", "mentions", "importance", "community"),
        },
    ),
    "document": _Source(
        "documents", {"label": "path", "header": "label", **_keep("format", "sha256")}
    ),
    "person": _Source("persons", {"label": "name", **_keep("abstracts")}),
    "repository": _Source("repositories", {"label": "name", **_keep("host", "owner", "url")}),
}


def _make_schema(source: _Source) -> pa.Schema:
    fields = [pa.field("id", pa.string()), pa.field("kind", pa.string())]
    for name, column in source.columns.items():
        fields.append(pa.field(name, SCHEMAS[source.table].field(column).type))
        if name == "community":
            fields.append(pa.field("community_name", pa.string()))
    if source.table == "abstracts":
        fields.append(pa.field(TEXT, pa.string()))
    return pa.schema(fields)


NODE_SCHEMAS: Mapping[str, pa.Schema] = MappingProxyType(
    {kind: _make_schema(source) for kind, source in _SOURCES.items()}
)
"""The attributes of each kind of node, the first being `id`, `kind` and `label`."""


def make_common_schema(*, text: bool) -> pa.Schema:
    """The attributes of all kinds of nodes together.

    Args:
        text: Whether the text of abstracts is one of them, the last.
    """
    schema = pa.unify_schemas([*NODE_SCHEMAS.values()])
    schema = schema.remove(schema.get_field_index(TEXT))
    return schema.append(pa.field(TEXT, pa.string())) if text else schema


def stream_all_nodes(tables: Tables, *, text: bool) -> Iterator[pa.RecordBatch]:
    """All nodes with the attributes of `make_common_schema`."""
    schema = make_common_schema(text=text)
    for kind in NODE_SCHEMAS:
        for batch in stream_nodes(tables, kind, text=text):
            known = set(batch.schema.names)
            columns = [
                batch[field.name] if field.name in known else pa.nulls(batch.num_rows, field.type)
                for field in schema
            ]
            yield pa.record_batch(columns, schema=schema)


def stream_nodes(tables: Tables, kind: str, *, text: bool) -> Iterator[pa.RecordBatch]:
    """The nodes of a kind, with the attributes of its schema.

    Args:
        tables: The graph.
        kind: One of `NODE_SCHEMAS`.
        text: Whether abstracts come with their text.
    """
    table, columns = _SOURCES[kind]
    schema = NODE_SCHEMAS[kind]
    if not text and TEXT in schema.names:
        schema = schema.remove(schema.get_field_index(TEXT))
    read = {"id": "id", **columns, **({TEXT: TEXT} if TEXT in schema.names else {})}
    size = _ABSTRACTS_AT_ONCE if TEXT in read else _BATCH_ROWS
    communities = tables.read("communities", ["id", "name"]).combine_chunks()
    for batch in tables.batches(table, [*dict.fromkeys(read.values())], size=size):
        attributes = {name: drop_empty(batch[column]) for name, column in read.items()}
        attributes["kind"] = pa.repeat(pa.scalar(kind), batch.num_rows)
        if kind == "repository":
            attributes["label"] = pc.binary_join_element_wise(batch["owner"], batch["name"], "/")
        if "community" in attributes:
            place = pc.index_in(attributes["community"], communities["id"].combine_chunks())
            attributes["community_name"] = communities["name"].combine_chunks().take(place)
        yield pa.record_batch([attributes[name] for name in schema.names], schema=schema)
