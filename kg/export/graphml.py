"""GraphML (http://graphml.graphdrawing.org), for Gephi, Cytoscape, igraph and networkx."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from networkx import write_graphml_lxml

from kg.export.network import load_network
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.tables import Tables

# What XML 1.0 cannot hold: https://www.w3.org/TR/xml/#charsets
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
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
    write_graphml_lxml(network, path, named_key_ids=True)
    return ExportReport(replaced)


def _make_writable(value: Any) -> tuple[Any, int]:
    if isinstance(value, list):
        value = _LIST_SEPARATOR.join(value)
    if isinstance(value, str):
        return _NOT_XML.subn("\ufffd", value)
    return value, 0


FORMAT = ExportFormat(
    "graphml",
    "graph.graphml",
    "GraphML for Gephi, Cytoscape, igraph and networkx",
    export_graphml,
)
