"""What the picture of a large graph starts with.

The most important entities, with some of each community among them so that every community
has its place and name on the map, and the best abstracts behind them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

from kg.tables import Row

_ENTITY_SHARE = 0.6
_OF_EACH_COMMUNITY = 3

T = TypeVar("T", bound=Hashable)


def choose_overview(
    abstracts: Sequence[Row],
    entities: Sequence[Row],
    statements: Iterable[Row],
    size: int,
) -> list[str]:
    """Ids of the nodes that are drawn at first.

    Args:
        abstracts: Those that the page holds.
        entities: Those that the page holds.
        statements: Those between them.
        size: How many nodes to choose at most.
    """
    chosen = _choose_entities(entities, int(size * _ENTITY_SHARE))
    importance = {row["id"]: row["importance"] or 0.0 for row in abstracts}
    behind: defaultdict[str, list[tuple[bool, float, str]]] = defaultdict(list)
    for row in statements:
        if row["category"] == "role":
            abstract = row["subject"]
            behind[row["object"]].append(
                (row["predicate"] != "introduces", -importance[abstract], abstract)
            )
    queues = [
        iter([abstract for _, _, abstract in sorted(behind[id])]) for id in chosen if id in behind
    ]
    return [*chosen, *take_in_turns(queues, size - len(chosen))]


def _choose_entities(entities: Sequence[Row], most: int) -> list[str]:
    ranked = sorted(
        entities, key=lambda row: (-(row["importance"] or 0.0), -row["abstracts"], row["id"])
    )
    communities: defaultdict[int, list[str]] = defaultdict(list)
    for row in ranked:
        if row["community"] is not None:
            communities[row["community"]].append(row["id"])
    largest = sorted(communities, key=lambda community: (-len(communities[community]), community))
    of_each = [id for community in largest for id in communities[community][:_OF_EACH_COMMUNITY]]
    # Of very many communities, the most important entities still have their half.
    kept = set(of_each[: most // 2])
    for row in ranked:
        if len(kept) >= most:
            break
        kept.add(row["id"])
    return [row["id"] for row in ranked if row["id"] in kept]


def take_in_turns(queues: Iterable[Iterator[T]], most: int) -> list[T]:
    """Up to `most` distinct items: in turns, each queue gives its next that is not yet taken."""
    taken: dict[T, None] = {}
    waiting = list(queues)
    while waiting and len(taken) < most:
        still = []
        for queue in waiting:
            fresh = next((item for item in queue if item not in taken), None)
            if fresh is not None and len(taken) < most:
                taken[fresh] = None
                still.append(queue)
        waiting = still
    return list(taken)
