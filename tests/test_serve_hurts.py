"""What would hurt a server, and that it goes on answering everybody else."""

import concurrent.futures
import contextlib
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil
import pytest

from tests.servers import ENDLESS, MODELS, WAIT, Server, run_limited_server, run_server

MEGABYTE = 1_000_000
CLIENTS = 200
FORM = "application/x-www-form-urlencoded"
TRIPLES = "application/n-triples"
ALL = "SELECT * { ?s ?p ?o }"
PAIRS = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def server(seeds_output: Path) -> Iterator[Server]:
    """A server of which much less is needed to run into its limits."""
    limits = ("--time-limit", "3", "--result-limit", "1", "--memory-limit", "300")
    with run_server(seeds_output, *limits, "--workers", "4") as running:
        yield running
        assert running.process.poll() is None
        code, said = running.stop()
        assert (code, said) == (0, "Stopped.\n")


@pytest.fixture(scope="module")
def patient_server(seeds_output: Path) -> Iterator[Server]:
    """A server that lets a query run, and wait, for longer than the tests."""
    with run_limited_server(seeds_output, seconds=1000, waiting_seconds=1000, workers=2) as running:
        yield running


def is_well(server: Server) -> bool:
    reply = server.ask("SELECT (COUNT(*) AS ?n) { ?x a kg:Model }")
    return reply.status == 200 and server.fetch("/health").status == 200


def test_two_hundred_clients_are_answered_beside_endless_queries(server: Server) -> None:
    expected = server.ask(MODELS).body
    start = threading.Barrier(CLIENTS)

    def ask(number: int) -> tuple[int, bytes]:
        start.wait(WAIT)
        reply = server.ask(MODELS)
        return reply.status, reply.body

    endless = [server.send_query(ENDLESS) for _ in range(3)]
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as clients:
        replies = {*clients.map(ask, range(CLIENTS))}
    assert replies == {(200, expected)}
    statuses = {receive_status(connection) for connection in endless}
    assert statuses <= {503, 504}


def test_endless_cross_product_is_504(server: Server) -> None:
    reply = server.ask(ENDLESS)

    assert reply.status == 504
    assert "stopped after 3 seconds" in reply.text
    assert is_well(server)


def test_long_queries_give_way_while_others_wait(patient_server: Server) -> None:
    endless = [patient_server.send_query(ENDLESS) for _ in range(3)]

    assert is_well(patient_server)
    for connection in endless:
        connection.close()


def test_client_that_hangs_up_frees_its_worker(patient_server: Server) -> None:
    assert is_well(patient_server)
    for _ in range(4):
        workers = patient_server.list_workers()
        if len(workers) == 2:
            break
        psutil.wait_procs(workers, timeout=1)
    for connection in [patient_server.send_query(ENDLESS) for _ in workers]:
        connection.close()

    _, still_there = psutil.wait_procs(workers, timeout=WAIT)
    assert still_there == []
    assert is_well(patient_server)


def test_client_that_hangs_up_in_the_middle_of_an_answer_does_no_harm(server: Server) -> None:
    connection = server.send_query(f"{ALL} LIMIT 3000")
    assert connection.recv(1000).startswith(b"HTTP/1.1 200 OK")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    connection.close()

    assert is_well(server)


@pytest.mark.parametrize("content_type", ["application/sparql-query", FORM])
def test_query_of_a_megabyte_is_413(server: Server, content_type: str) -> None:
    query = f"ASK {{}} # {'x' * MEGABYTE}"
    body = urlencode({"query": query}) if content_type == FORM else query
    reply = server.fetch("/sparql", "POST", body, content_type=content_type)

    assert reply.status == 413
    assert "longer than 100,000 bytes" in reply.text
    assert is_well(server)


def test_query_that_does_not_say_how_long_it_is_is_413(server: Server) -> None:
    head = "POST /sparql HTTP/1.1\r\nHost: kg\r\nTransfer-Encoding: chunked\r\n"
    chunk = f"8000\r\n{'x' * 0x8000}\r\n"
    connection = server.send(
        f"{head}Content-Type: application/sparql-query\r\n\r\n{chunk * 10}0\r\n\r\n".encode()
    )
    assert receive_status(connection) == 413


