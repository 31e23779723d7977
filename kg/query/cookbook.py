"""The cookbook: queries of `ontology/queries`, each with its question in words.

A query is a SPARQL file that any engine can run. Its first comment is the question; a line
`VALUES ?name { "ImageNet" }` in it makes `name` a setting, with the value to begin with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from rapidfuzz import process

from kg.errors import QueryError
from kg.vocabulary import ontology_folder

_SETTING = re.compile(
    r'VALUES \?(?P<name>\w+) \{ (?P<value>(?:"(?:[^"\\]|\\.)*"|kg:[A-Za-z]+|[0-9.]+)) \}'
)
_COMMENTS = re.compile(r"(?:# .*\n)+")
_TERM = re.compile(r"[A-Za-z]+")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


@dataclass(frozen=True, slots=True)
class Recipe:
    """A query of the cookbook.

    Attributes:
        name: What its file is called, without the suffix.
        question: What it answers, in words.
        sparql: The query.
        settings: The value that each setting begins with, as SPARQL writes it.
    """

    name: str
    question: str
    sparql: str = field(repr=False)
    settings: Mapping[str, str]

    def fill(self, values: Mapping[str, Sequence[str]] = {}) -> str:
        """The query with some of its settings changed.

        Args:
            values: From the name of a setting to its values, of which any will do: a text, a
                number, or a name of the ontology such as `Model`, like the one it begins with.

        Raises:
            QueryError: There is no such setting, or a value cannot be one.
        """
        for name in values:
            if name not in self.settings:
                known = ", ".join(self.settings)
                hint = f"it can set {known}" if known else "nothing can be set in it"
                raise QueryError(f"{self.name} has no setting {name!r}; {hint}")
        written = {
            name: " ".join(_write(name, value, self.settings[name]) for value in several)
            for name, several in values.items()
            if several
        }
        return _SETTING.sub(
            lambda match: (
                f"VALUES ?{match['name']} {{ {written.get(match['name'], match['value'])} }}"
            ),
            self.sparql,
        )


@cache
def list_recipes() -> tuple[Recipe, ...]:
    """All queries of the cookbook, sorted by name."""
    return tuple(_read(path) for path in sorted((ontology_folder() / "queries").glob("*.rq")))


def find_recipe(name: str) -> Recipe:
    """The query called `name`.

    Raises:
        QueryError: There is none; the message suggests those with names like it.
    """
    recipes = {recipe.name: recipe for recipe in list_recipes()}
    if name not in recipes:
        near = process.extract(name, recipes, processor=str, limit=3, score_cutoff=50)
        hint = f"; near it are {', '.join(key for *_, key in near)}" if near else ""
        raise QueryError(f"no query is called {name!r}{hint}; kg query --list lists all")
    return recipes[name]


def parse_settings(options: Iterable[str]) -> dict[str, list[str]]:
    """The settings that `NAME=VALUE` options give; one that comes twice has two values.

    Raises:
        QueryError: An option has no `=`.
    """
    values: dict[str, list[str]] = {}
    for option in options:
        name, equals, value = option.partition("=")
        if not equals:
            raise QueryError(f"{option!r} sets nothing; write NAME=VALUE, such as name=ImageNet")
        values.setdefault(name, []).append(value)
    return values


def _read(path: Path) -> Recipe:
    sparql = path.read_text(encoding="utf-8")
    comments = _COMMENTS.match(sparql)
    question = comments[0].splitlines()[0].removeprefix("# ") if comments else path.stem
    settings = {match["name"]: match["value"] for match in _SETTING.finditer(sparql)}
    return Recipe(path.stem, question, sparql, settings)


def _write(name: str, value: str, example: str) -> str:
    """A value as SPARQL writes it, of the kind that `example` is of."""
    if example.startswith('"'):
        return f'"{value.translate(_ESCAPES)}"'
    if example.startswith("kg:"):
        if not _TERM.fullmatch(value):
            raise QueryError(f"{name} is a name of the ontology, such as {example[3:]}")
        return f"kg:{value}"
    if not _NUMBER.fullmatch(value):
        raise QueryError(f"{name} is a number, such as {example}")
    return value
