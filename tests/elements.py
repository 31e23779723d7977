"""Nodes and edges with their attributes: what the tables say, and what readers of others find."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kg.export.network import load_network
from kg.records import Relation
from kg.tables import Tables
from tests.conftest import require
from tests.extractions import extract_by_hand, stand_in, write_by_hand

NODE = Path(__file__).parent / "node"

Elements = dict[str, dict[str, Any]]
"""From the id of a node or an edge to its attributes, those that are known."""

HOSTILE = (
    "a,b",
    'q"uo"te',
    "back\\slash\\",
    '\\"',
    "line\nfeed",
    "carriage\r\nreturn",
    "tab\tstop",
    "semi;colon|bar | bar",
    "it's",
    "<script>alert(1)</script>",
    "]]> & &amp; &#0;",
    "{{ x }} ${y} `z`",
    "[list, 'of']",
    "=1+1",
    " blank ",
    "null",
    "NULL",
    "\\N",
    "\u2028line\u2029",
    "\x85\u200f\U0001f600",
    "control\x01\x1b\x7f",
    "zero\x00",
    "unit\x1fseparator",
    "\ufffe\uffff",
    "12",
    "true",
)
"""Names that some format or other could take for something else."""


def write_hostile_graph(folder: Path, names: tuple[str, ...] = HOSTILE) -> Tables:
    """Tables in which every text there is holds a hostile name, and lists hold it among others."""
    extractions = [
        extract_by_hand(
            f"We use {name} on ImageNet.",
            [(name, "Model", "uses"), ("ImageNet", "Dataset", "evaluatesOn")],
            [Relation("e1", "evaluatedOn", "e2", 0.7)],
            key=f"{number:016x}",
        )
        for number, name in enumerate(names)
    ]
    abstracts = [
        stand_in(
            extraction,
            number,
            title=name,
            venue=name,
            year=2000 + number,
            authors=(name,),
            keywords=("first", name, name),
        )
        for number, (name, extraction) in enumerate(zip(names, extractions, strict=True), 1)
    ]
    return write_by_hand(folder, extractions, abstracts)


def list_nodes(tables: Tables, *, text: bool = False) -> Elements:
    """The nodes of some tables; abstracts with their texts where `text` is set."""
    nodes = {id: dict(attributes) for id, attributes in load_network(tables).nodes(data=True)}
    if text:
        for row in tables.rows("abstracts"):
            nodes[row["id"]]["text"] = row["text"]
    return nodes


def list_edges(tables: Tables) -> Elements:
    """The edges of some tables, each with its best evidence."""
    texts = {row["id"]: row["text"] for row in tables.rows("abstracts")}
    evidence: dict[str, list[dict[str, Any]]] = {}
    for row in tables.rows("evidence"):
        evidence.setdefault(row["statement"], []).append(row)
    edges = {}
    for row in tables.rows("statements"):
        best = max(evidence[row["id"]], key=lambda item: item["confidence"])
        start, end = best["sentence_start"], best["sentence_end"]
        edge = {
            "source": row["subject"],
            "target": row["object"],
            **{name: row[name] for name in ("predicate", "category", "confidence", "weight")},
            "via": row["via"] or None,
            "evidence_count": len(evidence[row["id"]]),
            "evidence_abstract": best["abstract"],
            "evidence_start": best["start"],
            "evidence_end": best["end"],
            "sentence_start": start,
            "sentence_end": end,
            "sentence": None if start is None else texts[best["abstract"]][start:end],
        }
        edges[row["id"]] = drop_unknown(edge)
    return edges


def drop_unknown(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes that have a value."""
    return {name: value for name, value in attributes.items() if value is not None}


def key_by_id(elements: list[dict[str, Any]]) -> Elements:
    """Elements by their attribute `id`, each of which must be there once."""
    keyed = {element.pop("id"): element for element in elements}
    assert len(keyed) == len(elements)
    return keyed


def read_with_node(format: str, path: Path) -> tuple[Elements, Elements]:
    """The nodes and edges that graphology-gexf or cytoscape finds in a file."""
    installed = shutil.which("node") is not None and (NODE / "node_modules").is_dir()
    require(installed, "the packages of tests/node are not installed; run `npm ci` there")
    read = subprocess.run(
        ["node", NODE / "elements.mjs", format, path], capture_output=True, check=True
    )
    found = json.loads(read.stdout)
    return key_by_id(found["nodes"]), key_by_id(found["edges"])
