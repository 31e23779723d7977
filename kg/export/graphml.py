"""GraphML (http://graphml.graphdrawing.org), for Gephi, Cytoscape, igraph and networkx."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

from networkx import write_graphml_lxml

from kg.export.network import load_network
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.export.xml import replace_forbidden
from kg.tables import Tables

_LIST_SEPARATOR = " | "


def export_graphml(tables: Tables, path: Path, options: ExportOptions) -> ExportReport:  # noqa: ARG001
    """Write the graph as GraphML.

    A node has the attributes that `load_network` gives it, an edge its predicate, category,
    confidence and weight, and the statement's id as its own and as `statement`, since not
    every reader keeps ids. Lists are joined by ` | `.
    """
    network = load_network(tables)
    for *_, key, attributes in network.edges(keys=True, data=True):
        attributes["statement"] = key
    replaced = 0
    for attributes in [*network.nodes.values(), *network.edges.values()]:
        for name, value in attributes.items():
            attributes[name], count = _make_writable(value)
            replaced += count
    with path.open("wb") as file:
        sink = _Sink(file)
        write_graphml_lxml(network, sink, named_key_ids=True)
        if sink.error is not None:
            raise sink.error
    return ExportReport(replaced)


class _Sink:
    """A file whose first error waits until the writer has ended.

    lxml's incremental writer, left half-way by an error, can crash the process when it is
    garbage-collected (seen with lxml 6.1 on Python 3.12 and 3.13).
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.error: OSError | None = None

    def write(self, data: bytes) -> int:
        if self.error is None:
            try:
                self._file.write(data)
            except OSError as error:
                self.error = error
        return len(data)


def _make_writable(value: Any) -> tuple[Any, int]:
    if isinstance(value, list):
        value = _LIST_SEPARATOR.join(value)
    if isinstance(value, str):
        return replace_forbidden(value)
    return value, 0


FORMAT = ExportFormat(
    "graphml",
    "graph.graphml",
    "GraphML for Gephi, Cytoscape, igraph and networkx",
    export_graphml,
)
