"""The user's last word on which things are one, what they are called and of what type.

A corrections file is TOML. Every correction names entities as a reader knows them: by name,
by an alias, or by id; `type` tells apart those that share a name. For example:

    [[merge]]                       # these are one thing; it goes on under the first name
    names = ["convolutional neural network", "ConvNet"]
    type = "Technique"              # optional, here as everywhere

    [[split]]                       # what stands under this alias alone is another thing
    name = "convolutional neural network"
    alias = "CNN"
    into = "CNN (broadcaster)"      # the name of the other thing
    into_type = "Organization"      # optional; otherwise the type stays

    [[split]]                       # what these abstracts call so is another thing
    name = "mean average precision"
    abstracts = ["2f1a9c0b7d3e4f55"]
    into = "maximum a posteriori"

    [[rename]]
    name = "ViT"
    to = "vision transformer"

    [[retype]]
    name = "DomainBed"
    to = "Dataset"

    [[ban]]                         # no entity at all
    name = "deep"
    type = "Technique"

They are applied at every build, to whatever entities there are then: first all splits, then
merges, retypes, renames and bans, each in the order of the file. One that fits no entity, or
several, is left out and reported, for inputs change; a file that says something else than
the above is an error.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kg.errors import CorrectionsError
from kg.records import ENTITY_TYPES, EntityType


@dataclass(frozen=True, slots=True)
class Reference:
    """An entity as a user names it: by name, alias or id, and type where that is needed."""

    name: str
    type: EntityType | None = None

    def __str__(self) -> str:
        return f"{self.name!r}" if self.type is None else f"{self.name!r} ({self.type})"


@dataclass(frozen=True, slots=True)
class Merge:
    """Several entities are one; the first gives name and type."""

    entities: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """Some of an entity's occurrences are another thing.

    Attributes:
        entity: The entity.
        into: Name of the other thing.
        type: Its type; None if it is the entity's.
        alias: Those that have this form and not the entity's name.
        abstracts: Those in these abstracts, by key.
    """

    entity: Reference
    into: str
    type: EntityType | None = None
    alias: str | None = None
    abstracts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rename:
    """An entity is called otherwise."""

    entity: Reference
    to: str


@dataclass(frozen=True, slots=True)
class Retype:
    """An entity is of another type."""

    entity: Reference
    to: EntityType


@dataclass(frozen=True, slots=True)
class Ban:
    """An entity is none."""

    entity: Reference


@dataclass(frozen=True, slots=True)
class Corrections:
    """All corrections, each kind in the order of the file."""

    splits: tuple[Split, ...] = ()
    merges: tuple[Merge, ...] = ()
    retypes: tuple[Retype, ...] = ()
    renames: tuple[Rename, ...] = ()
    bans: tuple[Ban, ...] = ()

    def with_keys(self, keys: Mapping[str, str]) -> Corrections:
        """The same with the abstracts that are named by id named by key.

        Args:
            keys: From the ids that the input gave to the keys of the abstracts.
        """
        return replace(
            self,
            splits=tuple(
                replace(split, abstracts=tuple(keys.get(id, id) for id in split.abstracts))
                for split in self.splits
            ),
        )


def read_corrections(path: Path) -> Corrections:
    """Read a corrections file.

    Raises:
        CorrectionsError: It cannot be read, or says something that is no correction.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CorrectionsError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise CorrectionsError(f"{path}: byte {error.start} is not UTF-8; save it so") from None
    try:
        return parse_corrections(text)
    except CorrectionsError as error:
        raise CorrectionsError(f"{path}: {error}") from None


def parse_corrections(text: str) -> Corrections:
    """Understand the text of a corrections file.

    Raises:
        CorrectionsError: It is no TOML, or says something that is no correction.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CorrectionsError(f"is not TOML: {error}") from None
    tables: dict[str, list[_Table]] = {kind: [] for kind in _FIELDS}
    for kind, items in document.items():
        if kind not in _FIELDS:
            raise CorrectionsError(f"{kind!r} is no correction; write {_list(_FIELDS, '[[{}]]')}")
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise CorrectionsError(f"write [[{kind}]], with double brackets, before each {kind}")
        tables[kind] = [_Table(kind, number, item) for number, item in enumerate(items, 1)]
    return Corrections(
        splits=tuple(map(_read_split, tables["split"])),
        merges=tuple(map(_read_merge, tables["merge"])),
        retypes=tuple(Retype(t.reference(), t.type_("to")) for t in tables["retype"]),
        renames=tuple(Rename(t.reference(), t.text("to")) for t in tables["rename"]),
        bans=tuple(Ban(t.reference()) for t in tables["ban"]),
    )


_FIELDS: Mapping[str, tuple[str, ...]] = {
    "merge": ("names", "type"),
    "split": ("name", "type", "alias", "abstracts", "into", "into_type"),
    "rename": ("name", "type", "to"),
    "retype": ("name", "type", "to"),
    "ban": ("name", "type"),
}


class _Table:
    """A correction as it stands in the file, with errors that say where it stands."""

    def __init__(self, kind: str, number: int, fields: dict[str, Any]) -> None:
        self.fields = fields
        self._place = f"[[{kind}]] number {number}"
        for name in fields:
            if name not in _FIELDS[kind]:
                known = _list(_FIELDS[kind], "`{}`")
                raise self.error(f"`{name}` is not known there; it may have {known}")

    def error(self, problem: str) -> CorrectionsError:
        return CorrectionsError(f"{self._place}: {problem}")

    def text(self, name: str) -> str:
        value = self.fields.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self.error(f'write {name} = "…", a text that is not empty')
        if any(unicodedata.category(character) == "Cc" for character in value):
            raise self.error(f"`{name}` has a control character; take it out")
        return value.strip()

    def texts(self, name: str, fewest: int) -> tuple[str, ...]:
        values = self.fields.get(name)
        if (
            not isinstance(values, list)
            or not all(isinstance(value, str) and value.strip() for value in values)
            or len(values) < fewest
        ):
            raise self.error(f'write {name} = ["…", …], a list of at least {fewest} texts')
        return tuple(value.strip() for value in values)

    def type_(self, name: str) -> EntityType:
        value = self.fields.get(name)
        for type_ in ENTITY_TYPES:
            if value == type_:
                return type_
        raise self.error(f"`{name}` must be one of {_list(ENTITY_TYPES, '{}')}")

    def optional_type(self, name: str) -> EntityType | None:
        return self.type_(name) if name in self.fields else None

    def reference(self) -> Reference:
        return Reference(self.text("name"), self.optional_type("type"))


def _read_merge(table: _Table) -> Merge:
    type_ = table.optional_type("type")
    return Merge(tuple(Reference(name, type_) for name in table.texts("names", 2)))


def _read_split(table: _Table) -> Split:
    if ("alias" in table.fields) == ("abstracts" in table.fields):
        raise table.error("write either `alias` or `abstracts`, what is to be parted from it")
    return Split(
        entity=table.reference(),
        into=table.text("into"),
        type=table.optional_type("into_type"),
        alias=table.text("alias") if "alias" in table.fields else None,
        abstracts=table.texts("abstracts", 1) if "abstracts" in table.fields else (),
    )


def _list(names: Any, pattern: str) -> str:
    return ", ".join(pattern.format(name) for name in names)
