"""The command line: thin over `kg.pipeline` and `kg.graph`, a module for each kind of command."""

from kg.cli import (  # noqa: F401  (add their commands)
    building,
    reading,
    serving,
    training,
    validating,
)
from kg.cli.app import app, main

__all__ = ["app", "main"]
