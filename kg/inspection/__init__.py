"""A graph looked over: what most abstracts share, and what was taken for one thing."""

from kg.inspection.inspection import Context, Inspection, Merge, SharedEntity, inspect_graph
from kg.inspection.rendering import render_inspection, serialize_inspection

__all__ = [
    "Context",
    "Inspection",
    "Merge",
    "SharedEntity",
    "inspect_graph",
    "render_inspection",
    "serialize_inspection",
]
