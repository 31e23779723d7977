"""The triples of a file in any RDF syntax, as parsers that are not ours find them."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pyoxigraph
import rdflib
from pyoxigraph import RdfFormat

from tests.conftest import require
from tests.graphs import Triple, list_triples, read_with_pyoxigraph

NODE = Path(__file__).parent / "node"


class Syntax(NamedTuple):
    """What the parsers call a syntax; `None` for one that rapper does not read."""

    pyoxigraph: RdfFormat
    rdflib: str
    rapper: str | None


SYNTAXES: Mapping[str, Syntax] = {
    "turtle": Syntax(RdfFormat.TURTLE, "turtle", "turtle"),
    "ntriples": Syntax(RdfFormat.N_TRIPLES, "nt", "ntriples"),
    "trig": Syntax(RdfFormat.TRIG, "trig", "trig"),
    "jsonld": Syntax(RdfFormat.JSON_LD, "json-ld", None),
    "rdfxml": Syntax(RdfFormat.RDF_XML, "xml", "rdfxml"),
}


def parse_with_pyoxigraph(path: Path, syntax: str) -> set[Triple]:
    return read_with_pyoxigraph(path, SYNTAXES[syntax].pyoxigraph)


def parse_with_rdflib(path: Path, syntax: str) -> set[Triple]:
    dataset = rdflib.Dataset().parse(path, format=SYNTAXES[syntax].rdflib)
    return set(list_triples(quad[:3] for quad in dataset.quads()))


def parse_with_rapper(path: Path, syntax: str) -> set[Triple]:
    """By raptor (Debian's raptor2-utils)."""
    require(shutil.which("rapper") is not None, "Debian's raptor2-utils is not installed")
    name = SYNTAXES[syntax].rapper
    assert name is not None
    read = subprocess.run(
        ["rapper", "-q", "-i", name, "-o", "ntriples", path], capture_output=True, check=True
    )
    with tempfile.NamedTemporaryFile(suffix=".nt") as file:
        file.write(read.stdout)
        file.flush()
        return read_with_pyoxigraph(Path(file.name), RdfFormat.N_TRIPLES)


def parse_with_node(path: Path, syntax: str) -> set[Triple]:
    """By n3, jsonld-streaming-parser or rdfxml-streaming-parser."""
    installed = shutil.which("node") is not None and (NODE / "node_modules").is_dir()
    require(installed, "the packages of tests/node are not installed; run `npm ci` there")
    read = subprocess.run(
        ["node", NODE / "triples.mjs", syntax, path], capture_output=True, check=True
    )
    triples = map(json.loads, read.stdout.decode().rstrip("\n").split("\n"))
    return {(subject, predicate, (value, type)) for subject, predicate, value, type in triples}


PARSERS: Mapping[str, Callable[[Path, str], set[Triple]]] = {
    "pyoxigraph": parse_with_pyoxigraph,
    "rdflib": parse_with_rdflib,
    "rapper": parse_with_rapper,
    "node": parse_with_node,
}


def list_graphs(path: Path) -> dict[str | None, int]:
    """How many triples each graph of a TriG file has; the default graph is `None`."""
    counts: dict[str | None, int] = {}
    for quad in pyoxigraph.parse(path=path, format=RdfFormat.TRIG):
        name = quad.graph_name.value if isinstance(quad.graph_name, pyoxigraph.NamedNode) else None
        counts[name] = counts.get(name, 0) + 1
    return counts
