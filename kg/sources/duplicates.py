"""Duplicates: abstracts that have the same text, but for how it is written, become one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import TypeVar

from kg.records import Abstract, JsonValue, Place

_T = TypeVar("_T")


def merge_duplicates(abstracts: Iterable[Abstract]) -> tuple[Abstract, ...]:
    """Makes one abstract of those that have the same key.

    What they are is their folded text (`kg.folding.fold_text`): case, white space, punctuation,
    dashes, quotation marks, and Unicode and LaTeX variants do not tell two apart, any other
    letter or number does.

    Args:
        abstracts: In any order; the result does not hang on it.

    Returns:
        One abstract for each key, sorted by key. Its text is the smallest in code-point order
        and its places are those of all. Each field of its metadata is the first that is not
        empty, in the order of the places; so is each field of `extra`.
    """
    groups: defaultdict[str, list[Abstract]] = defaultdict(list)
    for abstract in abstracts:
        groups[abstract.key].append(abstract)
    return tuple(_merge(groups[key]) for key in sorted(groups))


def _merge(copies: Sequence[Abstract]) -> Abstract:
    if len(copies) == 1:
        return copies[0]
    ordered = sorted(copies, key=_order)
    places = {(place, place.id): place for copy in ordered for place in copy.places}
    extra: dict[str, JsonValue] = {}
    for copy in ordered:
        for name, value in copy.extra.items():
            extra.setdefault(name, value)
    return Abstract(
        key=ordered[0].key,
        text=min(copy.text for copy in ordered),
        places=tuple(sorted(places.values(), key=_order_place)),
        title=_first(copy.title for copy in ordered),
        authors=_first(copy.authors for copy in ordered) or (),
        affiliations=_first(copy.affiliations for copy in ordered) or (),
        year=_first(copy.year for copy in ordered),
        venue=_first(copy.venue for copy in ordered),
        doi=_first(copy.doi for copy in ordered),
        url=_first(copy.url for copy in ordered),
        keywords=_first(copy.keywords for copy in ordered) or (),
        extra=MappingProxyType(dict(sorted(extra.items()))),
    )


def _first(values: Iterable[_T]) -> _T | None:
    return next((value for value in values if value), None)


def _order(copy: Abstract) -> tuple[list[tuple[Place, str]], str]:
    return [_order_place(place) for place in copy.places], copy.text


def _order_place(place: Place) -> tuple[Place, str]:
    return place, place.id or ""
