"""Extraction: a spaCy pipeline that reads entities, their roles and addresses from abstracts.

Each component is a module and a spaCy factory whose name begins with `kg_`; any pipeline can
have it by `nlp.add_pipe("kg_abbreviations")`.
"""

from __future__ import annotations

from kg.extract import (
    abbreviations,
    consistency,
    grouping,
    links,
    relations,
    results,
    role_classifier,
    sentences,
    spans,
    type_classifier,
)
from kg.extract.cache import ExtractionCache, find_cache_file, identify_reading
from kg.extract.extraction import extract, extraction_from_doc
from kg.extract.loading import fingerprint, load_pipeline
from kg.extract.processes import count_processors
from kg.extract.reading import ReadingOptions, read_abstracts

COMPONENTS = (
    sentences,
    links,
    abbreviations,
    spans,
    consistency,
    grouping,
    type_classifier,
    role_classifier,
    relations,
    results,
)

__all__ = [
    "ExtractionCache",
    "ReadingOptions",
    "count_processors",
    "extract",
    "extraction_from_doc",
    "find_cache_file",
    "fingerprint",
    "identify_reading",
    "load_pipeline",
    "read_abstracts",
]
