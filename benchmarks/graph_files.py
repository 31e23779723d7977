"""What the files for other graph tools cost: time and peak memory of each, GraphML beside lxml.

    python benchmarks/graph_files.py output
    python benchmarks/graph_files.py output --times 1 3 10

Each format is written by a fresh process, whose processor time and peak memory are given; memory
is above that of a process that has only read the tables' schemas. lxml's incremental writer
(`lxml.etree.xmlfile`) is given the very elements of our GraphML, with the same attributes and
texts, from memory; ours reads the tables and looks up the evidence in the same time. With
`--times`, the peak memory of each format as the graph is repeated so often under other ids.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from lxml import etree
from rdf import repeat_graph

from kg.export.registry import ExportOptions, find_format
from kg.tables import Tables

FORMATS = ("graphml", "gexf", "cytoscape", "json", "neo4j", "ladybug", "parquet", "csv")
_NAMESPACE = "{http://graphml.graphdrawing.org/xmlns}"


class Cost(NamedTuple):
    """Processor seconds and peak MB of a process."""

    seconds: float
    memory: float


class Element(NamedTuple):
    """A node or an edge of GraphML: its attributes, and key and text of its data."""

    name: str
    attributes: dict[str, str]
    data: list[tuple[str, str]]


def measure(format: str | None, tables: Path, output: Path) -> Cost:
    """What writing a format costs a fresh process; what reading the schemas does for `None`."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(
        target=_write, args=(format, tables, output, sender)
    )
    process.start()
    sender.close()
    cost: Cost = receiver.recv()
    process.join()
    return cost


def _write(format: str | None, folder: Path, output: Path, sender: Connection) -> None:
    tables = Tables(folder)
    start = time.process_time()
    if format is not None:
        exporter = find_format(format)
        if exporter.is_folder:
            output.mkdir()
        exporter.export(tables, output, ExportOptions())
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sender.send(Cost(seconds, peak / (1e6 if sys.platform == "darwin" else 1e3)))


def read_elements(path: Path) -> Iterator[Element]:
    """The nodes and edges of a GraphML file."""
    for _, found in etree.iterparse(path, tag=(f"{_NAMESPACE}node", f"{_NAMESPACE}edge")):
        name = etree.QName(found).localname
        yield Element(
            name, dict(found.attrib), [(data.get("key"), data.text or "") for data in found]
        )
        found.clear()


def write_with_lxml(elements: list[Element], path: Path) -> float:
    """Processor seconds that lxml's incremental writer needs for the elements."""
    start = time.process_time()
    with (
        etree.xmlfile(str(path), encoding="utf-8") as file,
        file.element("graphml"),
        file.element("graph", edgedefault="directed"),
    ):
        for name, attributes, data in elements:
            element = etree.Element(name, attributes)
            for key, text in data:
                etree.SubElement(element, "data", key=key).text = text
            file.write(element)
    return time.process_time() - start


def measure_size(path: Path) -> float:
    """MB of a file or of all files in a folder."""
    files = path.iterdir() if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files) / 1e6


def compare(output: Path, repeats: int) -> Iterator[str]:
    """A line for each format, and how GraphML compares with lxml."""
    tables = Tables(output / "tables")
    edges = tables.count("statements")
    nodes = sum(
        tables.count(name)
        for name in ("abstracts", "entities", "documents", "persons", "repositories")
    )
    yield f"{nodes:,} nodes, {edges:,} edges"
    yield f"{'':10}{'seconds':>9}{'µs/edge':>9}{'peak MB':>9}{'size MB':>9}"
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        empty = measure(None, tables.folder, folder / "none")
        yield f"{'(schemas)':10}{empty.seconds:9.2f}{'':9}{empty.memory:9.0f}"
        seconds: dict[str, float] = {}
        for format in FORMATS:
            paths = [folder / f"{format}-{number}" for number in range(repeats)]
            costs = [measure(format, tables.folder, path) for path in paths]
            seconds[format] = statistics.median(cost.seconds for cost in costs)
            memory = max(cost.memory for cost in costs)
            yield (
                f"{format:10}{seconds[format]:9.2f}{seconds[format] / edges * 1e6:9.1f}"
                f"{memory:9.0f}{measure_size(paths[0]):9.0f}"
            )
        elements = list(read_elements(folder / "graphml-0"))
        count = sum(1 + len(element.data) for element in elements)
        lxml = statistics.median(
            write_with_lxml(elements, folder / "lxml.graphml") for _ in range(repeats)
        )
        yield (
            f"GraphML, {count:,} elements: {seconds['graphml']:.2f} s; lxml.etree.xmlfile"
            f" {lxml:.2f} s; ratio {seconds['graphml'] / lxml:.2f}"
        )


def follow_memory(output: Path, times: list[int]) -> Iterator[str]:
    """Peak MB of each format for so many copies of the graph."""
    yield f"{'edges':>12}{''.join(f'{format:>10}' for format in FORMATS)}"
    for copies in times:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            repeat_graph(Tables(output / "tables"), folder, copies)
            edges = Tables(folder).count("statements")
            peaks = [measure(name, folder, folder / f"x-{name}").memory for name in FORMATS]
        yield f"{edges:12,}{''.join(f'{peak:10.0f}' for peak in peaks)}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("output", type=Path, help="a folder of `kg build`")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--times", type=int, nargs="*", default=[])
    options = parser.parse_args()
    lines = (
        follow_memory(options.output, options.times)
        if options.times
        else compare(options.output, options.repeats)
    )
    for line in lines:
        print(line, flush=True)


if __name__ == "__main__":
    main()
