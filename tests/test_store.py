"""The persistent store: made, found, used and never used when it is stale."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import kg
from kg import pipeline
from kg.errors import GraphError, OutputError
from kg.export.execution import run_export
from kg.export.registry import ExportOptions, find_format
from kg.graph import load_store
from kg.output import read_manifest, stage_folder, write_manifest
from kg.query import run_query
from tests.conftest import SEEDS
from tests.extractions import extract_by_hand, write_by_hand

TRIPLES = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o"
NAMES = "SELECT ?name { ?model a kg:Model ; skos:prefLabel ?name } ORDER BY ?name"
HOLD_OPEN = """
import sys
from pyoxigraph import Store
store = Store.read_only(sys.argv[1])
print(len(store), flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def stored(seeds_output: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of the seeds, with a store."""
    output = tmp_path_factory.mktemp("stored") / "output"
    shutil.copytree(seeds_output, output)
    kg.load(output).export("store", output / "store")
    return output


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Path]:
    """Writes the output of one text that introduces a model, as a build does."""

    def build_graph(model: str = "CLIP", *formats: str) -> Path:
        output = tmp_path / "output"
        names = formats or ("turtle", "store")
        extraction = extract_by_hand(f"We introduce {model}.", [(model, "Model", "introduces")])
        options = ExportOptions()
        with stage_folder(output) as folder:
            (folder / "tables").mkdir()
            tables = write_by_hand(folder / "tables", [extraction])
            for exporter in map(find_format, names):
                run_export(exporter, tables, folder / exporter.file_name, options)
            facts = {"formats": names, "base_iri": options.base_iri, "title": options.title}
            write_manifest(folder, facts)
        return output

    return build_graph


def uses_store(output: Path) -> bool:
    """Whether queries of an output are answered from its store."""
    return kg.load(output)._stored is not None


def mark(output: Path) -> None:
    """Make the Turtle of an output tell itself from the store."""
    path = output / "graph.ttl"
    path.write_text(
        path.read_text(encoding="utf-8") + '\n<http://x/mark> kg:name "Turtle" .\n',
        encoding="utf-8",
    )


def is_marked(output: Path) -> bool:
    return bool(run_query(load_store(output), "ASK { <http://x/mark> ?p ?o }").boolean)


def test_turtle_tables_and_store_give_the_same_answers(stored: Path, tmp_path: Path) -> None:
    tables = tmp_path / "tables-only"
    shutil.copytree(stored, tables, ignore=shutil.ignore_patterns("store", "graph.ttl"))
    answers = [
        run_query(load_store(path), TRIPLES).terms
        for path in (stored / "graph.ttl", tables, stored, stored / "store")
    ]

    assert len(answers[0]) > 10_000
    assert all(answer == answers[0] for answer in answers[1:])


def test_build_writes_a_store_that_is_used(build: Callable[..., Path]) -> None:
    output = build()
    mark(output)

    assert uses_store(output)
    assert not is_marked(output)
    assert run_query(load_store(output), NAMES).rows == (("CLIP",),)


def test_store_that_export_makes_is_used(build: Callable[..., Path]) -> None:
    output = build("CLIP", "turtle")
    mark(output)
    assert is_marked(output)
    kg.load(output).export("store", output / "store")

    assert not is_marked(output)


def test_store_is_made_of_the_turtle_that_is_there_already(
    build: Callable[..., Path], tmp_path: Path
) -> None:
    output = build("CLIP", "turtle")
    mark(output)
    store = tmp_path / "store"
    written = {"turtle": output / "graph.ttl"}
    run_export(find_format("store"), kg.load(output).tables, store, ExportOptions(), written)

    assert is_marked(store)


def test_store_is_the_same_where_pipes_have_no_paths(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.export.store._DESCRIPTORS", tmp_path / "missing")
    kg.load(stored).export("store", tmp_path / "store")

    expected = run_query(load_store(stored), TRIPLES).terms
    assert run_query(load_store(tmp_path / "store"), TRIPLES).terms == expected


def test_store_that_cannot_be_written_is_a_clear_error(stored: Path, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("no folder", encoding="utf-8")

    with pytest.raises(OutputError, match="file: cannot be written"):
        find_format("store").export(kg.load(stored).tables, path, ExportOptions())


def test_store_is_not_made_of_a_graph_that_breaks_off(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_: object) -> Iterator[str]:
        yield "<http://x/a> <http://x/b> "
        raise GraphError("the tables are damaged")

    monkeypatch.setattr("kg.export.store.write_graph", break_off)
    with pytest.raises(GraphError, match="the tables are damaged"):
        kg.load(stored).export("store", tmp_path / "store")
    assert not [*tmp_path.iterdir()]


def test_query_while_another_process_has_the_store_open(stored: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_OPEN, stored / "store"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout
        count = int(other.stdout.readline())
        answer = run_query(load_store(stored), "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")

        assert other.poll() is None
        assert answer.rows == ((str(count),),)
        other.communicate()


def test_query_writes_nothing_into_the_store(stored: Path) -> None:
    before = {path: path.read_bytes() for path in (stored / "store").iterdir()}
    run_query(load_store(stored), NAMES)

    assert {path: path.read_bytes() for path in (stored / "store").iterdir()} == before


def test_rebuild_without_a_store_leaves_none(build: Callable[..., Path]) -> None:
    build()
    output = build("ALIGN", "turtle")

    assert not (output / "store").exists()
    assert run_query(load_store(output), NAMES).rows == (("ALIGN",),)


def test_store_of_other_tables_is_never_used(build: Callable[..., Path], tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(build() / "store", old)
    output = build("ALIGN", "turtle")
    shutil.copytree(old, output / "store")

    assert not uses_store(output)
    assert run_query(load_store(output), NAMES).rows == (("ALIGN",),)


def test_store_with_another_namespace_is_not_used(build: Callable[..., Path]) -> None:
    output = build("CLIP", "turtle")
    options = ExportOptions(base_iri="https://other.example/")
    kg.load(output).export("store", output / "store", options)

    assert not uses_store(output)


def test_store_that_lost_a_file_is_not_used(build: Callable[..., Path]) -> None:
    output = build()
    next((output / "store").glob("*.sst")).unlink()

    assert not uses_store(output)
    assert run_query(load_store(output), NAMES).rows == (("CLIP",),)


def test_store_of_another_version_is_passed_over(build: Callable[..., Path]) -> None:
    output = build()
    current = output / "store" / "CURRENT"
    current.write_bytes(b"\n" * current.stat().st_size)

    assert run_query(load_store(output), NAMES).rows == (("CLIP",),)


def test_store_that_cannot_be_read_is_a_clear_error(build: Callable[..., Path]) -> None:
    store = build() / "store"
    (store / "CURRENT").unlink()

    with pytest.raises(GraphError, match="the store cannot be read"):
        load_store(store)


def test_folder_that_is_no_store_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="holds no graph"):
        load_store(tmp_path)


def test_store_alone_is_a_graph(build: Callable[..., Path], tmp_path: Path) -> None:
    store = (build() / "store").rename(tmp_path / "store")
    graph = kg.load(store)

    assert [row["name"] for row in graph.tables.rows("entities")] == ["CLIP"]
    assert graph.query(NAMES).rows == (("CLIP",),)
    assert len(graph.rdf()) == len(graph.store)


def test_manifest_of_an_output_is_the_same_whatever_the_store_holds(
    build: Callable[..., Path],
) -> None:
    first = (build() / "manifest.json").read_bytes()
    second = (build() / "manifest.json").read_bytes()

    assert first == second
    assert "store" in json.loads(first)["formats"]


def test_store_lists_its_own_files(build: Callable[..., Path]) -> None:
    store = build() / "store"
    found = {path.name for path in store.iterdir()} - {"manifest.json"}

    assert {file["path"] for file in read_manifest(store)["files"]} == found


def test_file_that_a_user_put_into_a_store_is_not_lost(build: Callable[..., Path]) -> None:
    output = build()
    (output / "store" / "notes.md").write_text("mine", encoding="utf-8")

    with pytest.raises(OutputError, match=r"store/notes\.md: is no output of kg"):
        build()
    assert (output / "store" / "notes.md").read_text(encoding="utf-8") == "mine"


def test_killed_export_does_not_stop_the_next_build(build: Callable[..., Path]) -> None:
    output = build()
    partial = output / ".store.x.kg-partial"
    partial.mkdir()
    (partial / "000001.sst").write_text("half", encoding="utf-8")
    build()

    assert not partial.exists()


def test_store_takes_the_place_of_an_older_one(build: Callable[..., Path]) -> None:
    output = build()
    graph = kg.load(output)
    graph.export("store", output / "store")

    assert uses_store(output)
    assert not [*output.glob(".*")]


def test_any_other_folder_is_not_replaced_by_a_store(stored: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("ten years", encoding="utf-8")

    with pytest.raises(OutputError, match="no output of kg"):
        kg.load(stored).export("store", tmp_path)


def test_command_line_makes_a_store_where_queries_find_it(stored: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    shutil.copytree(stored, output, ignore=shutil.ignore_patterns("store"))
    subprocess.run(
        [sys.executable, "-m", "kg", "export", output, "--format", "store"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )

    assert uses_store(output)


def test_store_does_not_go_to_standard_output(stored: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "kg", "export", stored, "--format", "store", "--output", "-"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 2
    assert ended.stderr == "kg: store is a folder; name one with --output\n"


def test_seeds_are_built_with_a_store(tmp_path: Path) -> None:
    pipeline.build([str(SEEDS)], tmp_path / "output", formats=["store"])

    assert uses_store(tmp_path / "output")
