"""The main job on the five seed documents: facts that a reader can check in the texts."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import kg
from kg import pipeline
from kg.collection import collect
from kg.corpus_format import read_records
from kg.errors import KgError
from kg.output import read_manifest
from kg.tables import Row, Tables
from tests.conftest import SEEDS

FILES = {
    "extractions.jsonl",
    "graph.graphml",
    "graph.html",
    "graph.json",
    "graph.ttl",
    "manifest.json",
    "tables",
}


@pytest.fixture(scope="session")
def tables(seeds_output: Path) -> Tables:
    return Tables(seeds_output / "tables")


def find_abstract(tables: Tables, text: str) -> str:
    (row,) = tables.select("abstracts", text=text)
    return str(row["id"])


def find_forms(tables: Tables, abstract: str) -> dict[str, str]:
    """From each form that is mentioned in the abstract to its entity."""
    return {row["form"]: row["entity"] for row in tables.select("mentions", abstract=abstract)}


def find_naming(tables: Tables, name: str) -> set[str]:
    """The abstracts in which the name stands by itself, and not in an address."""
    alone = re.compile(rf"(?<![\w/-]){re.escape(name)}(?![\w-])")
    return {
        row["id"] for row in tables.rows("abstracts", ["id", "text"]) if alone.search(row["text"])
    }


def test_output_holds_every_file_that_was_asked_for(seeds_output: Path) -> None:
    assert {path.name for path in seeds_output.iterdir()} == FILES


def test_46_abstracts_are_35_distinct_ones_and_every_place_is_kept(tables: Tables) -> None:
    assert tables.count("documents") == 5
    assert tables.count("places") == 46
    assert tables.count("abstracts") == 35


def test_gpt_4o_abstract_is_known_from_five_documents(
    tables: Tables, seed_text: Callable[[str], str]
) -> None:
    abstract = find_abstract(tables, seed_text("GPT-4o is an autoregressive omni model"))
    places = tables.select("places", abstract=abstract)
    documents = {row["id"]: row["path"] for row in tables.rows("documents")}
    assert {(documents[place["document"]], place["line"]) for place in places} == {
        (f"seeds/{path.name}", number)
        for path in SEEDS.iterdir()
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
        if line.startswith("Abstract:GPT-4o is an autoregressive omni model")
    }
    assert len({place["document"] for place in places}) == 5


def test_header_line_is_a_label_and_no_entity(tables: Tables) -> None:
    assert {row["label"] for row in tables.rows("documents")} == {"Tony"}
    assert not tables.select("entities", name="Tony")


@pytest.mark.parametrize("name", ["ImageNet", "CLIP", "GPT-3"])
def test_entity_is_shared_by_the_abstracts_that_name_it(tables: Tables, name: str) -> None:
    naming = find_naming(tables, name)
    assert len(naming) > 1
    mentions = tables.select("mentions", form=name)
    assert {row["abstract"] for row in mentions} == naming
    assert len({row["entity"] for row in mentions}) == 1


def test_long_form_and_abbreviation_are_one_entity(
    tables: Tables, seed_text: Callable[[str], str]
) -> None:
    abstract = find_abstract(tables, seed_text("Machine learning models can fail on subgroups"))
    forms = find_forms(tables, abstract)
    assert forms["Data Debiasing with Datamodels"] == forms["D3M"]


def test_each_repository_link_is_attached_to_its_abstract(tables: Tables) -> None:
    for row in tables.rows("abstracts", ["id", "text"]):
        named = {
            address.lower()
            for address in re.findall(r"github\.com/[\w-]+/[\w-]+", row["text"], re.IGNORECASE)
        }
        statements = tables.select("statements", subject=row["id"], predicate="hasRepository")
        linked = {statement["object"].removeprefix("repository/") for statement in statements}
        assert linked == named
    owners = [row["owner"] for row in tables.rows("repositories")]
    assert owners.count("MadryLab") + owners.count("madrylab") > 5


def test_every_span_is_literally_in_the_text(tables: Tables) -> None:
    texts = {row["id"]: row["text"] for row in tables.rows("abstracts", ["id", "text"])}
    for row in tables.rows("mentions"):
        assert texts[row["abstract"]][row["start"] : row["end"]] == row["form"]
    for row in tables.rows("hyperlinks"):
        assert texts[row["abstract"]][row["start"] : row["end"]] == row["form"]
    for row in tables.rows("results"):
        assert texts[row["abstract"]][row["start"] : row["end"]] == row["value"]


def test_every_statement_has_evidence_and_every_span_lies_in_its_sentence(tables: Tables) -> None:
    evidence = list(tables.rows("evidence"))
    assert {row["statement"] for row in evidence} == {
        row["id"] for row in tables.rows("statements", ["id"])
    }
    for row in evidence:
        if row["start"] is not None:
            assert row["sentence_start"] <= row["start"] < row["end"] <= row["sentence_end"]
    metadata = {s["id"] for s in tables.rows("statements") if s["category"] == "metadata"}
    assert all(row["start"] is not None for row in evidence if row["statement"] not in metadata)


def test_statements_join_nodes_that_exist(tables: Tables) -> None:
    nodes = {
        row["id"]
        for name in ("abstracts", "entities", "documents", "persons", "repositories")
        for row in tables.rows(name, ["id"])
    }
    for row in tables.rows("statements"):
        assert {row["subject"], row["object"], *row["via"]} <= nodes


def test_extractions_have_a_record_for_each_abstract_with_node_and_confidence(
    seeds_output: Path, tables: Tables
) -> None:
    with (seeds_output / "extractions.jsonl").open(encoding="utf-8") as lines:
        records = [record for record, _ in read_records(lines, "extractions.jsonl")]
    entities = {row["id"] for row in tables.rows("entities", ["id"])}
    assert [f"abstract/{record['id']}" for record in records] == [
        row["id"] for row in tables.rows("abstracts", ["id"])
    ]
    for record in records:
        for entity in record["entities"]:
            assert entity["node"] in entities
            assert 0 <= entity["confidence"] <= 1


def read_bytes(output: Path) -> dict[str, bytes]:
    return {
        path.relative_to(output).as_posix(): path.read_bytes()
        for path in output.rglob("*")
        if path.is_file()
    }


def test_same_input_in_any_order_gives_the_same_bytes(seeds_output: Path, tmp_path: Path) -> None:
    pipeline.build([str(SEEDS)], tmp_path / "again")
    assert read_bytes(tmp_path / "again") == read_bytes(seeds_output)

    folder = tmp_path / "seeds"
    shutil.copytree(SEEDS, folder)
    files = sorted(folder.iterdir())
    pipeline.build([str(path) for path in files], tmp_path / "forward")
    pipeline.build([str(path) for path in files[::-1]], tmp_path / "backward")
    assert read_bytes(tmp_path / "forward") == read_bytes(tmp_path / "backward")


def test_manifest_says_what_lies_there(seeds_output: Path) -> None:
    manifest = read_manifest(seeds_output)
    sizes = {name: len(content) for name, content in read_bytes(seeds_output).items()}
    del sizes["manifest.json"]
    assert {file["path"]: file["size"] for file in manifest["files"]} == sizes
    assert manifest["versions"]["kg-abstracts"]


def test_ids_of_the_input_name_the_extractions_and_an_id_of_two_texts_names_neither(
    tmp_path: Path,
) -> None:
    lines = [
        {"id": "a", "text": "We train BERT."},
        {"id": "b", "text": "we train bert"},
        {"id": "c", "text": "We train GPT-3."},
        {"id": "d", "text": "We train CLIP on ImageNet."},
    ]
    (tmp_path / "x.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (tmp_path / "y.jsonl").write_text('{"id": "d", "text": "We prune."}', encoding="utf-8")
    ids = [
        json.loads(line)["id"]
        for line in pipeline.extract_records(collect([tmp_path / "x.jsonl", tmp_path / "y.jsonl"]))
    ]
    keys = [id for id in ids if id not in "abc"]
    assert set("abc") <= set(ids)
    assert len(keys) == 2
    assert "d" not in keys


def test_failed_build_leaves_the_old_output(tmp_path: Path, seeds_output: Path) -> None:
    output = tmp_path / "output"
    shutil.copytree(seeds_output, output)
    before = read_bytes(output)
    with pytest.raises(KgError):
        pipeline.build([tmp_path / "missing"], output)
    assert read_bytes(output) == before
    assert list(tmp_path.iterdir()) == [output]


def test_python_interface_builds_asks_and_writes(tmp_path: Path) -> None:
    graph = kg.build(SEEDS)
    assert graph.networkx.number_of_edges() == graph.tables.count("statements")
    answer = graph.query('SELECT ?entity { ?entity skos:prefLabel "ImageNet" }')
    assert len(answer.rows) == 1
    assert len(graph.rdf()) > 1000
    graph.to_html(tmp_path / "x.html")
    assert (tmp_path / "x.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_failed_build_in_python_leaves_no_folder_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(KgError):
        kg.build("missing")
    assert not list(tmp_path.iterdir())


def test_loaded_graph_is_the_one_that_was_built(seeds_output: Path) -> None:
    graph = kg.load(seeds_output)
    rows: list[Row] = list(graph.tables.rows("statements"))
    assert {row["id"] for row in rows} == {key for *_, key in graph.networkx.edges(keys=True)}