def test_url_of_a_megabyte_is_414(server: Server) -> None:
    connection = server.send(b"")
    # It may be answered, and the connection closed, before all is sent.
    with contextlib.suppress(ConnectionError):
        connection.sendall(f"GET /sparql?query={'x' * MEGABYTE} HTTP/1.1\r\n\r\n".encode())
    with contextlib.suppress(ConnectionError):
        assert receive_status(connection) == 414
    assert is_well(server)


def test_query_within_the_limit_may_stand_in_a_url(server: Server) -> None:
    query = f"ASK {{}} # {'é' * 45_000}"

    assert server.fetch(f"/sparql?query={quote(query)}").status == 200


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT * {" + "{" * 20_000 + "}" * 20_000 + "}",
        "SELECT * { FILTER" + "(" * 20_000 + ")" * 20_000 + "}",
        "SELECT*{" * 10_000,
    ],
)
def test_nested_braces_are_refused(server: Server, sparql: str) -> None:
    reply = server.ask(sparql)

    assert reply.status == 400
    assert is_well(server)


@pytest.mark.parametrize(
    "sparql",
    [
        f"ASK {{ FILTER({'!' * 50_000}true) }}",
        f"ASK {{ FILTER({'-' * 50_000}1) }}",
        f"ASK {{ ?a {'^' * 50_000}?b ?c }}",
        f"ASK {{ ?a {'!' * 50_000}kg:uses ?c }}",
        f"ASK {{ FILTER(1{'+1' * 40_000}) }}",
        f"ASK {{ ?a kg:uses{'/kg:uses' * 9_000} ?c }}",
        f"ASK {{ {'?a ?b ?c . ' * 9_000} }}",
        f"ASK {{ {' . '.join(f'?a{n} ?b{n} ?c{n}' for n in range(3_000))} }}",
        f"ASK {{ {'{} UNION ' * 9_000} {{}} }}",
        f"ASK {{ {'OPTIONAL {?a ?b ?c} ' * 4_000} }}",
    ],
    ids=lambda sparql: sparql[:24],
)
def test_query_that_no_planner_can_take_hurts_only_itself(server: Server, sparql: str) -> None:
    reply = server.ask(sparql)

    assert reply.status in {200, 400, 422, 504}
    assert reply.text
    assert is_well(server)


def test_answer_that_is_too_long_is_422(server: Server) -> None:
    for accept in ("text/csv", "application/sparql-results+xml"):
        reply = server.ask(f"SELECT * {PAIRS}", accept=accept)

        assert reply.status == 422
        assert "longer than 1,000,000 bytes" in reply.text
    assert server.ask("CONSTRUCT WHERE { ?s ?p ?o }", accept=TRIPLES).status == 422
    assert server.fetch("/data?default", accept=TRIPLES).status == 422


@pytest.mark.parametrize(
    "sparql",
    [
        f"SELECT * {PAIRS} ORDER BY ?c",
        f"SELECT (GROUP_CONCAT(?c) AS ?all) {PAIRS}",
        "SELECT ?x {" + "BIND('x' AS ?x0)" + "".join(
            f" BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40)
        ) + " BIND(?x40 AS ?x) }",
    ],
    ids=["order", "concatenation", "doubling"],
)  # fmt: skip
def test_query_that_needs_too_much_memory_is_refused(server: Server, sparql: str) -> None:
    reply = server.ask(sparql)

    assert reply.status in {422, 504}
    assert is_well(server)


def test_workers_killed_from_outside_are_replaced(patient_server: Server) -> None:
    counting = "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c } LIMIT 100 } ?d ?e ?f }"
    expected = patient_server.ask(counting).body
    with concurrent.futures.ThreadPoolExecutor() as clients:
        replies = [clients.submit(patient_server.ask, counting) for _ in range(2)]
        kill(patient_server.list_workers()[:2])
        assert {reply.result().status for reply in replies} == {200}
        assert {reply.result().body for reply in replies} == {expected}
    kill(patient_server.list_workers())
    assert is_well(patient_server)


