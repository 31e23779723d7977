"""Node-link JSON, as `networkx.node_link_graph` and d3 read it."""

from __future__ import annotations

import json
from pathlib import Path

from networkx import node_link_data

from kg.export.network import load_network
from kg.export.registry import ExportFormat, ExportOptions, ExportReport
from kg.tables import Tables


def export_node_link(tables: Tables, path: Path, options: ExportOptions) -> ExportReport:  # noqa: ARG001
    """Write the graph as node-link JSON: `nodes`, and `edges` with the statement's id as `key`.

    Read it back with `networkx.node_link_graph(data, edges="edges")`.
    """
    data = node_link_data(load_network(tables), edges="edges")
    with path.open("w", encoding="utf-8", newline="\n") as file:
        json.dump(data, file, ensure_ascii=False, allow_nan=False, indent=1)
        file.write("\n")
    return ExportReport()


FORMAT = ExportFormat(
    "json",
    "graph.json",
    "node-link JSON for networkx and d3",
    export_node_link,
)
