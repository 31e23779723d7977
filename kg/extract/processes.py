"""The pipeline in several processes: texts go there, packed extractions come back."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import ParamSpec, TypeVar

from spacy.language import Language
from threadpoolctl import ThreadpoolController

from kg.extract.extraction import extraction_from_doc
from kg.extract.loading import load_pipeline
from kg.extract.packing import pack

_P = ParamSpec("_P")
_T = TypeVar("_T")


def count_processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def start_workers(workers: int) -> Executor:
    """An executor of so many processes, or, for one, of none but this.

    Worker processes are started fresh and import the main module, so that a script must guard
    what it does by `if __name__ == "__main__"`. They end when this process ends, however it does.
    """
    if workers == 1:
        return _Inline()
    return _Pool(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_begin_work)


def read_texts(texts: Sequence[str], model: Path | None) -> list[bytes]:
    """Packed extractions of texts, in order.

    Args:
        texts: What is read. What else is read with a text makes no difference to it.
        model: Folder of a trained pipeline, loaded once in each process; the shipped one where
            it is absent.

    Raises:
        ModelError: The pipeline cannot be loaded.
    """
    nlp = _load(model)
    # With one thread the sums have one order, and threads would cost more than they give.
    with _find_libraries().limit(limits=1):
        return [pack(extraction_from_doc(doc, "")) for doc in nlp.pipe(texts)]


@cache
def _load(model: Path | None) -> Language:
    return load_pipeline(model)


@cache
def _find_libraries() -> ThreadpoolController:
    return ThreadpoolController()


class _Pool(ProcessPoolExecutor):
    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        # Ctrl-C goes to all processes of a terminal; the main one ends the work in order. A
        # process that this starts has the signal blocked from its first moment.
        if not hasattr(signal, "pthread_sigmask"):  # Windows
            return super().submit(fn, *args, **kwargs)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return super().submit(fn, *args, **kwargs)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Inline(Executor):
    """Does at once, in this process, what it is given."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        future: Future[_T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def _begin_work() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
