"""What graphs of 1,000 to 86,910 abstracts cost, and how that grows.

    python benchmarks/scale.py abstracts.jsonl.gz --folder big

writes benchmarks/RESULTS.md. Of the input, evenly spread abstracts make the smaller inputs. Each
build reads all abstracts afresh, with two workers; memory is that of all its processes together,
taken ten times a second. Beside it stands the bare pipeline: two processes that only read the
same texts and keep nothing (of more than 10,000 texts, 10,000 of them, and in proportion). The
largest graph stays in the folder, and is asked there; of the one before it, the times of exports
stand beside those of pyoxigraph and lxml for as much.
"""

from __future__ import annotations

import argparse
import gzip
import multiprocessing
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import psutil
import pyoxigraph
from graph_files import read_elements, write_with_lxml
from pyoxigraph import RdfFormat
from queries import ask_store, choose_settings, measure
from threadpoolctl import threadpool_limits

from kg.collection import SourceOptions, collect
from kg.export.registry import ExportOptions, find_format
from kg.extract import ReadingOptions, load_pipeline
from kg.pipeline import build
from kg.query import list_recipes, open_store
from kg.tables import Tables

SIZES = (1_000, 10_000, 86_910)
WORKERS = 2
FORMATS = ("turtle", "graphml", "store", "html")
COMPARED = ("turtle", "ntriples", "graphml", "store")
TO_TABLES = ("reading", "extracting", "resolving", "linking", "writing tables")
MOST_BARE = 10_000
ADDED = 100
RESULTS = Path(__file__).parent / "RESULTS.md"

_CHUNK = 64


@dataclass
class Costs:
    """What one build took.

    Attributes:
        stages: Seconds by stage, in order.
        peak: Bytes of all processes together.
        bare: Seconds of the bare pipeline over the same texts.
        sizes: Bytes by file.
        counts: Rows by table.
    """

    abstracts: int
    stages: dict[str, float] = field(default_factory=dict)
    peak: int = 0
    bare: float = 0.0
    sizes: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def to_tables(self) -> float:
        """Seconds from the sources to the tables."""
        return sum(self.stages[stage] for stage in TO_TABLES)


class _Clock:
    """An observer that takes the time of each stage."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self._stage, self._since = "", time.perf_counter()

    def begin(self, stage: str, total: int | None = None) -> None:  # noqa: ARG002
        self.end()
        self._stage, self._since = stage, time.perf_counter()

    def end(self) -> None:
        if self._stage:
            self.stages[self._stage] = time.perf_counter() - self._since

    def advance(self, count: int = 1) -> None:
        """Nothing: stages are what counts."""

    def note(self, text: str) -> None:
        print(text, file=sys.stderr)


def spread(source: Path, sizes: Sequence[int], folder: Path) -> Iterator[Path]:
    """Files of so many evenly spread lines of a file of JSON Lines."""
    lines = read_lines(source)
    for size in sizes:
        path = folder / f"{size}.jsonl"
        chosen = np.linspace(0, len(lines) - 1, min(size, len(lines))).astype(int)
        path.write_text("".join(lines[number] for number in chosen), encoding="utf-8")
        yield path


def add_lines(path: Path, source: Path, count: int) -> Path:
    """A file with the lines of another and so many more of the source."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    known = set(lines)
    new = (line for line in read_lines(source) if line not in known)
    target = path.with_name(f"{path.stem}-more.jsonl")
    target.write_text("".join([*lines, *islice(new, count)]), encoding="utf-8")
    return target


def read_lines(source: Path) -> list[str]:
    """The lines of a file, unpacked where its name ends in `.gz`."""
    opener = gzip.open if source.suffix == ".gz" else open
    with opener(source, "rt", encoding="utf-8") as file:
        return file.readlines()


