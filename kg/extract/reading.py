"""Reading many abstracts: what is known comes from the cache, the rest from worker processes."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kg.errors import ExtractionsError
from kg.extract.cache import ExtractionCache
from kg.extract.extraction import KeyedText
from kg.extract.packing import unpack
from kg.extract.processes import read_texts, start_workers
from kg.records import Extraction

BATCH_SIZE = 64
"""Texts that go to a worker, and from there into the cache, together."""

WORTH_A_WORKER = 256
"""So many texts to read outweigh the start of a process."""

_AHEAD = 3  # batches for each worker that wait for it or for their turn


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How abstracts are read.

    Attributes:
        model: Folder of a trained pipeline; the shipped one where it is absent.
        workers: How many processes read at the most; 1 reads in this one.
        fresh: Whether all is read again, known or not.
    """

    model: Path | None = None
    workers: int = 1
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class _Batch:
    """Abstracts in order, the extractions that are known, and the texts that are being read."""

    abstracts: Sequence[KeyedText]
    known: Mapping[str, Extraction]
    texts: Sequence[str]
    future: Future[list[bytes]] | None


def read_abstracts(
    abstracts: Sequence[KeyedText],
    cache: ExtractionCache,
    options: ReadingOptions = ReadingOptions(),
) -> Iterator[Extraction]:
    """Extract from abstracts, in their order; what is read goes into the cache batch by batch.

    The extractions are the same whatever the number of workers and whatever the cache holds.

    Args:
        abstracts: What to read, each key once.
        cache: What was read before by the same pipeline.
        options: How it is read.

    Raises:
        ModelError: The pipeline cannot be loaded.
        ExtractionsError: A worker was killed.
    """
    known = 0 if options.fresh else cache.count(abstract.text for abstract in abstracts)
    useful = math.ceil((len(abstracts) - known) / WORTH_A_WORKER)
    workers = max(1, min(options.workers, useful))
    executor = start_workers(workers)
    ended = False
    try:
        waiting: deque[_Batch] = deque()
        for first in range(0, len(abstracts), BATCH_SIZE):
            some = abstracts[first : first + BATCH_SIZE]
            waiting.append(_begin(some, cache, executor, options))
            while waiting and (
                waiting[0].future is None
                or sum(batch.future is not None for batch in waiting) > _AHEAD * workers
            ):
                yield from _finish(waiting.popleft(), cache)
        while waiting:
            yield from _finish(waiting.popleft(), cache)
        ended = True
    except BrokenProcessPool:
        raise ExtractionsError(
            "a process that reads abstracts was killed, perhaps for want of memory; what was read"
            " is kept: try again with fewer --workers"
        ) from None
    finally:
        executor.shutdown(wait=ended, cancel_futures=True)


def _begin(
    abstracts: Sequence[KeyedText],
    cache: ExtractionCache,
    executor: Executor,
    options: ReadingOptions,
) -> _Batch:
    packed = {} if options.fresh else cache.find([abstract.text for abstract in abstracts])
    known: dict[str, Extraction] = {}
    for abstract in abstracts:
        if abstract.text in packed:
            # Damaged, it is as if it were not there.
            with suppress(ValueError):
                known[abstract.key] = unpack(packed[abstract.text], abstract.key, abstract.text)
    texts = [abstract.text for abstract in abstracts if abstract.key not in known]
    future = executor.submit(read_texts, texts, options.model) if texts else None
    return _Batch(abstracts, known, texts, future)


def _finish(batch: _Batch, cache: ExtractionCache) -> Iterator[Extraction]:
    read: dict[str, bytes] = {}
    if batch.future is not None:
        read = dict(zip(batch.texts, batch.future.result(), strict=True))
        cache.keep(read)
    for abstract in batch.abstracts:
        extraction = batch.known.get(abstract.key)
        yield extraction or unpack(read[abstract.text], abstract.key, abstract.text)
