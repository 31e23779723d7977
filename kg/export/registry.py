"""Formats that a graph can be exported to, found by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import cast

from kg.errors import FormatError
from kg.tables import Tables
from kg.vocabulary import check_base_iri

DEFAULT_BASE_IRI = "https://kg.example/"


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What an export says of the graph beside what its tables hold.

    Attributes:
        base_iri: Namespace of the data's IRIs, ending in `/` or `#`.
        title: What the graph is called, in the page and in the description of the dataset.
        program: Version of `kg` that built the graph, where it is known.
        pipeline: Fingerprint of the trained pipeline that read the abstracts, where it is known.
    """

    base_iri: str = DEFAULT_BASE_IRI
    title: str = "Knowledge graph"
    program: str | None = None
    pipeline: str | None = None


def make_options(
    *,
    base_iri: str | None = None,
    title: str | None = None,
    defaults: ExportOptions = ExportOptions(),
) -> ExportOptions:
    """Options with what is given, and `defaults` for the rest.

    Raises:
        FormatError: `base_iri` is no namespace.
    """
    if base_iri is not None:
        check_base_iri(base_iri)
    if title is not None:
        # What a shell passes on that is not UTF-8 comes as surrogates, which no file can hold.
        title = title.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return replace(defaults, base_iri=base_iri or defaults.base_iri, title=title or defaults.title)


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What happened in an export.

    Attributes:
        replaced: How many characters the format cannot hold and U+FFFD replaced.
        notes: What else the user should know, such as parts left out of a picture.
    """

    replaced: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A format: its name on the command line, its default file name, and its writer.

    `export(tables, path, options)` writes the one file `path`, streaming from the tables; where
    `is_folder` is set, files into the empty folder `path`.

    Attributes:
        source: Another format, from whose finished file `convert(file, path)` makes the same.
        readers: Programs that read it.
    """

    name: str
    file_name: str
    description: str
    export: Callable[[Tables, Path, ExportOptions], ExportReport]
    is_folder: bool = False
    source: str | None = None
    convert: Callable[[Path, Path], None] | None = None
    readers: str = field(kw_only=True)


_MODULES: Mapping[str, str] = {
    "turtle": "kg.export.turtle",
    "ntriples": "kg.export.ntriples",
    "trig": "kg.export.trig",
    "jsonld": "kg.export.jsonld",
    "rdfxml": "kg.export.rdfxml",
    "html": "kg.export.html",
    "graphml": "kg.export.graphml",
    "gexf": "kg.export.gexf",
    "cytoscape": "kg.export.cytoscape",
    "json": "kg.export.node_link",
    "neo4j": "kg.export.neo4j",
    "ladybug": "kg.export.ladybug",
    "parquet": "kg.export.parquet",
    "csv": "kg.export.csv",
    "store": "kg.export.store",
}
DEFAULT_FORMATS: tuple[str, ...] = ("turtle", "html", "graphml", "json")


def list_formats() -> tuple[str, ...]:
    """Names of all formats."""
    return tuple(_MODULES)


def find_format(name: str) -> ExportFormat:
    """The format called `name`.

    Each format's module holds it as `FORMAT`, and is imported only when it is asked for.

    Raises:
        FormatError: There is none.
    """
    try:
        module = _MODULES[name]
    except KeyError:
        known = ", ".join(_MODULES)
        raise FormatError(f"no format is called {name!r}; there are {known}") from None
    return cast(ExportFormat, import_module(module).FORMAT)
