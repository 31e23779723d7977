"""Draws pairs of mentions to label as one thing or two.

    python benchmarks/draw_pairs.py EXTRACTIONS... --contexts pairs.txt > merge_pairs.tsv

EXTRACTIONS are files in the corpus format, as `kg extract` writes them. They are resolved. Half
of the pairs are mentions that resolution merges, half are such that it keeps apart though they
look alike; both in strata, so that the rare and difficult cases are seen. What is written holds
ids and offsets, and no label yet; `--contexts` writes what to read while labelling, which does
not say what resolution made of them.

An occurrence is an entity of one abstract. Merged strata weigh as many occurrences as have a
name that is not their entity's commonest; strata of what is kept apart weigh the occurrences
that would change places were all their pairs merged.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.distance import Indel

from kg.corpus_format import extraction_from_record
from kg.records import Extraction
from kg.resolve import resolve
from kg.resolve.names import Name
from kg.resolve.names import fold_name as fold

# How many pairs of each stratum.
MERGED = {"spelling": 20, "defined": 40, "undefined": 50, "other": 40}
APART = {"abbreviation": 50, "similar": 60, "head": 40}
WINDOW = 110
SIMILAR = 0.86
LARGEST_BLOCK = 4_000
HEADS = frozenset(
    [
        "algorithm",
        "approach",
        "architecture",
        "framework",
        "function",
        "mechanism",
        "method",
        "model",
        "module",
        "network",
        "process",
        "scheme",
        "strategy",
        "system",
        "technique",
    ]
)

fold_name = cache(fold)


class Seen(NamedTuple):
    """An occurrence: where each of its names stands first."""

    abstract: str
    places: dict[str, tuple[int, int]]
    defined: bool


class Pair(NamedTuple):
    """Two places, each abstract, start and end."""

    stratum: str
    one: tuple[str, int, int]
    other: tuple[str, int, int]


def read_extractions(paths: Iterable[Path]) -> Iterator[Extraction]:
    """The extractions of files of which the last line may be unfinished."""
    seen = set()
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                if line.endswith("\n"):
                    extraction = extraction_from_record(json.loads(line))
                    if extraction.key not in seen:
                        seen.add(extraction.key)
                        yield extraction


def collect(paths: list[Path]) -> dict[tuple[str, str], list[Seen]]:
    """The occurrences of each entity and type, resolved."""
    places: dict[tuple[str, str], tuple[str, dict[str, tuple[int, int]]]] = {}

    def read() -> Iterator[Extraction]:
        for extraction in read_extractions(paths):
            for entity in extraction.entities:
                forms: dict[str, tuple[int, int]] = {}
                for mention in entity.mentions:
                    forms.setdefault(mention.form, (mention.start, mention.end))
                places[extraction.key, entity.id] = (entity.type, forms)
            yield extraction

    nodes = resolve(read()).nodes
    entities: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for (key, id), node in sorted(nodes.items()):
        type_, forms = places[key, id]
        long = any(not fold_name(form).short for form in forms)
        entities[node, type_].append(Seen(key, forms, long))
    return entities


def draw_merged(
    entities: dict[tuple[str, str], list[Seen]], draw: random.Random
) -> tuple[list[Pair], Counter[str]]:
    """Pairs of a name of an entity and its commonest, and what the strata weigh."""
    units: dict[str, list[tuple[tuple[str, str], Seen, str, str]]] = defaultdict(list)
    for id, seen in sorted(entities.items()):
        written = Counter(form for s in seen for form in s.places)
        if len(written) < 2 or len(seen) < 2:
            continue
        main = max(written, key=lambda form: (written[form], form))
        for s in seen:
            for form in s.places:
                if form.casefold() != main.casefold():
                    stratum = _find_stratum(form, main, s)
                    units[stratum].append((id, s, form, main))
    pairs = []
    for stratum, count in MERGED.items():
        found = units[stratum]
        for id, seen_one, form, main in draw.sample(found, min(count, len(found))):
            others = [s for s in entities[id] if main in s.places and s is not seen_one]
            if others:
                other = draw.choice(others)
                pairs.append(
                    Pair(
                        stratum,
                        (seen_one.abstract, *seen_one.places[form]),
                        (other.abstract, *other.places[main]),
                    )
                )
    return pairs, Counter({stratum: len(found) for stratum, found in units.items()})


def _find_stratum(form: str, main: str, seen: Seen) -> str:
    one, other = fold_name(form), fold_name(main)
    if one.key == other.key:
        return "spelling"
    if one.short != other.short:
        return "defined" if seen.defined and one.short else "undefined"
    return "other"


def draw_apart(
    entities: dict[tuple[str, str], list[Seen]], draw: random.Random
) -> tuple[list[Pair], Counter[str]]:
    """Pairs of entities of one type that look alike, and what the strata weigh."""
    names = {
        id: max(
            (count, form) for form, count in Counter(f for s in seen for f in s.places).items()
        )[1]
        for id, seen in sorted(entities.items())
    }
    pairs: list[Pair] = []
    weights: Counter[str] = Counter()
    taken: set[frozenset[tuple[str, str]]] = set()
    for stratum, candidates in (
        ("abbreviation", _share_abbreviation(entities)),
        ("similar", _look_similar(names)),
        ("head", _share_head(names)),
    ):
        found = sorted({pair for pair in candidates if frozenset(pair) not in taken})
        taken.update(map(frozenset, found))
        sizes = [min(len(entities[one]), len(entities[other])) for one, other in found]
        weights[stratum] = sum(sizes)
        chosen: set[tuple[tuple[str, str], tuple[str, str]]] = set()
        while len(chosen) < min(APART[stratum], len(found)):
            chosen.update(draw.choices(found, sizes))
        for one, other in draw.sample(sorted(chosen), min(APART[stratum], len(chosen))):
            pairs.append(Pair(stratum, _pick(entities[one], draw), _pick(entities[other], draw)))
    return pairs, weights


def _pick(seen: list[Seen], draw: random.Random) -> tuple[str, int, int]:
    one = draw.choice(seen)
    return (one.abstract, *draw.choice(sorted(one.places.values())))


Couples = Iterator[tuple[tuple[str, str], tuple[str, str]]]


def _share_abbreviation(entities: dict[tuple[str, str], list[Seen]]) -> Couples:
    by_short: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for id, seen in entities.items():
        for form in {form for s in seen for form in s.places}:
            if fold_name(form).short:
                by_short[fold_name(form).key, id[1]].add(id)
    for ids in by_short.values():
        yield from combinations(sorted(ids), 2)


def _look_similar(names: dict[tuple[str, str], str]) -> Couples:
    blocks: dict[tuple[str, str], list[tuple[str, tuple[str, str]]]] = defaultdict(list)
    for id, name in names.items():
        key = fold_name(name).key
        if len(key) > len("abcdefgh"):
            blocks[id[1], key[:5]].append((key, id))
    for block in blocks.values():
        block.sort()
        for (key, id), (other_key, other) in combinations(block[:LARGEST_BLOCK], 2):
            if abs(len(key) - len(other_key)) <= (1 - SIMILAR) * (len(key) + len(other_key)) and (
                Indel.normalized_similarity(key, other_key, score_cutoff=SIMILAR) > 0
            ):
                yield (id, other) if id < other else (other, id)


def _share_head(names: dict[tuple[str, str], str]) -> Couples:
    by_modifiers: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for id, form in names.items():
        name: Name = fold_name(form)
        words = name.words[:-1] if name.words[-1] in HEADS else name.words
        if words:
            by_modifiers[" ".join(words), id[1]].add(id)
    for ids in by_modifiers.values():
        yield from combinations(sorted(ids), 2)


def write_contexts(pairs: list[Pair], paths: list[Path], output: Path) -> None:
    """Write the surroundings of both mentions of each pair."""
    wanted = {place[0] for pair in pairs for place in (pair.one, pair.other)}
    texts = {x.key: x.text for x in read_extractions(paths) if x.key in wanted}
    with output.open("w", encoding="utf-8") as file:
        for number, pair in enumerate(pairs):
            for key, start, end in (pair.one, pair.other):
                text = texts[key]
                before = " ".join(text[max(start - WINDOW, 0) : start].split())
                after = " ".join(text[end : end + WINDOW].split())
                file.write(f"{number}\t{before} [[{text[start:end]}]] {after}\n")


def main() -> None:
    """Print the pairs, shuffled, after what the strata weigh."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("extractions", type=Path, nargs="+")
    parser.add_argument("--contexts", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=6)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    entities = collect(options.extractions)
    merged, merged_weights = draw_merged(entities, draw)
    apart, apart_weights = draw_apart(entities, draw)
    pairs = [*merged, *apart]
    draw.shuffle(pairs)
    for stratum, weight in sorted((merged_weights + apart_weights).items()):
        sys.stdout.write(f"# {stratum}\t{weight}\n")
    for pair in pairs:
        row = (pair.stratum, *pair.one, *pair.other, "?")
        sys.stdout.write("\t".join(map(str, row)) + "\n")
    write_contexts(pairs, options.extractions, options.contexts)


if __name__ == "__main__":
    main()
