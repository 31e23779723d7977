"""A worker process: reads requests from standard input and answers them out of the store.

Each request is a line of JSON, each answer a line of JSON with the answer's bytes after it
where they are few. The process ends when its standard input does, even in the middle of a
query, so that nothing outlives the server.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import psutil
from pyoxigraph import Store

from kg.errors import QueryError
from kg.serve.answers import Answerer
from kg.serve.buffers import AnswerBuffer, AnswerTooLongError
from kg.serve.refusals import RefusalError

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

# A process that has once been this near to its limit of memory keeps much of it.
_WORN = 0.5

Reply = tuple[dict[str, Any], bytes]


def main() -> None:
    """Serve the store that the command line names, with so many bytes of memory."""
    store_path, memory_bytes = sys.argv[1], int(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    send = _open_output()
    requests: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_read_requests, args=(requests,), daemon=True).start()
    try:
        answerer = Answerer(Store.read_only(store_path))
        facts = answerer.list_facts()
    except (OSError, RuntimeError, ValueError) as error:
        send({"error": str(error)}, b"")
        return
    _bound_memory(memory_bytes)
    send(facts, b"")
    while True:
        header, data = answer(answerer, json.loads(requests.get()))
        send({**header, "length": len(data), "worn": _is_worn(memory_bytes)}, data)


def answer(answerer: Answerer, request: Mapping[str, Any]) -> Reply:
    """Answer one request.

    Args:
        answerer: Answers out of the store.
        request: What is asked: its `kind`, which is query, graph, resource, page, neighbourhood
            or suggestions, what the answerer's method for it needs, and for the first three
            `path` and `result_bytes`, the file and the limit of a longer answer.

    Returns:
        A header and the answer's bytes. The header has the `status`, and the `media_type` and
        the `path` of a longer answer, or the `message` of a refusal.
    """
    try:
        describe = {
            "page": answerer.describe,
            "neighbourhood": answerer.describe_neighbourhood,
            "suggestions": answerer.suggest_nodes,
        }.get(request["kind"])
        if describe is None:
            return _write(answerer, request)
        return {"status": 200}, json.dumps(describe(request), ensure_ascii=False).encode()
    except QueryError as error:
        return {"status": 400, "message": str(error)}, b""
    except RefusalError as refusal:
        return {"status": refusal.status, "message": refusal.message}, b""
    except AnswerTooLongError:
        message = (
            f"the answer is longer than {request['result_bytes']:,} bytes; "
            "ask for less, for example with LIMIT"
        )
        return {"status": 422, "message": message}, b""
    except MemoryError:
        return {"status": 422, "message": "the query needs too much memory; ask for less"}, b""


def _write(answerer: Answerer, request: Mapping[str, Any]) -> Reply:
    write = {
        "query": answerer.answer_query,
        "graph": answerer.write_graph,
        "resource": answerer.write_resource,
    }[request["kind"]]
    path = Path(request["path"])
    buffer = AnswerBuffer(path, request["result_bytes"])
    try:
        media_type = write(request, buffer)
        data = buffer.finish()
    except BaseException:
        buffer.discard()
        raise
    return {
        "status": 200,
        "media_type": media_type,
        "path": str(path) if data is None else None,
        "size": buffer.length,
    }, data or b""


def _read_requests(requests: SimpleQueue[bytes]) -> None:
    for line in sys.stdin.buffer:
        requests.put(line)
    os._exit(0)


def _open_output() -> Callable[[Mapping[str, Any], bytes], None]:
    """Keep standard output for answers, whatever else may print there."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def send(header: Mapping[str, Any], data: bytes) -> None:
        output.write(json.dumps(header).encode() + b"\n" + data)
        output.flush()

    return send


def _bound_memory(size: int) -> None:
    if resource is None:
        return
    kind = getattr(resource, "RLIMIT_DATA" if sys.platform == "linux" else "RLIMIT_AS")
    _, hard = resource.getrlimit(kind)
    wanted = size if hard == resource.RLIM_INFINITY else min(size, hard)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(kind, (wanted, hard))


def _is_worn(memory_bytes: int) -> bool:
    # Not the peak that the system keeps: it counts that of the process which started this one.
    return psutil.Process().memory_info().rss > memory_bytes * _WORN


if __name__ == "__main__":
    main()
