"""Links between abstracts, computed from the entities that they share.

`buildsOn` and `comparesWith` follow from roles: one abstract introduces what the other uses,
studies, evaluates on, or compares with. Only a thing with a name of its own can be somebody's
contribution ("CLIP", not "contrastive learning"), only one abstract can introduce it, and
none of an earlier year names it. `sharesEntity` weighs the entities that two
abstracts have in common by how rare they are (inverse document frequency, Spärck Jones
1972), so that a thing that everybody names links nobody.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kg.identity import statement_id
from kg.link.statements import Stated
from kg.records import Evidence, LinkPredicate, Statement

STRONGEST_LINKS = 10
"""A `sharesEntity` link stays where it is among this many strongest of either end."""

MIN_HUB = 25
"""An entity in more abstracts than this, and than the square root of their number, is a hub."""

MAX_HUB = 100
"""An entity in more abstracts than this is always a hub: so the work grows with the abstracts."""

EVIDENCE_PER_LINK = 5
"""A link gives evidence for this many of its entities, rarest first."""

RolesOfAbstract = dict[str, Stated]

_LINKING_ROLES: Mapping[str, LinkPredicate] = {
    "uses": "buildsOn",
    "studies": "buildsOn",
    "evaluatesOn": "buildsOn",
    "comparesWith": "comparesWith",
}
_ROWS_AT_ONCE = 2048


def link_abstracts(
    by_abstract: Mapping[str, RolesOfAbstract],
    years: Mapping[str, int | None],
    named: Container[str],
) -> Iterator[Stated]:
    """All links between abstracts.

    Args:
        by_abstract: From the node id of each abstract, sorted, to the statements of its roles
            by entity.
        years: From the node id of each abstract to its year, where it is known.
        named: Ids of the entities that have a name of their own.
    """
    frequency = Counter(entity for entities in by_abstract.values() for entity in entities)

    def make(
        source: str, predicate: LinkPredicate, target: str, weight: float, via: Iterable[str]
    ) -> Stated:
        ordered = sorted(via, key=lambda entity: (frequency[entity], entity))
        return _make_link(
            source, predicate, target, weight, ordered, by_abstract[source], by_abstract[target]
        )

    for (source, predicate, target), via in _find_contributions(by_abstract, years, named).items():
        yield make(source, predicate, target, 1.0, via)
    hub_size = min(max(MIN_HUB, math.isqrt(len(by_abstract))), MAX_HUB)
    for source, target, weight in _find_shared(by_abstract, frequency, hub_size):
        shared = by_abstract[source].keys() & by_abstract[target].keys()
        yield make(
            source, "sharesEntity", target, weight, (e for e in shared if frequency[e] <= hub_size)
        )


def _find_contributions(
    by_abstract: Mapping[str, RolesOfAbstract],
    years: Mapping[str, int | None],
    named: Container[str],
) -> dict[tuple[str, LinkPredicate, str], set[str]]:
    introducers = _find_introducers(by_abstract, years, named)
    found: dict[tuple[str, LinkPredicate, str], set[str]] = defaultdict(set)
    for source, roles in by_abstract.items():
        for entity, (statement, _) in roles.items():
            predicate = _LINKING_ROLES.get(statement.predicate)
            target = introducers.get(entity)
            if predicate is not None and target is not None:
                found[source, predicate, target].add(entity)
    return found


def _find_introducers(
    by_abstract: Mapping[str, RolesOfAbstract],
    years: Mapping[str, int | None],
    named: Container[str],
) -> dict[str, str]:
    """From each entity that is somebody's contribution to the abstract that introduces it."""
    introducers: dict[str, list[str]] = defaultdict(list)
    first_named: dict[str, int] = {}
    for abstract, roles in by_abstract.items():
        year = years[abstract]
        for entity, (statement, _) in roles.items():
            if statement.predicate == "introduces" and entity in named:
                introducers[entity].append(abstract)
            if year is not None:
                first_named[entity] = min(year, first_named.get(entity, year))
    return {
        entity: abstracts[0]
        for entity, abstracts in introducers.items()
        if len(abstracts) == 1 and years[abstracts[0]] in (None, first_named.get(entity))
    }


def _find_shared(
    by_abstract: Mapping[str, RolesOfAbstract], frequency: Mapping[str, int], hub_size: int
) -> Iterator[tuple[str, str, float]]:
    """Pairs in order, each once, with the sum of the shared entities' rarity."""
    abstracts = list(by_abstract)
    columns = {
        entity: column
        for column, entity in enumerate(
            sorted(e for e, count in frequency.items() if 1 < count <= hub_size)
        )
    }
    entries = [
        (row, columns[entity], math.sqrt(math.log(len(abstracts) / frequency[entity])))
        for row, abstract in enumerate(abstracts)
        for entity in by_abstract[abstract]
        if entity in columns
    ]
    if not entries:
        return
    rows, cols, weights = zip(*entries, strict=True)
    matrix = sparse.csr_array(
        (weights, (rows, cols)), shape=(len(abstracts), len(columns)), dtype=np.float64
    )
    transposed = matrix.T.tocsr()
    pairs: list[NDArray[np.int64]] = []
    weights_of: list[NDArray[np.float64]] = []
    for first in range(0, len(abstracts), _ROWS_AT_ONCE):
        products = (matrix[first : first + _ROWS_AT_ONCE] @ transposed).tocoo()
        found = _find_strongest(
            products.row.astype(np.int64) + first,
            products.col.astype(np.int64),
            np.round(products.data, 3),
        )
        pairs.append(np.sort(found[0], axis=1))
        weights_of.append(found[1])
    distinct, where = np.unique(np.concatenate(pairs), axis=0, return_index=True)
    for (row, column), weight in zip(
        distinct.tolist(), np.concatenate(weights_of)[where].tolist(), strict=True
    ):
        yield abstracts[row], abstracts[column], weight


def _find_strongest(
    rows: NDArray[np.int64], columns: NDArray[np.int64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Of each row, the strongest other columns: pairs, and their weights."""
    others = (rows != columns) & (weights > 0)
    rows, columns, weights = rows[others], columns[others], weights[others]
    order = np.lexsort((columns, -weights, rows))
    rows, columns, weights = rows[order], columns[order], weights[order]
    begins = np.searchsorted(rows, rows)  # where each row's entries begin
    chosen = np.arange(len(rows)) - begins < STRONGEST_LINKS
    return np.stack((rows[chosen], columns[chosen]), axis=1), weights[chosen]


def _make_link(
    source: str,
    predicate: LinkPredicate,
    target: str,
    weight: float,
    via: list[str],
    source_roles: RolesOfAbstract,
    target_roles: RolesOfAbstract,
) -> Stated:
    id = statement_id(source, predicate, target)
    evidence: list[Evidence] = []
    confidences = []
    for entity in via:
        ends = (source_roles[entity], target_roles[entity])
        confidences.append(round(ends[0][0].confidence * ends[1][0].confidence, 3))
        if len(confidences) <= EVIDENCE_PER_LINK:
            evidence += (
                Evidence(id, item.abstract, item.span, item.sentence, entity, item.confidence)
                for _, items in ends
                for item in items
            )
    statement = Statement(
        id, source, predicate, target, "link", max(confidences), weight, tuple(via)
    )
    return statement, tuple(evidence)
