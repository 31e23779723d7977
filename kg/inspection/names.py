"""The names of entities, counted from the table of mentions by column, not row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kg.tables import Tables

_Integers = npt.NDArray[np.int64]

# What does not make another name: case, signs, spaces, the `s` of the plural.
_FOLDS = ((r"[^\pL\pN]+", ""), (r"(..)ies$", r"\1y"), (r"(..)s$", r"\1"))


@dataclass(frozen=True, slots=True)
class CountedName:
    """A name of an entity: all forms that differ only in case, signs, spaces or a plural `s`.

    Attributes:
        folded: What the forms have in common.
        abstracts: How many call the entity so.
        linked: How many of those call it by another name too.
        elsewhere: How many abstracts call another entity so.
        mentions: How many mentions have the name.
        other_types: How many of them were extracted with a type that is not the entity's;
            tasks and techniques count as one.
    """

    folded: str
    abstracts: int
    linked: int
    elsewhere: int
    mentions: int
    other_types: int


def fold_forms(forms: pa.Array) -> pa.Array:
    """What forms have in common that differ only in case, signs, spaces or a plural `s`."""
    folded = pc.utf8_lower(forms)
    for pattern, replacement in _FOLDS:
        folded = pc.replace_substring_regex(folded, pattern, replacement)
    return pc.if_else(pc.equal(folded, ""), forms, folded)


def read_names(tables: Tables) -> Iterator[tuple[str, list[CountedName]]]:
    """Go through the entities that have more than one name.

    Yields:
        Id of an entity, and its names, the commonest first; by id.
    """
    mentions = tables.read("mentions", ("abstract", "entity", "form", "type"))
    if not len(mentions):
        return
    entities, entity = _encode(mentions["entity"])
    _, abstract = _encode(mentions["abstract"])
    forms, form = _encode(mentions["form"])
    folds, fold_of_form = _encode(fold_forms(forms))
    fold = fold_of_form[form]
    named = _encode_pairs(entity, fold)
    kinds = tables.read("entities", ("id", "type"))
    own_type = kinds["type"].take(pc.index_in(entities, value_set=kinds["id"].combine_chunks()))
    differs = pc.not_equal(
        _join_types(mentions["type"]), _join_types(own_type).take(pa.array(entity))
    )
    names, first, mention_name = np.unique(named, return_index=True, return_inverse=True)
    mention_count = np.bincount(mention_name)
    type_count = np.bincount(mention_name, weights=differs.to_numpy()).astype(np.int64)

    # One row for each name in each abstract, then for each entity in each abstract.
    _, row = np.unique(_encode_pairs(abstract, named), return_index=True)
    abstract_count = np.bincount(mention_name[row], minlength=len(names))
    _, together, counts = np.unique(
        _encode_pairs(abstract[row], entity[row]), return_inverse=True, return_counts=True
    )
    linked = np.bincount(mention_name[row][counts[together] > 1], minlength=len(names))
    _, place = np.unique(_encode_pairs(abstract, fold), return_index=True)
    anywhere = np.bincount(fold[place], minlength=len(folds))

    name_entity, name_fold = entity[first], fold[first]
    several = np.bincount(name_entity, minlength=len(entities)) > 1
    chosen = np.flatnonzero(several[name_entity])
    order = chosen[np.lexsort((-abstract_count[chosen], name_entity[chosen]))]
    labels = folds.take(pa.array(name_fold[order])).to_pylist()
    found: dict[int, list[CountedName]] = {}
    for i, folded in zip(order.tolist(), labels, strict=True):
        found.setdefault(int(name_entity[i]), []).append(
            CountedName(
                folded,
                abstracts=int(abstract_count[i]),
                linked=int(linked[i]),
                elsewhere=max(int(anywhere[name_fold[i]] - abstract_count[i]), 0),
                mentions=int(mention_count[i]),
                other_types=int(type_count[i]),
            )
        )
    ids = entities.to_pylist()
    for number in sorted(found, key=lambda number: ids[number]):
        names_found = found[number]
        names_found.sort(key=lambda name: (-name.abstracts, -name.mentions, name.folded))
        yield ids[number], names_found


def _join_types(types: Any) -> Any:
    return pc.if_else(pc.equal(types, "Task"), "Technique", types)


def _encode(column: Any) -> tuple[pa.Array, _Integers]:
    """Distinct values of a column, and for each row the number of its value."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    encoded = column.dictionary_encode()
    return encoded.dictionary, encoded.indices.to_numpy().astype(np.int64)


def _encode_pairs(one: _Integers, other: _Integers) -> _Integers:
    """A number for each pair, the same for the same pair."""
    return one * (int(other.max(initial=0)) + 1) + other
