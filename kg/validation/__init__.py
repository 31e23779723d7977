"""Whether a graph is what `ontology/shapes.ttl` says that it is to be."""

from kg.validation.findings import Finding
from kg.validation.validation import PYSHACL_TRIPLES, Engine, validate

__all__ = ["PYSHACL_TRIPLES", "Engine", "Finding", "validate"]
