"""Mentions of one thing in many abstracts become one entity."""

from kg.resolve.corrections import Corrections, parse_corrections, read_corrections
from kg.resolve.resolution import resolve

__all__ = ["Corrections", "parse_corrections", "read_corrections", "resolve"]