def measure_build(path: Path, output: Path, formats: Sequence[str], *, fresh: bool) -> Costs:
    """Build a graph in a process of its own."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_build, args=(path, output, formats, fresh, sender))
    process.start()
    sender.close()
    peak = 0
    while not receiver.poll(0.1):
        peak = max(peak, _weigh(process.pid))
    stages, abstracts = receiver.recv()
    process.join()
    costs = Costs(abstracts, stages, peak)
    for item in sorted(output.iterdir()):
        files = item.rglob("*") if item.is_dir() else [item]
        costs.sizes[item.name] = sum(file.stat().st_size for file in files)
    tables = Tables(output / "tables")
    costs.counts = {name: tables.count(name) for name in ("entities", "statements", "evidence")}
    return costs


def _build(
    path: Path, output: Path, formats: Sequence[str], fresh: bool, sender: Connection
) -> None:
    clock = _Clock()
    report = build(
        [path],
        output,
        source=SourceOptions(on_error="skip"),
        formats=formats,
        reading=ReadingOptions(workers=WORKERS, fresh=fresh),
        observer=clock,
    )
    clock.end()
    sender.send((clock.stages, report.abstracts))


def _weigh(pid: int | None) -> int:
    """Resident bytes of a process and all those below it."""
    total = 0
    try:
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            total += one.memory_info().rss
    except psutil.NoSuchProcess:
        pass  # it ended meanwhile
    return total


def measure_bare(path: Path) -> float:
    """Seconds in which two processes load the pipeline and read all texts of a file."""
    collection = collect([path], SourceOptions(on_error="skip"))
    texts = [abstract.text for abstract in collection.abstracts][:: _thin(collection.abstracts)]
    chunks = [texts[first : first + _CHUNK] for first in range(0, len(texts), _CHUNK)]
    start = time.perf_counter()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=context, initializer=_load) as executor:
        for _ in executor.map(_read, chunks):
            pass
    return (time.perf_counter() - start) * len(collection.abstracts) / len(texts)


def _thin(items: Sequence[object]) -> int:
    return -(-len(items) // MOST_BARE)


def _load() -> None:
    # As kg's own workers do: several threads a process would be slower.
    threadpool_limits(1)
    globals()["_nlp"] = load_pipeline()


def _read(texts: Sequence[str]) -> None:
    for _ in globals()["_nlp"].pipe(texts):
        pass


def compare_exports(output: Path) -> Iterator[tuple[str, float, float]]:
    """Seconds of exports from the tables, and of pyoxigraph and lxml for as much.

    Args:
        output: An output folder.
    """
    tables = Tables(output / "tables")
    with tempfile.TemporaryDirectory(dir=output.parent) as temporary:
        folder = Path(temporary)
        own = {}
        for name in COMPARED:
            exporter = find_format(name)
            path = folder / exporter.file_name
            if exporter.is_folder:
                path.mkdir()
            start = time.perf_counter()
            exporter.export(tables, path, ExportOptions())
            own[name] = time.perf_counter() - start
        start = time.perf_counter()
        store = pyoxigraph.Store(str(folder / "bare"))
        store.bulk_load(path=folder / "graph.ttl", format=RdfFormat.TURTLE)
        store.flush()
        loaded = time.perf_counter() - start
        for name, syntax in (("turtle", RdfFormat.TURTLE), ("ntriples", RdfFormat.N_TRIPLES)):
            start = time.perf_counter()
            store.dump(folder / "dump", syntax, from_graph=pyoxigraph.DefaultGraph())
            yield name, own[name], time.perf_counter() - start
        yield "store", own["store"], loaded
        elements = list(read_elements(folder / "graph.graphml"))
        yield "graphml", own["graphml"], write_with_lxml(elements, folder / "lxml.graphml")


def measure_answers(output: Path) -> Iterator[tuple[str, float]]:
    """Seconds of commands and of each query of the cookbook on a graph."""
    commands = {
        "kg stats": ["stats", output],
        "kg show ImageNet": ["show", output, "ImageNet"],
        "kg report": ["report", output],
    }
    for name, arguments in commands.items():
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "kg", *map(str, arguments)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        yield name, time.perf_counter() - start


def measure_queries(output: Path) -> Iterator[tuple[str, float]]:
    """Seconds of each query of the cookbook on the store, the second time it is asked."""
    store = open_store(output / "store")
    for recipe in list_recipes():
        sparql = recipe.fill(choose_settings(store, recipe))
        ask_store(store, sparql)
        yield recipe.name, measure(lambda sparql=sparql: ask_store(store, sparql))[1]


def fit_exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """The slope of a line through the logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def describe_machine() -> str:
    """The machine and what matters of what runs on it."""
    try:
        model = next(
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        )
    except (OSError, StopIteration):
        model = platform.processor() or platform.machine()
    versions = ", ".join(
        f"{name} {version(name)}" for name in ("kg-abstracts", "spacy", "pyoxigraph", "pyarrow")
    )
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} processors ({model}), {memory:.0f} GiB of memory,"
        f" Python {platform.python_version()}, {versions}."
    )


