"""The graph for databases of labelled nodes and edges: a CSV file a kind of node or edge.

Nodes have the labels `Abstract`, `Entity`, `Document`, `Person` and `Repository`; the edges of a
predicate within a category join nodes of one label to nodes of one label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from kg.export.delimited import ITEM_SEPARATOR, CsvFile
from kg.export.edges import EDGE_SCHEMA, stream_edges
from kg.export.nodes import NODE_SCHEMAS, stream_nodes
from kg.records import LINK_PREDICATES, RELATION_PREDICATES, ROLES
from kg.tables import Tables

LABELS: Mapping[str, str] = {kind: kind.capitalize() for kind in NODE_SCHEMAS}
"""The label of each kind of node."""

Columns = Sequence[tuple[str, str]]
"""Attributes, each with its name in the header of a file."""


class EdgeKind(NamedTuple):
    """Edges of one predicate, from nodes of one label to nodes of one label."""

    category: str
    predicate: str
    source: str
    target: str

    @property
    def file_name(self) -> str:
        """The file that holds them."""
        return f"{self.category}-{self.predicate}.csv"


EDGE_KINDS: tuple[EdgeKind, ...] = (
    *(EdgeKind("role", name, "Abstract", "Entity") for name in ROLES),
    *(EdgeKind("relation", name, "Entity", "Entity") for name in RELATION_PREDICATES),
    *(EdgeKind("link", name, "Abstract", "Abstract") for name in LINK_PREDICATES),
    EdgeKind("metadata", "appearsIn", "Abstract", "Document"),
    EdgeKind("metadata", "hasAuthor", "Abstract", "Person"),
    EdgeKind("metadata", "hasAffiliation", "Abstract", "Entity"),
    EdgeKind("metadata", "hasRepository", "Abstract", "Repository"),
)
"""All kinds of edges, whether a graph has them or not."""

_NAMES = {"label": "name"}


def list_node_attributes(kind: str) -> list[tuple[str, pa.DataType]]:
    """The attributes of a kind of node but its kind, each with its type."""
    return [(field.name, field.type) for field in NODE_SCHEMAS[kind] if field.name != "kind"]


def list_edge_attributes() -> list[tuple[str, pa.DataType]]:
    """The attributes of an edge but its ends and its predicate, each with its type."""
    structure = {"source", "target", "predicate"}
    return [(field.name, field.type) for field in EDGE_SCHEMA if field.name not in structure]


def name_property(attribute: str) -> str:
    """What an attribute is called in a database, where a label is something else."""
    return _NAMES.get(attribute, attribute)


def write_files(
    tables: Tables, folder: Path, nodes: Mapping[str, Columns], edges: Columns
) -> tuple[list[EdgeKind], int]:
    """Write a file for each kind of node, such as `Abstract.csv`, and for each kind of edge.

    The items of lists are parted by U+001F.

    Args:
        tables: The graph.
        folder: Where the files are put.
        nodes: The columns of each kind of node; `kind` is its label.
        edges: The columns of edges.

    Returns:
        The kinds of edges that there are, and how many characters were replaced by U+FFFD.

    Raises:
        OSError: The files cannot be written.
    """
    replaced = 0
    for kind, label in LABELS.items():
        path = folder / f"{label}.csv"
        with CsvFile(path, nodes[kind], item_separator=ITEM_SEPARATOR) as file:
            for batch in stream_nodes(tables, kind, text=True):
                place = batch.schema.get_field_index("kind")
                labels = pa.repeat(pa.scalar(label), batch.num_rows)
                file.write(batch.set_column(place, "kind", labels))
        replaced += file.replaced
    files: dict[EdgeKind, CsvFile] = {}
    with ExitStack() as stack:
        for batch in stream_edges(tables):
            for edge_kind in EDGE_KINDS:
                chosen = batch.filter(
                    pc.and_(
                        pc.equal(batch["category"], edge_kind.category),
                        pc.equal(batch["predicate"], edge_kind.predicate),
                    )
                )
                if not chosen.num_rows:
                    continue
                if edge_kind not in files:
                    path = folder / edge_kind.file_name
                    file = CsvFile(path, edges, item_separator=ITEM_SEPARATOR)
                    files[edge_kind] = stack.enter_context(file)
                files[edge_kind].write(chosen)
    replaced += sum(file.replaced for file in files.values())
    return [kind for kind in EDGE_KINDS if kind in files], replaced
