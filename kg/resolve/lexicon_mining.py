"""Computes the lexicon of abbreviations from a collection of abstracts.

    python -m kg.resolve.lexicon_mining abstracts.jsonl.gz > kg/resolve/abbreviations.tsv

The file has a line for each long form: the abbreviation's key, the long form in lower case
and singular, and in how many abstracts the one is defined as the other. What the abstracts
were is not in it, only counts.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.resolve.definitions import read_definitions
from kg.resolve.letters import abbreviates
from kg.resolve.names import Name, fold_name

# An abbreviation is kept if its commonest long form is that common, with each long form
# that has at least this share of the commonest and stands in this many abstracts.
FEWEST = 4
SMALLEST_SHARE = 0.04
FEWEST_RARE = 2


def mine_lexicon(texts: Iterable[str]) -> Iterator[tuple[str, str, int]]:
    """Count what abbreviations are defined as.

    Args:
        texts: The abstracts.

    Yields:
        Key of an abbreviation, a long form, and the number of abstracts that define it so;
        sorted by abbreviation, and the commonest long form first.
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    plain: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        found: set[tuple[str, str]] = set()
        for abbreviation, definition in read_definitions(text):
            short, long = fold_name(abbreviation), fold_name(definition)
            if _is_long_form(short, long):
                found.add((short.key, long.key))
                plain[long.key][" ".join(long.plain)] += 1
        for short_key, long_key in found:
            counts[short_key][long_key] += 1
    for short_key, longs in sorted(counts.items()):
        commonest = max(longs.values())
        for long_key, count in sorted(longs.items(), key=lambda item: (-item[1], item[0])):
            fewest = max(FEWEST_RARE, SMALLEST_SHARE * commonest)
            if commonest >= FEWEST and count >= fewest:
                yield short_key, _commonest(plain[long_key]), count


def _is_long_form(short: Name, long: Name) -> bool:
    return not any(long.initials) and abbreviates(short.key, long.plain)


def _commonest(counts: Counter[str]) -> str:
    return min(counts.items(), key=lambda item: (-item[1], item[0]))[0]


def _read_texts(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield record.get("abstract") or record.get("text") or ""


def main() -> None:
    """Print the lexicon of the abstracts in the file that is named on the command line."""
    for row in mine_lexicon(_read_texts(Path(sys.argv[1]))):
        sys.stdout.write("\t".join(map(str, row)) + "\n")


if __name__ == "__main__":
    main()
