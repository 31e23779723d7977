"""Loading a graph and asking it the cookbook, beside rdflib, in one run.

    kg build abstracts.jsonl.gz --limit 5000 --formats turtle --output big
    python benchmarks/queries.py big --timeout 60

The graph is the Turtle of an output folder; 5,000 abstracts are about 2.7 million triples. Both
engines load the same file: rdflib into memory, pyoxigraph into memory and into a store on disk.
Each query is asked of the most named entity of the type that it is about, of rdflib once and of
the store the median of five times, the first of which reads from the disk. rdflib is given
`--timeout` seconds; where it needs more, the ratio is a lower bound. Ratios say how many times as
long rdflib takes, whatever the machine. Rows are compared where both answer.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

import rdflib
from pyoxigraph import QuerySolutions, RdfFormat, Store

from kg.query import Recipe, find_recipe, list_recipes, run_query

T = TypeVar("T")

REPEATS = 5
# Of which type the entity is that a query asks for by name.
ABOUT = {
    "applications": "Task",
    "authors": "Dataset",
    "dataset-abstracts": "Dataset",
    "dataset-results": "Dataset",
    "doubtful": "Dataset",
    "evidence": "Model",
    "introduced-by": "Model",
    "mentions": "Dataset",
    "metrics": "Metric",
    "names": "Model",
    "neighbourhood": "Dataset",
    "organizations": "Task",
    "results": "Model",
    "similar-abstracts": "Model",
    "techniques-by-task": "Task",
    "techniques-together": "Technique",
    "variants": "Technique",
}


def measure(job: Callable[[], T]) -> tuple[T, float]:
    """What a job gives, and how many seconds it takes."""
    start = time.perf_counter()
    result = job()
    return result, time.perf_counter() - start


def load_rdflib(turtle: Path) -> rdflib.Graph:
    """The graph in rdflib's memory."""
    return rdflib.Graph().parse(turtle, format="turtle")


def load_store(turtle: Path, folder: Path | None = None) -> Store:
    """The graph in pyoxigraph: in memory, or in a folder."""
    store = Store() if folder is None else Store(str(folder))
    store.bulk_load(path=turtle, format=RdfFormat.TURTLE)
    store.flush()
    return store


def choose_settings(store: Store, recipe: Recipe) -> Mapping[str, Sequence[str]]:
    """Settings that make a query work hard: the most named entity of the type it is about."""
    if recipe.name in ABOUT:
        top = find_recipe("most-shared").fill({"type": [ABOUT[recipe.name]]})
        rows = run_query(store, top).rows
        return {"name": [str(rows[0][0])]} if rows else {}
    if recipe.name == "statement-evidence":
        rows = run_query(store, find_recipe("comparisons").sparql).rows
        return {"subject": [str(rows[0][0])], "object": [str(rows[0][2])]} if rows else {}
    return {}


def ask_store(store: Store, sparql: str) -> int:
    """How many rows a query gives in pyoxigraph."""
    solutions = store.query(sparql)
    assert isinstance(solutions, QuerySolutions)
    return sum(1 for _ in solutions)


def ask_rdflib(graph: rdflib.Graph, sparql: str, timeout: float) -> tuple[int, float] | None:
    """Rows and seconds of a query in rdflib, in a fork that can be killed; none past the limit."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=_answer, args=(graph, sparql, sender)
    )
    process.start()
    sender.close()
    try:
        return receiver.recv() if receiver.poll(timeout) else None
    except EOFError:
        return None
    finally:
        process.kill()
        process.join()


def _answer(graph: rdflib.Graph, sparql: str, sender: Connection) -> None:
    # Of no solutions rdflib makes a group with nothing in it.
    sender.send(measure(lambda: sum(any(row) for row in graph.query(sparql))))


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("graph", type=Path, help="an output folder with graph.ttl")
    parser.add_argument("--timeout", type=float, default=60, help="seconds for each of rdflib")
    options = parser.parse_args()
    turtle = options.graph / "graph.ttl"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store"
        memory, in_memory = measure(lambda: load_store(turtle))
        print(f"{len(memory):,} triples")
        del memory
        written, on_disk = measure(lambda: load_store(turtle, path))
        del written
        graph, parsed = measure(lambda: load_rdflib(turtle))
        graph.query("SELECT * { ?s ?p ?o } LIMIT 1")  # loads what the first query would load
        store, opened = measure(lambda: Store.read_only(str(path)))
        print(f"{'loading':24}{'seconds':>9}{'ratio':>9}")
        print(f"{'rdflib':24}{parsed:9.1f}")
        print(f"{'pyoxigraph, memory':24}{in_memory:9.1f}{parsed / in_memory:9.1f}")
        print(f"{'pyoxigraph, store':24}{on_disk:9.1f}{parsed / on_disk:9.1f}")
        print(f"{'store, opened again':24}{opened:9.3f}{parsed / opened:9.0f}")
        print(f"\n{'query':24}{'rows':>6}{'store':>9}{'rdflib':>9}{'ratio':>10}", flush=True)
        ratios = []
        for recipe in list_recipes():
            sparql = recipe.fill(choose_settings(store, recipe))
            times = [measure(lambda s=sparql: ask_store(store, s)) for _ in range(REPEATS)]
            rows, seconds = times[0][0], statistics.median(took for _, took in times)
            reference = ask_rdflib(graph, sparql, options.timeout)
            took = options.timeout if reference is None else reference[1]
            ratios.append(took / seconds)
            bound = "> " if reference is None else ""
            differs = "  DIFFERS" if reference is not None and reference[0] != rows else ""
            print(
                f"{recipe.name:24}{rows:6}{seconds:9.4f}{bound + format(took, '.3f'):>9}"
                f"{bound + format(took / seconds, '.0f'):>10}{differs}",
                flush=True,
            )
        print(f"median ratio {statistics.median(ratios):.0f}, least {min(ratios):.1f}")


if __name__ == "__main__":
    main()
