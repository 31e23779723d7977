"""An extraction as a few bytes, for a cache and for the way from one process to another.

The bytes are a record in the corpus format without id and text, as JSON, compressed: whoever
unpacks them has the text.
"""

from __future__ import annotations

import json
import zlib

from kg.corpus_format import extraction_from_record, extraction_to_record
from kg.records import Extraction

_LEVEL = 1  # what higher levels save is less than the time they take


def pack(extraction: Extraction) -> bytes:
    """The bytes that stand for an extraction, without its key and text."""
    record = extraction_to_record(extraction, extraction.key)
    del record["id"], record["text"]
    for entity in record["entities"]:
        entity["mentions"] = [[start, end] for start, end, _ in entity["mentions"]]
    return zlib.compress(json.dumps(record, ensure_ascii=False).encode(), _LEVEL)


def unpack(packed: bytes, key: str, text: str) -> Extraction:
    """The extraction that `pack` was given.

    Args:
        packed: What `pack` gave.
        key: The abstract's key.
        text: The text that was read.

    Raises:
        ValueError: The bytes are damaged or are of another text.
    """
    try:
        record = json.loads(zlib.decompress(packed))
        return extraction_from_record({**record, "id": key, "text": text})
    except (zlib.error, TypeError) as error:
        raise ValueError(str(error)) from None
