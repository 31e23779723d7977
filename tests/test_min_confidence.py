"""`--min-confidence`: what is less sure is not in the graph, in none of its formats."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pyshacl
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg import pipeline
from kg.confidence import drop_uncertain
from kg.errors import FilterError
from kg.output import read_manifest
from kg.records import Extraction, Relation, Result
from kg.tables import Tables
from kg.vocabulary import ontology_folder
from tests.annotated import extractions
from tests.conftest import SEEDS, Run
from tests.extractions import extract_by_hand, link_by_hand

LEAST = 0.5
TEXT = "We probe CLIP on ImageNet, where its accuracy is 76.2%."


@pytest.fixture(scope="module")
def sure_output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `kg build seeds --min-confidence 0.5` writes."""
    output = tmp_path_factory.mktemp("sure") / "output"
    pipeline.build([str(SEEDS)], output, min_confidence=LEAST)
    return output


@pytest.fixture(scope="module")
def tables(sure_output: Path) -> Tables:
    return Tables(sure_output / "tables")


def list_ids(tables: Tables, name: str) -> set[str]:
    return {row["id"] for row in tables.rows(name, ["id"])}


@pytest.mark.parametrize("name", ["mentions", "statements", "evidence", "results"])
def test_nothing_less_sure_is_in_the_tables(tables: Tables, seeds_output: Path, name: str) -> None:
    confidences = [row["confidence"] for row in tables.rows(name)]
    assert confidences
    assert min(confidences) >= LEAST
    assert min(row["confidence"] for row in Tables(seeds_output / "tables").rows(name)) < LEAST


def test_every_mention_that_is_sure_enough_stays(tables: Tables, seeds_output: Path) -> None:
    def list_mentions(tables: Tables, least: float) -> set[tuple[str, int, int, str]]:
        return {
            (row["abstract"], row["start"], row["end"], row["type"])
            for row in tables.rows("mentions")
            if row["confidence"] >= least
        }

    complete = Tables(seeds_output / "tables")
    assert list_mentions(tables, 0) == list_mentions(complete, LEAST)


def test_every_entity_of_the_graph_is_mentioned(tables: Tables) -> None:
    assert list_ids(tables, "entities") == {row["entity"] for row in tables.rows("mentions")}


def test_statements_and_results_name_entities_that_are_there(tables: Tables) -> None:
    nodes = {id for name in ("abstracts", "entities", "documents") for id in list_ids(tables, name)}
    nodes |= list_ids(tables, "repositories")
    for row in tables.rows("statements"):
        assert {row["subject"], row["object"], *row["via"]} <= nodes
    for row in tables.rows("results"):
        assert {row["of"], row["on"], row["metric"]} - {None} <= nodes


def test_abstracts_and_metadata_stay(tables: Tables, seeds_output: Path) -> None:
    complete = Tables(seeds_output / "tables")
    assert list_ids(tables, "abstracts") == list_ids(complete, "abstracts")
    assert [s["id"] for s in tables.select("statements", category="metadata")] == [
        s["id"] for s in complete.select("statements", category="metadata")
    ]


def test_all_formats_hold_the_same_graph(sure_output: Path, tables: Tables) -> None:
    entities, statements = list_ids(tables, "entities"), list_ids(tables, "statements")
    graphml = nx.read_graphml(sure_output / "graph.graphml", force_multigraph=True)
    assert entities == {id for id in graphml if graphml.nodes[id].get("kind") == "entity"}
    assert statements == {key for *_, key in graphml.edges(keys=True)}
    data = json.loads((sure_output / "graph.json").read_text(encoding="utf-8"))
    assert entities == {node["id"] for node in data["nodes"] if node["kind"] == "entity"}
    assert statements == {edge["key"] for edge in data["edges"]}
    answer = kg.load(sure_output / "graph.ttl").query(
        "SELECT (COUNT(DISTINCT ?e) AS ?n) { ?e skos:prefLabel ?name ; kg:mentionCount ?m }"
    )
    assert answer.rows == ((str(len(entities)),),)


def test_turtle_is_restored_as_it_was(sure_output: Path, tables: Tables) -> None:
    restored = kg.load(sure_output / "graph.ttl").tables
    for name in ("entities", "statements", "results"):
        assert list_ids(restored, name) == list_ids(tables, name)


def test_shapes_still_conform(sure_output: Path) -> None:
    graph = rdflib.Graph().parse(sure_output / "graph.ttl")
    shapes = rdflib.Graph().parse(ontology_folder() / "shapes.ttl")
    conforms, _, report = pyshacl.validate(graph, shacl_graph=shapes)
    assert conforms, report


