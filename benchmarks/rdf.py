"""What the RDF costs: time beside other writers of the same graph, memory as the graph grows.

    python benchmarks/rdf.py output
    python benchmarks/rdf.py output --triples 1 3 10
    python benchmarks/rdf.py output --store

Time is that of one process in one run, so the ratios hold on any machine: ours from the tables,
pyoxigraph's dump from its store in memory, rdflib's serialisers from its graph in memory; their
loading is not counted. A store is measured beside pyoxigraph's bulk load of the finished Turtle:
made from the tables alone, and as a build makes it that has written the Turtle. For memory,
tables of so many million triples are made by repeating the graph under other ids, and a fresh
process exports each.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from multiprocessing.connection import Connection
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyoxigraph
import rdflib
from pyoxigraph import RdfFormat

from kg.export.execution import run_export
from kg.export.registry import DEFAULT_BASE_IRI, ExportOptions, find_format
from kg.tables import SCHEMAS, Tables
from kg.vocabulary import STANDARD_PREFIXES, data_prefixes

SYNTAXES = ("turtle", "ntriples", "trig", "jsonld", "rdfxml")
_DUMPS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}
_SERIALISERS = {
    "turtle": "turtle",
    "ntriples": "nt",
    "trig": "trig",
    "jsonld": "json-ld",
    "rdfxml": "xml",
}
_GROUP_ROWS = 20_000
# Columns that hold node ids, by table; ids of one table refer to those of another.
_IDS = {
    "abstracts": ("id",),
    "documents": ("id",),
    "places": ("abstract", "document"),
    "entities": ("id",),
    "persons": ("id",),
    "repositories": ("id",),
    "communities": (),
    "mentions": ("abstract", "entity"),
    "hyperlinks": ("abstract", "repository"),
    "statements": ("id", "subject", "object", "via"),
    "evidence": ("statement", "abstract", "entity"),
    "results": ("id", "abstract", "of", "on", "metric"),
}


def compare_writers(folder: Path, repeats: int) -> Iterator[str]:
    """Median seconds of each writer for each syntax, and ours as a ratio to the others."""
    tables = Tables(folder / "tables")
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "graph"
        export("ntriples", tables, path)
        store, graph = pyoxigraph.Store(), rdflib.Graph()
        store.bulk_load(path=path, format=RdfFormat.N_TRIPLES)
        graph.parse(path, format="nt")
        prefixes = {**STANDARD_PREFIXES, **data_prefixes(DEFAULT_BASE_IRI)}
        for prefix, iri in prefixes.items():
            graph.bind(prefix, iri)
        yield f"{len(store):,} triples"
        yield f"{'':10}{'kg':>8}{'dump':>8}{'rdflib':>8}{'kg/dump':>9}{'kg/rdflib':>11}"
        for syntax in SYNTAXES:
            ours, dump, serialise = measure(
                [
                    lambda syntax=syntax: export(syntax, tables, path),
                    lambda syntax=syntax: store.dump(
                        path,
                        _DUMPS[syntax],
                        from_graph=pyoxigraph.DefaultGraph(),
                        prefixes=prefixes,
                    ),
                    lambda syntax=syntax: graph.serialize(
                        path, format=_SERIALISERS[syntax], encoding="utf-8"
                    ),
                ],
                repeats,
            )
            yield (
                f"{syntax:10}{ours:8.2f}{dump:8.2f}{serialise:8.2f}"
                f"{ours / dump:9.1f}{ours / serialise:11.2f}"
            )


def compare_stores(folder: Path, repeats: int) -> Iterator[str]:
    """Median seconds of our stores, and as a ratio to the bare bulk load."""
    tables = Tables(folder / "tables")
    with tempfile.TemporaryDirectory() as temporary:
        turtle, path = Path(temporary) / "graph.ttl", Path(temporary) / "store"
        export("turtle", tables, turtle)

        def load() -> None:
            pyoxigraph.Store(str(path)).bulk_load(path=turtle, format=RdfFormat.TURTLE)

        def write(written: Mapping[str, Path]) -> None:
            run_export(find_format("store"), tables, path, ExportOptions(), written)

        jobs = {
            "bare bulk load": load,
            "kg, with Turtle": lambda: write({"turtle": turtle}),
            "kg, from tables": lambda: write({}),
        }
        times = measure(
            [
                lambda job=job: (shutil.rmtree(path, ignore_errors=True), job())
                for job in jobs.values()
            ],
            repeats,
        )
        yield f"{'store':16}{'seconds':>9}{'ratio':>8}"
        for name, seconds in zip(jobs, times, strict=True):
            yield f"{name:16}{seconds:9.1f}{seconds / times[0]:8.2f}"


def export(syntax: str, tables: Tables, path: Path) -> None:
    """Write the graph with our exporter."""
    find_format(syntax).export(tables, path, ExportOptions())


def measure(jobs: Iterable[Callable[[], object]], repeats: int) -> list[float]:
    """Median seconds of processor time of each job; the jobs take turns."""
    jobs = list(jobs)
    times: list[list[float]] = [[] for _ in jobs]
    for _ in range(repeats):
        for job, seconds in zip(jobs, times, strict=True):
            start = time.process_time()
            job()
            seconds.append(time.process_time() - start)
    return [statistics.median(seconds) for seconds in times]


def count_triples(folder: Path) -> int:
    """How many triples the export of a folder's tables has."""
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "graph.nt"
        export("ntriples", Tables(folder / "tables"), path)
        with path.open("rb") as file:
            return sum(1 for _ in file)


