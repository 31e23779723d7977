"""How often resolution is right about two mentions: precision and recall of merges.

    python benchmarks/merges.py EXTRACTIONS...

EXTRACTIONS are what kg extracts from the abstracts, in the corpus format: the output of `kg
extract`, or `extractions.jsonl` of a build. They are resolved anew, and what became of the pairs of
mentions in `merge_pairs.tsv` is compared with what a reader says of them. Pairs stand for as
much as their stratum weighs in the corpus (`draw_pairs.py`), and the intervals are those of 2,000
samples drawn again from the strata.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from draw_pairs import read_extractions

from kg.records import Extraction
from kg.resolve import resolve

PAIRS = Path(__file__).parent / "merge_pairs.tsv"
SAMPLES = 2_000
SEED = 6

Place = tuple[str, int, int]


class Labelled(NamedTuple):
    """Two mentions, and whether a reader says that they are one thing."""

    stratum: str
    one: Place
    other: Place
    same: bool


class Judged(NamedTuple):
    """What a reader says of a pair, and what resolution does."""

    stratum: str
    same: bool
    merged: bool


def read_pairs(path: Path) -> tuple[dict[str, int], list[Labelled]]:
    """What each stratum weighs, and the pairs that have a label."""
    weights: dict[str, int] = {}
    pairs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        parts = line.split("\t")
        if line.startswith("# "):
            weights[parts[0].removeprefix("# ")] = int(parts[1])
        elif parts[-1] in ("same", "different"):
            one = (parts[1], int(parts[2]), int(parts[3]))
            other = (parts[4], int(parts[5]), int(parts[6]))
            pairs.append(Labelled(parts[0], one, other, parts[-1] == "same"))
    return weights, pairs


def judge(pairs: Sequence[Labelled], paths: Iterable[Path]) -> list[Judged]:
    """Resolve the extractions; pairs of which a mention is not extracted any more are left out."""
    wanted = {place for pair in pairs for place in (pair.one, pair.other)}
    keys = {key for key, _, _ in wanted}
    owners: dict[Place, tuple[str, str]] = {}

    def read() -> Iterator[Extraction]:
        for extraction in read_extractions(paths):
            if extraction.key in keys:
                for entity in extraction.entities:
                    for mention in entity.mentions:
                        place = (extraction.key, mention.start, mention.end)
                        if place in wanted:
                            owners[place] = (extraction.key, entity.id)
            yield extraction

    nodes = resolve(read()).nodes
    return [
        Judged(pair.stratum, pair.same, nodes[owners[pair.one]] == nodes[owners[pair.other]])
        for pair in pairs
        if pair.one in owners and pair.other in owners
    ]


def measure(judged: Sequence[Judged], weights: Mapping[str, int]) -> tuple[float, float]:
    """Precision and recall, with each stratum as heavy as it is in the corpus."""
    sizes: dict[str, int] = defaultdict(int)
    for pair in judged:
        sizes[pair.stratum] += 1
    right = wrong = missed = 0.0
    for pair in judged:
        weight = weights[pair.stratum] / sizes[pair.stratum]
        right += weight * (pair.merged and pair.same)
        wrong += weight * (pair.merged and not pair.same)
        missed += weight * (pair.same and not pair.merged)
    return right / max(right + wrong, 1e-9), right / max(right + missed, 1e-9)


def resample(judged: Sequence[Judged], draw: random.Random) -> list[Judged]:
    """As many pairs of each stratum, drawn with replacement."""
    strata: dict[str, list[Judged]] = defaultdict(list)
    for pair in judged:
        strata[pair.stratum].append(pair)
    return [pair for found in strata.values() for pair in draw.choices(found, k=len(found))]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("extractions", type=Path, nargs="+")
    parser.add_argument("--pairs", type=Path, default=PAIRS)
    options = parser.parse_args()
    weights, pairs = read_pairs(options.pairs)
    judged = judge(pairs, options.extractions)
    print(f"{len(judged)} of {len(pairs)} pairs are extracted")
    print("stratum        weight  pairs  same  merged  right")
    for stratum, weight in sorted(weights.items(), key=lambda item: -item[1]):
        found = [pair for pair in judged if pair.stratum == stratum]
        print(
            f"{stratum:<13} {weight:>7,}  {len(found):>5}  {sum(p.same for p in found):>4}"
            f"  {sum(p.merged for p in found):>6}  {sum(p.merged == p.same for p in found):>5}"
        )
    draw = random.Random(SEED)
    samples = [measure(resample(judged, draw), weights) for _ in range(SAMPLES)]
    for i, name in enumerate(("precision", "recall")):
        values = sorted(sample[i] for sample in samples)
        low, high = values[int(0.025 * SAMPLES)], values[int(0.975 * SAMPLES)]
        print(f"{name:<9} {measure(judged, weights)[i]:.3f}  ({low:.3f} to {high:.3f})")


if __name__ == "__main__":
    main()