def test_malformed_requests_are_refused(server: Server) -> None:
    for data in (
        b"\r\n\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET  /sparql\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: kg\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: kg\r\nContent-Length: -5\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: kg\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nASKAS",
        b"GET /sparql HTTP/1.1\r\nno colon\r\n\r\n",
    ):
        assert receive_status(server.send(data)) == 400, data
    assert is_well(server)


def test_memory_of_the_server_stays_level_under_long_answers(seeds_server: Server) -> None:
    parent = psutil.Process(seeds_server.process.pid)

    def ask(number: int) -> int:
        return len(seeds_server.ask(f"{ALL} LIMIT 15000").body)

    with concurrent.futures.ThreadPoolExecutor(8) as clients:
        lengths = {*clients.map(ask, range(8))}
        before = parent.memory_info().rss
        lengths |= {*clients.map(ask, range(16))}
    (length,) = lengths
    assert length > 3 * MEGABYTE
    # All answers of the second round are together fifty megabytes.
    assert parent.memory_info().rss - before < 20 * MEGABYTE


def test_workers_do_not_keep_the_memory_of_a_large_query(server: Server) -> None:
    server.ask(f"SELECT * {PAIRS} ORDER BY ?c")
    for _ in range(8):
        assert is_well(server)

    for worker in server.list_workers():
        with contextlib.suppress(psutil.NoSuchProcess):
            assert worker.memory_info().rss < 200 * MEGABYTE


def test_clients_that_send_or_take_nothing_are_left(seeds_output: Path) -> None:
    request = f"GET /sparql?query={quote(ALL)} HTTP/1.1\r\nHost: kg\r\n\r\n".encode()
    with run_limited_server(seeds_output, transfer=0.5, connections=20, workers=2) as server:
        silent = [server.send(b"") for _ in range(4)]
        slow = [server.send(b"POST /sparql HTTP/1.1\r\nHost: kg\r\n") for _ in range(4)]
        half = b"POST /sparql HTTP/1.1\r\nHost: kg\r\nContent-Length: 9\r\n"
        unfinished = [
            server.send(half + b"Content-Type: application/sparql-query\r\n\r\nASK") for _ in "abcd"
        ]
        deaf = [server.send(request * 4) for _ in range(4)]
        for connection in (*silent, *slow, *unfinished):
            with contextlib.suppress(ConnectionError):
                assert connection.recv(1) == b""
        # What one of them was sent before it was left fits the buffers of the connection.
        for connection in deaf:
            wait_for_end(server, connection)
        assert is_well(server)


def test_more_waiting_queries_than_may_wait_are_503(seeds_output: Path) -> None:
    limits = {"waiting": 1, "workers": 1, "seconds": 1000, "patience": 1000}
    with run_limited_server(seeds_output, **limits) as server:
        sent = [server.send_query(ENDLESS) for _ in range(2)]
        reply = server.ask(MODELS)
        assert reply.status == 503
        assert reply.headers["retry-after"] == "5"
        for connection in sent:
            connection.close()


def kill(workers: list[psutil.Process]) -> None:
    for worker in workers:
        with contextlib.suppress(psutil.NoSuchProcess):
            worker.send_signal(signal.SIGKILL)
    psutil.wait_procs(workers, timeout=WAIT)


def receive_status(connection: socket.socket) -> int:
    """The status of a whole answer."""
    with connection, connection.makefile("rb") as file:
        status = int(file.readline().split()[1])
        headers = dict(
            line.decode().rstrip().lower().split(": ", 1) for line in iter(file.readline, b"\r\n")
        )
        if "content-length" in headers:
            length = int(headers["content-length"])
            assert len(file.read(length)) == length
        return status


def wait_for_end(server: Server, connection: socket.socket) -> None:
    """Wait until the server has left a connection of which nobody reads."""
    connection.setblocking(True)
    with contextlib.suppress(ConnectionError):
        while True:
            connection.sendall(b"x" * 1000)