def tabulate(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A Markdown table with numbers on the right."""
    yield f"| {' | '.join(head)} |"
    yield f"| --- |{' ---: |' * (len(head) - 1)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def report(
    measured: Sequence[Costs],
    added: Costs,
    compared: Sequence[tuple[str, float, float]],
    answers: Mapping[str, float],
    queries: Mapping[str, float],
) -> Iterator[str]:
    """The results in Markdown, line by line."""
    largest = measured[-1]
    sizes = [costs.abstracts for costs in measured]
    columns = [f"{size:,}" for size in sizes]
    yield "# What graphs of many abstracts cost"
    yield ""
    yield "Written by `python benchmarks/scale.py abstracts.jsonl.gz --folder big`."
    yield describe_machine()
    yield ""
    yield "## Time and memory"
    yield ""
    yield "Seconds of each stage, with two workers, and the exponent of a power of the number of"
    yield "abstracts fitted to them."
    yield ""
    rows = []
    for stage in largest.stages:
        seconds = [costs.stages[stage] for costs in measured]
        rows.append([stage, *(f"{s:,.1f}" for s in seconds), f"{fit_exponent(sizes, seconds):.2f}"])
    to_tables = [costs.to_tables for costs in measured]
    bare = [costs.bare for costs in measured]
    rows += [
        ["**sources to tables**", *(f"{s:,.1f}" for s in to_tables),
         f"{fit_exponent(sizes, to_tables):.2f}"],
        ["bare pipeline, two processes", *(f"{s:,.1f}" for s in bare),
         f"{fit_exponent(sizes, bare):.2f}"],
        ["sources to tables / bare pipeline",
         *(f"{a / b:.2f}" for a, b in zip(to_tables, bare, strict=True)), ""],
        ["abstracts a second, sources to tables",
         *(f"{n / s:.0f}" for n, s in zip(sizes, to_tables, strict=True)), ""],
        ["abstracts a second, whole build",
         *(f"{c.abstracts / sum(c.stages.values()):.0f}" for c in measured), ""],
        ["peak memory of all processes, GB", *(f"{c.peak / 1e9:.2f}" for c in measured), ""],
    ]  # fmt: skip
    for name in largest.counts:
        counts = [costs.counts[name] for costs in measured]
        rows.append([name, *(f"{n:,}" for n in counts), f"{fit_exponent(sizes, counts):.2f}"])
    yield from tabulate(["abstracts", *columns, "exponent"], rows)
    yield ""
    yield (
        f"With {ADDED} abstracts more than {measured[-2].abstracts:,}, the second build takes"
        f" {added.to_tables:.1f} s from sources to tables, {added.stages['extracting']:.1f} s of"
        " it for reading the new ones and taking the rest from the cache."
    )
    yield ""
    yield "## Output, MB"
    yield ""
    yield from tabulate(
        ["file", *columns],
        (
            [f"`{name}`", *(f"{costs.sizes[name] / 1e6:,.1f}" for costs in measured)]
            for name in largest.sizes
        ),
    )
    yield ""
    yield f"## Exports of {measured[-2].abstracts:,} abstracts beside the libraries"
    yield ""
    yield "Seconds from the tables, in the same run: pyoxigraph's dumps of the graph from a store"
    yield "on disk, its bulk load of the Turtle, and lxml writing the elements of the GraphML. (A"
    yield "build that writes Turtle makes the store of it, which takes the bulk load alone.)"
    yield ""
    yield from tabulate(
        ["export", "kg", "library", "ratio"],
        (
            [name, f"{own:,.1f}", f"{library:,.1f}", f"{own / library:.2f}"]
            for name, own, library in compared
        ),
    )
    yield ""
    yield "## Answers, seconds"
    yield ""
    yield from tabulate(
        ["command or query", "seconds"],
        ([f"`{name}`", f"{seconds:.2f}"] for name, seconds in [*answers.items(), *queries.items()]),
    )


def main() -> None:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("source", type=Path, help="abstracts as JSON Lines")
    parser.add_argument("--folder", type=Path, required=True, help="where the graphs are built")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    measured: list[Costs] = []
    compared: list[tuple[str, float, float]] = []
    output = folder / "output"
    paths = list(spread(options.source, options.sizes, folder))
    for path in paths:
        costs = measure_build(path, output, FORMATS, fresh=True)
        costs.bare = measure_bare(path)
        print(costs, flush=True)
        measured.append(costs)
        if path is paths[-2]:
            compared = list(compare_exports(output))
    more = add_lines(paths[-2], options.source, ADDED)
    added = measure_build(more, folder / "added", (), fresh=False)
    lines = report(
        measured,
        added,
        compared,
        dict(measure_answers(output)),
        dict(measure_queries(output)),
    )
    options.results.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
