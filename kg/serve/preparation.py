"""What the explorer needs of the whole graph, made once by a process of its own.

`python -m kg.serve.preparation STORE WHAT FILE` writes the page that the explorer opens with
(`overview`) or the index that its search asks (`index`) into a file. The process ends when its
standard input does, so that it does not outlive the server.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from pyoxigraph import Store

from kg.query.store import find_base_iri
from kg.serve.overview import render_overview
from kg.serve.suggestions import write_index


def main() -> None:
    """Prepare what the command line says."""
    store_path, what, path = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    threading.Thread(target=_end_with_input, daemon=True).start()
    store = Store.read_only(store_path)
    base_iri = find_base_iri(store)
    assert base_iri is not None
    if what == "overview":
        path.write_text(render_overview(store, base_iri), encoding="utf-8", newline="\n")
    else:
        write_index(store, base_iri, path)


def _end_with_input() -> None:
    # Not by `sys.stdin`, whose lock the interpreter wants when it ends.
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


if __name__ == "__main__":
    main()