def repeat_graph(tables: Tables, folder: Path, times: int) -> None:
    """Write tables that hold the graph so often, each time under other ids."""
    for name, schema in SCHEMAS.items():
        table = tables.read(name)
        copies = (_rename(table, _IDS[name], copy) for copy in range(times if _IDS[name] else 1))
        if name == "entities":
            # Of several kinds, so that the copies do not simply follow each other.
            copies = iter([pa.concat_tables(copies).sort_by("id")])
        with pq.ParquetWriter(folder / f"{name}.parquet", schema) as writer:
            for copy in copies:
                writer.write_table(copy, row_group_size=_GROUP_ROWS)


def _rename(table: pa.Table, columns: Iterable[str], copy: int) -> pa.Table:
    """The table with ids of the form `<kind>/<copy>-<rest>`."""
    for column in columns:
        ids = table[column].combine_chunks()
        listed = pa.types.is_list(ids.type)
        renamed = pc.replace_substring_regex(
            ids.values if listed else ids, "^([a-z]+)/", f"\\1/{copy:06d}-"
        )
        if listed:
            renamed = pa.ListArray.from_arrays(ids.offsets, renamed, mask=ids.is_null())
        table = table.set_column(table.schema.get_field_index(column), column, renamed)
    return table


def measure_memory(syntax: str, folder: Path) -> float:
    """Peak MB of a fresh process that exports the tables in a folder."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(
        target=_report_memory, args=(syntax, folder, sender)
    )
    process.start()
    sender.close()
    peak: float = receiver.recv()
    process.join()
    return peak


def _report_memory(syntax: str, folder: Path, sender: Connection) -> None:
    export(syntax, Tables(folder), Path("/dev/null"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sender.send(peak / (1e6 if sys.platform == "darwin" else 1e3))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("output", type=Path, help="a folder of `kg build`")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--triples", type=float, nargs="*", default=[], help="in millions")
    parser.add_argument("--store", action="store_true", help="measure the store instead")
    parser.add_argument("--syntaxes", nargs="*", default=SYNTAXES)
    options = parser.parse_args()
    if not options.triples:
        compare = compare_stores if options.store else compare_writers
        for line in compare(options.output, options.repeats):
            print(line, flush=True)
        return
    triples = count_triples(options.output)
    print(f"peak MB   {''.join(f'{syntax:>10}' for syntax in options.syntaxes)}")
    for millions in options.triples:
        times = max(1, round(millions * 1e6 / triples))
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            repeat_graph(Tables(options.output / "tables"), folder, times)
            peaks = [measure_memory(syntax, folder) for syntax in options.syntaxes]
        print(f"{times * triples:10,}{''.join(f'{peak:10.0f}' for peak in peaks)}", flush=True)


if __name__ == "__main__":
    main()
