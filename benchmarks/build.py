"""What a build costs beside the bare pipeline over the same texts, in one run.

    python benchmarks/build.py seeds
    python benchmarks/build.py abstracts.jsonl.gz --limit 2000

Both read the inputs and load the pipeline, in processes of their own, one after the other, on
one core of spaCy each. The ratio says what resolution, linking, tables and exports cost beside
the pipeline, whatever the machine; peak memory is that of the process.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from kg.extract import load_pipeline
from kg.pipeline import Collection, SourceOptions, build, collect
from kg.sources import Filters

Measured = tuple[float, float]
Job = Callable[[list[str], int | None], None]


def run_pipeline(inputs: list[str], limit: int | None) -> None:
    """Only spaCy: load the pipeline and read every distinct text."""
    texts = [abstract.text for abstract in read(inputs, limit).abstracts]
    nlp = load_pipeline()
    for _ in nlp.pipe(texts):
        pass


def run_build(inputs: list[str], limit: int | None) -> None:
    """The whole build with the default formats."""
    with tempfile.TemporaryDirectory() as folder:
        build(inputs, Path(folder) / "output", source=choose(limit))


def read(inputs: list[str], limit: int | None) -> Collection:
    """The distinct abstracts of the inputs."""
    return collect(inputs, choose(limit))


def choose(limit: int | None) -> SourceOptions:
    """Options that take so many abstracts."""
    return SourceOptions(filters=Filters(limit=limit))


def measure(job: Job, inputs: list[str], limit: int | None) -> Measured:
    """Seconds and peak MB of a job in a fresh process."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(
        target=_report, args=(job, inputs, limit, sender)
    )
    process.start()
    sender.close()
    result: Measured = receiver.recv()
    process.join()
    return result


def _report(job: Job, inputs: list[str], limit: int | None, sender: Connection) -> None:
    start = time.perf_counter()
    job(inputs, limit)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sender.send((seconds, peak / (1e6 if sys.platform == "darwin" else 1e3)))


def main() -> None:
    """Measure both and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("inputs", nargs="+")
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    count = len(read(options.inputs, options.limit).abstracts)
    bare = measure(run_pipeline, options.inputs, options.limit)
    whole = measure(run_build, options.inputs, options.limit)
    print(f"{count} distinct abstracts")
    print(f"{'':16}{'seconds':>9}{'abstracts/s':>13}{'peak MB':>9}")
    for name, (seconds, memory) in (("bare pipeline", bare), ("kg build", whole)):
        print(f"{name:16}{seconds:9.1f}{count / seconds:13.1f}{memory:9.0f}")
    print(f"ratio {whole[0] / bare[0]:.2f}")


if __name__ == "__main__":
    main()
