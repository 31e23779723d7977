"""`kg serve` as a process: what it serves, how it starts and how it ends."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pyoxigraph
import pytest

from kg.serve.opening import open_store
from kg.serve.processes import start_worker
from tests.servers import ENDLESS, MODELS, WAIT, Server, run_server

FEW = ("--workers", "2")


def run_kg(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kg", "serve", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=WAIT,
        env={**os.environ, **environment},
    )


@pytest.fixture
def names(seeds_server: Server) -> bytes:
    return seeds_server.ask(MODELS).body


def test_turtle_file_is_served(seeds_output: Path, names: bytes) -> None:
    with run_server(seeds_output / "graph.ttl", *FEW) as server:
        assert server.ask(MODELS).body == names


def test_output_with_tables_alone_is_served(
    seeds_output: Path, names: bytes, tmp_path: Path
) -> None:
    shutil.copytree(seeds_output / "tables", tmp_path / "tables")
    shutil.copy(seeds_output / "manifest.json", tmp_path)

    with run_server(tmp_path, *FEW) as server:
        assert server.ask(MODELS).body == names


@pytest.mark.parametrize("below", [".", "store"])
def test_store_is_served_as_it_is(seeds_output: Path, tmp_path: Path, below: str) -> None:
    folder = tmp_path / below
    store = pyoxigraph.Store(str(folder))
    store.load(b"<http://a/s> <http://a/p> <http://a/o> .", pyoxigraph.RdfFormat.TURTLE)
    store.flush()
    del store
    files = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}

    with run_server(tmp_path, *FEW) as server:
        reply = server.ask("SELECT * { ?s ?p ?o }", accept="text/csv")
        assert reply.text.splitlines()[1:] == ["http://a/o,http://a/p,http://a/s"]
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == files


@pytest.mark.parametrize("content", [None, "folder", b"", b"no turtle", b"\x00\xff"])
def test_what_is_no_graph_is_one_line(content: bytes | str | None, tmp_path: Path) -> None:
    path = tmp_path / "graph"
    if content == "folder":
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    ended = run_kg(str(path))

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"kg: {path}:")
    assert len(ended.stderr.splitlines()) == 1


def test_store_of_other_tables_is_passed_over(
    seeds_output: Path, tmp_path: Path, names: bytes
) -> None:
    output = tmp_path / "output"
    shutil.copytree(seeds_output, output)
    store = pyoxigraph.Store(str(output / "store"))
    store.load(b"<http://a/s> <http://a/p> <http://a/o> .", pyoxigraph.RdfFormat.TURTLE)
    store.flush()
    del store

    with run_server(output, *FEW) as server:
        assert server.ask(MODELS).body == names


def test_damaged_store_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("MANIFEST-000001\n", encoding="utf-8")
    ended = run_kg(str(tmp_path))

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"kg: {tmp_path}: cannot be opened (")
    assert len(ended.stderr.splitlines()) == 1


def test_port_that_is_taken_is_one_line(seeds_server: Server, seeds_output: Path) -> None:
    ended = run_kg(str(seeds_output / "graph.ttl"), "--port", str(seeds_server.address[1]))

    assert ended.returncode == 1
    assert ended.stderr.startswith("kg: cannot listen at 127.0.0.1 port ")
    assert "choose another with --host and --port" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_missing_extra_is_named(tmp_path: Path, seeds_output: Path) -> None:
    (tmp_path / "starlette.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'starlette'\", name='starlette')\n",
        encoding="utf-8",
    )
    ended = run_kg(str(seeds_output), PYTHONPATH=f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}")

    assert ended.returncode == 1
    assert "pip install 'kg-abstracts[serve]'" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_only_this_machine_is_answered(seeds_server: Server) -> None:
    connections = psutil.Process(seeds_server.process.pid).net_connections("inet")
    listening = {c.laddr.ip for c in connections if c.status == psutil.CONN_LISTEN}

    assert listening == {"127.0.0.1"}


def test_another_address_is_listened_at_where_told(seeds_output: Path) -> None:
    with run_server(seeds_output, *FEW, "--host", "127.0.0.2") as server:
        assert server.address[0] == "127.0.0.2"
        assert server.ask(MODELS).status == 200
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.address[1]))


def test_interrupt_ends_it_cleanly_in_the_middle_of_queries(
    seeds_output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with run_server(seeds_output, *FEW) as server:
        workers = server.list_workers()
        assert len(workers) == 2
        sent = server.send_query(ENDLESS)
        assert server.ask(MODELS).status == 200
        code, said = server.stop()

        assert (code, said) == (0, "Stopped.\n")
        _, still_there = psutil.wait_procs(workers, timeout=0)
        assert still_there == []
        assert b" 503 " in sent.recv(100)
    assert [*tmp_path.iterdir()] == []


def test_killed_server_leaves_no_worker_behind(seeds_output: Path) -> None:
    with run_server(seeds_output, *FEW, "--time-limit", "1000") as server:
        workers = server.list_workers()
        server.send_query(ENDLESS)
        assert server.ask(MODELS).status == 200
        server.process.kill()
        server.process.communicate(timeout=WAIT)

        assert len(workers) == 2
        _, still_there = psutil.wait_procs(workers, timeout=WAIT)
        assert still_there == []


def test_what_the_server_once_needed_does_not_wear_out_its_workers(seeds_output: Path) -> None:
    limit = 400_000_000

    async def ask(store: Path) -> bool:
        ballast = bytearray(b"x") * limit
        worker = await start_worker(store, limit)
        del ballast
        await worker.ask({"kind": "page", "iri": "https://kg.example/"})
        await worker.stop()
        return worker.worn

    # In a thread of its own: Playwright keeps an event loop in this one.
    with open_store(seeds_output) as store, ThreadPoolExecutor(1) as executor:
        assert not executor.submit(lambda: asyncio.run(ask(store))).result()
