"""Silver labels: abstracts that a pipeline annotates, for another to learn from.

A recogniser that learns from what a whole pipeline says of many abstracts finds more than one
that learns from the few annotated ones alone (self-training; Yarowsky 1995). Abstracts that
write of named things are drawn more often, since the annotated ones do, and names of
organisations are taken from the affiliations of authors, where the pipeline knows too few.

    python -m kg.training.silver CORPUS silver.jsonl
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from spacy.language import Language

from kg.corpus_format import dump_record, extraction_to_record
from kg.extract import extract, load_pipeline
from kg.folding import fold_text
from kg.records import Abstract, ExtractedEntity, Extraction, Mention
from kg.training.corpus import read_corpus

LENGTHS = range(500, 2201)
"""Characters of the abstracts that are taken."""

LEAST_AFFILIATIONS = 30
"""In so many abstracts an affiliation is the name of an organisation."""

SEED = 3
_NAMED = re.compile(r"\b\w+[A-Z0-9]\w*\b")
_NAMED_ENOUGH = 9
_SHARE = 0.75
_LEAST_LENGTH = 4
# What the recogniser takes an organisation for. As a data set or a platform it may be right.
_MISTAKEN = frozenset({"Technique", "Model", "Task", "Metric"})

Record = dict[str, Any]


def find_organisations(records: Iterable[Record]) -> re.Pattern[str]:
    """What matches the affiliations that many abstracts have.

    Args:
        records: With `affiliations` where they are known.
    """
    counts = Counter(name for r in records for name in set(r.get("affiliations") or ()))
    names = sorted(
        (
            n
            for n, count in counts.items()
            if count >= LEAST_AFFILIATIONS and len(n) >= _LEAST_LENGTH
        ),
        key=lambda name: (-len(name), name),
    )
    listed = "|".join(map(re.escape, names)) or r"(?!)"
    return re.compile(rf"(?<![\w-])(?:{listed})(?![\w-])")


def choose_abstracts(
    records: Iterable[Record], known: frozenset[str], organisations: re.Pattern[str]
) -> Iterator[Abstract]:
    """Abstracts to label: all that name an organisation, and a share of the others.

    Args:
        records: Abstracts without annotation, with `id` and `abstract`.
        known: Folded texts that are to be left out, such as those that figures are taken on.
        organisations: Of `find_organisations`.
    """
    generator = random.Random(SEED)
    for record in records:
        text = record["abstract"]
        if len(text) not in LENGTHS or fold_text(text) in known:
            continue
        share = min(1, (len(_NAMED.findall(text)) / _NAMED_ENOUGH) ** 1.2) * _SHARE
        if generator.random() < share or organisations.search(text):
            yield Abstract(record["id"], text, ())


def add_organisations(extraction: Extraction, organisations: re.Pattern[str]) -> Extraction:
    """The extraction with each organisation named outside of other entities as one.

    Args:
        extraction: What a pipeline found.
        organisations: Of `find_organisations`.
    """
    taken = {
        (mention.start, mention.end): entity
        for entity in extraction.entities
        for mention in entity.mentions
    }
    found: dict[str, list[Mention]] = {}
    mistaken: set[str] = set()
    for match in organisations.finditer(extraction.text):
        start, end = match.span()
        over = [place for place in taken if place[0] < end and start < place[1]]
        if not over:
            found.setdefault(match[0], []).append(Mention(start, end, match[0]))
        elif over == [(start, end)] and taken[start, end].type in _MISTAKEN:
            mistaken.add(taken[start, end].id)
    kept = [
        replace(entity, type="Organization") if entity.id in mistaken else entity
        for entity in extraction.entities
    ]
    added = [
        ExtractedEntity(f"o{number}", "Organization", name, tuple(mentions), "mentions")
        for number, (name, mentions) in enumerate(found.items(), 1)
    ]
    return replace(extraction, entities=(*kept, *added), relations=(), results=())


def label_abstracts(
    abstracts: Iterable[Abstract], nlp: Language, organisations: re.Pattern[str]
) -> Iterator[Record]:
    """Records in the corpus format, of what a pipeline finds in abstracts.

    Args:
        abstracts: Of `choose_abstracts`.
        nlp: The pipeline.
        organisations: Of `find_organisations`.
    """
    for extraction in extract(abstracts, nlp):
        if extraction.entities:
            yield extraction_to_record(add_organisations(extraction, organisations), extraction.key)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives its exit code."""
    parser = argparse.ArgumentParser(prog="python -m kg.training.silver", description=__doc__)
    parser.add_argument("corpus", type=Path, help="folder of abstracts.jsonl.gz, train.jsonl, …")
    parser.add_argument("output", type=Path, help="the file to write")
    given = parser.parse_args(arguments)
    with gzip.open(given.corpus / "abstracts.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    known = frozenset(
        fold_text(extraction.text)
        for name in ("train.jsonl", "dev.jsonl")
        for extraction in read_corpus(given.corpus / name)
    )
    organisations = find_organisations(records)
    chosen = choose_abstracts(records, known, organisations)
    with given.output.open("w", encoding="utf-8") as file:
        file.writelines(map(dump_record, label_abstracts(chosen, load_pipeline(), organisations)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
