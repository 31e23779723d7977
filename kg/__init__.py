"""Knowledge graphs from research abstracts.

>>> import kg
>>> graph = kg.build("seeds")
>>> graph.query("SELECT ?name { ?model a kg:Model ; skos:prefLabel ?name }")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.graph import Graph, build, load

__all__ = ["Graph", "build", "load"]


def __getattr__(name: str) -> Any:
    # Importing spaCy takes a second, which `kg --help` need not wait for.
    if name in __all__:
        return getattr(import_module("kg.graph"), name)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