def test_extractions_hold_everything_and_say_what_is_in_the_graph(
    sure_output: Path, seeds_output: Path, tables: Tables
) -> None:
    def read(output: Path) -> list[dict[str, list[dict[str, object]]]]:
        lines = (output / "extractions.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    nodes = list_ids(tables, "entities")
    records, complete = read(sure_output), read(seeds_output)
    for record, other in zip(records, complete, strict=True):
        for entity in record["entities"]:
            node = entity.pop("node")
            assert (node in nodes) == (entity["confidence"] >= LEAST)  # type: ignore[operator]
        for entity in other["entities"]:
            del entity["node"]
    assert records == complete


def test_manifest_says_the_least_confidence(sure_output: Path, seeds_output: Path) -> None:
    assert read_manifest(sure_output)["min_confidence"] == LEAST
    assert "min_confidence" not in read_manifest(seeds_output)


def test_a_least_confidence_of_nothing_changes_no_byte(seeds_output: Path, tmp_path: Path) -> None:
    pipeline.build([str(SEEDS)], tmp_path / "output", min_confidence=0.0)
    for path in (p for p in seeds_output.rglob("*") if p.is_file()):
        again = tmp_path / "output" / path.relative_to(seeds_output)
        assert again.read_bytes() == path.read_bytes(), path.name


def test_a_least_confidence_of_1_leaves_abstracts_alone(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("We train BERT, a model, on the data.", encoding="utf-8")
    pipeline.build([tmp_path / "x.txt"], tmp_path / "output", min_confidence=1.0)
    tables = Tables(tmp_path / "output" / "tables")
    assert tables.count("abstracts") == 1
    assert all(row["confidence"] == 1.0 for row in tables.rows("mentions"))


def test_python_interface_has_it() -> None:
    graph = kg.build(next(SEEDS.iterdir()), min_confidence=0.9)
    assert min(row["confidence"] for row in graph.tables.rows("mentions")) >= 0.9


def sure_of(entity: float, role: float = 1.0) -> Extraction:
    """Three entities, the first of which is as sure as that, with a relation and a result."""
    extraction = extract_by_hand(
        TEXT,
        [
            ("CLIP", "Model", "introduces"),
            ("ImageNet", "Dataset", "evaluatesOn"),
            ("accuracy", "Metric", "evaluatesOn"),
        ],
        [Relation("e1", "evaluatedOn", "e2")],
    )
    first = replace(extraction.entities[0], confidence=entity, role_confidence=role)
    return replace(
        extraction,
        entities=(first, *extraction.entities[1:]),
        results=(Result("e2", "76.2%", metric="e1"), Result("e1", "76.2%", "e2", "e3")),
    )


def test_an_entity_goes_with_its_relations_and_its_results() -> None:
    left = drop_uncertain(sure_of(0.4), 0.5)
    assert [entity.name for entity in left.entities] == ["ImageNet", "accuracy"]
    assert left.relations == ()
    assert [result.of for result in left.results] == ["e2"]


def test_a_result_stays_without_the_end_that_goes() -> None:
    (result,) = drop_uncertain(sure_of(0.4), 0.5).results
    assert (result.of, result.metric, result.value) == ("e2", None, "76.2%")


def test_relations_and_results_go_by_their_own_confidence() -> None:
    sure = sure_of(0.9)
    unsure = replace(
        sure,
        relations=tuple(replace(r, confidence=0.4) for r in sure.relations),
        results=tuple(replace(r, confidence=0.4) for r in sure.results),
    )
    left = drop_uncertain(unsure, 0.5)
    assert (left.relations, left.results) == ((), ())
    assert left.entities == sure.entities


def test_a_role_goes_while_its_entity_stays() -> None:
    extraction = sure_of(0.8, role=0.6)
    roles = [s for s in link_by_hand([extraction]).statements if s.category == "role"]
    sure = [
        s for s in link_by_hand([extraction], min_confidence=0.5).statements if s.category == "role"
    ]
    assert {s.predicate for s in roles} == {"introduces", "evaluatesOn"}
    assert {s.predicate for s in sure} == {"evaluatesOn"}
    assert drop_uncertain(extraction, 0.5) == extraction


def test_an_abstract_is_not_called_after_what_it_does_not_surely_introduce() -> None:
    extraction = sure_of(0.8, role=0.6)
    assert list(link_by_hand([extraction]).labels.values()) == ["CLIP"]
    (label,) = link_by_hand([extraction], min_confidence=0.5).labels.values()
    assert label.startswith("We probe CLIP")


@given(extraction=extractions(), least=st.floats(0, 1))
def test_what_is_left_is_sure_and_whole(extraction: Extraction, least: float) -> None:
    left = drop_uncertain(extraction, least)
    ids = {entity.id for entity in left.entities}
    assert all(e.confidence >= least for e in (*left.entities, *left.relations, *left.results))
    assert {end for r in left.relations for end in (r.subject, r.object)} <= ids
    assert {end for r in left.results for end in (r.of, r.on, r.metric) if end} <= ids
    assert drop_uncertain(left, least) == left
    assert drop_uncertain(extraction, 0.0) == extraction


@pytest.mark.parametrize("value", ["-0.1", "1.1", "nan", "inf", "half", "50%"])
def test_what_is_no_confidence_is_wrong_use(run: Callable[..., Run], value: str) -> None:
    ended = run("build", SEEDS, "--min-confidence", value)
    assert ended.code == 2
    assert "Usage" in ended.err


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, math.inf])
def test_what_is_no_confidence_is_refused_in_python(value: float, tmp_path: Path) -> None:
    with pytest.raises(FilterError, match="give a number from 0 to 1"):
        kg.build(SEEDS, tmp_path / "output", min_confidence=value)
    assert not (tmp_path / "output").exists()


def test_the_command_line_builds_with_it(run: Callable[..., Run], tmp_path: Path) -> None:
    options = ("--formats", "none", "--quiet", "--limit", 3)
    assert run("build", SEEDS, "--min-confidence", "0.9", *options) == Run(0, "", "")
    assert read_manifest(tmp_path / "output")["min_confidence"] == 0.9
