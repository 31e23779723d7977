"""The queries of the cookbook, each with its answer on the seeds.

A pipeline that was trained anew reads the seeds a little differently. Then look at what changes
in `tests/answers`:

    pytest tests/test_cookbook.py --update-answers && git diff tests/answers

The answers must have the properties below whatever the pipeline reads.
"""

import csv
import io
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import Store
from rdflib.plugins.sparql import prepareQuery

import kg
from kg.graph import load_store
from kg.query import Recipe, find_recipe, list_recipes, open_graph, run_query
from kg.records import Relation, Span
from tests.conftest import SEEDS
from tests.extractions import extract_by_hand, stand_in, write_by_hand
from tests.graphs import write_small_graph, write_turtle

ANSWERS = Path(__file__).parent / "answers"
RECIPES = list_recipes()
NAMES = [recipe.name for recipe in RECIPES]
Ask = Callable[..., list[dict[str, str]]]


@pytest.fixture(scope="module")
def store(seeds_output: Path) -> Store:
    return open_graph(seeds_output / "graph.ttl")


def ask_store(store: Store, recipe: str, /, **settings: str) -> list[dict[str, str]]:
    sparql = find_recipe(recipe).fill({key: [value] for key, value in settings.items()})
    return [*csv.DictReader(io.StringIO(run_query(store, sparql).serialize("csv")))]


@pytest.fixture(scope="module")
def ask(store: Store) -> Ask:
    """The rows that a query of the cookbook gives on the seeds."""
    return lambda recipe, /, **settings: ask_store(store, recipe, **settings)


@pytest.fixture(scope="module")
def texts() -> set[str]:
    """The distinct abstracts of the seeds."""
    return {text for text, _ in list_seeds()}


def list_seeds() -> Iterator[tuple[str, str]]:
    for path in SEEDS.glob("*.txt"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("Abstract:"):
                yield line.removeprefix("Abstract:"), path.name


@pytest.mark.parametrize("recipe", RECIPES, ids=NAMES)
def test_query_gives_its_answer(
    recipe: Recipe, store: Store, request: pytest.FixtureRequest
) -> None:
    answer = run_query(store, recipe.sparql).serialize("csv").replace("\r\n", "\n")
    golden = ANSWERS / f"{recipe.name}.csv"
    if request.config.getoption("--update-answers"):
        golden.write_text(answer, encoding="utf-8", newline="\n")

    assert answer == golden.read_text(encoding="utf-8")


def test_every_answer_belongs_to_a_query() -> None:
    assert [path.stem for path in sorted(ANSWERS.glob("*.csv"))] == NAMES


def test_turtle_tables_and_store_give_the_same_answers(
    store: Store, seeds_output: Path, tmp_path: Path
) -> None:
    tables = tmp_path / "tables"
    shutil.copytree(seeds_output, tables, ignore=shutil.ignore_patterns("graph.*"))
    stores = [load_store(tables)]
    kg.load(seeds_output).export("store", tmp_path / "store")
    stores.append(load_store(tmp_path / "store"))

    for recipe in RECIPES:
        expected = run_query(store, recipe.sparql).terms
        assert [run_query(other, recipe.sparql).terms for other in stores] == [expected] * 2


@pytest.mark.parametrize("recipe", RECIPES, ids=NAMES)
def test_query_runs_in_any_engine(recipe: Recipe) -> None:
    prepareQuery(recipe.sparql)  # raises where it does not parse or a prefix is not declared


@pytest.mark.parametrize("recipe", RECIPES, ids=NAMES)
def test_query_has_its_question_on_top(recipe: Recipe) -> None:
    assert recipe.sparql.startswith(f"# {recipe.question}\n")
    assert recipe.question.endswith("?")


def test_there_are_at_least_twenty_queries() -> None:
    assert len(RECIPES) >= 20
    assert len({recipe.question for recipe in RECIPES}) == len(RECIPES)


def test_shared_dataset_has_several_abstracts(ask: Ask) -> None:
    abstracts = {(row["dataset"], row["abstract"]) for row in ask("shared-datasets")}
    counts = Counter(dataset for dataset, _ in abstracts)

    assert counts["ImageNet"] > 1


def test_dataset_abstracts_name_the_dataset(ask: Ask, store: Store) -> None:
    rows = ask("dataset-abstracts")
    named = {
        row[0]
        for row in run_query(
            store,
            """SELECT ?n { ?a a kg:Abstract ; skos:prefLabel ?n ; kg:text ?t
                           FILTER (CONTAINS(?t, "ImageNet")) }""",
        ).rows
    }

    assert rows
    assert {row["abstract"] for row in rows} <= named


def test_nothing_builds_on_itself(ask: Ask) -> None:
    assert all(row["abstract"] != row["builds_on"] for row in ask("builds-on"))


def test_best_result_is_the_highest_of_its_dataset_and_metric(ask: Ask) -> None:
    best = ask("best-results")
    assert best
    for row in best:
        results = ask("dataset-results", name=row["dataset"])
        same = [r for r in results if r["metric"] == row["metric"] and r["number"]]
        highest = max(same, key=lambda result: float(result["number"]))
        assert row["value"] in {r["value"] for r in same if r["number"] == highest["number"]}


def test_mention_is_counted_in_characters(ask: Ask, texts: set[str]) -> None:
    rows = ask("mentions")

    assert len(rows) > 1
    for row in rows:
        start, end = int(row["start"]), int(row["end"])
        assert any(text[start:end] == row["words"] and row["sentence"] in text for text in texts)


@pytest.mark.parametrize("name", ["evidence", "statement-evidence", "introduced-by", "doubtful"])
def test_evidence_is_a_sentence_of_an_abstract(name: str, ask: Ask, texts: set[str]) -> None:
    rows = ask(name)

    assert rows
    assert all(any(row["sentence"] in text for text in texts) for row in rows)


def test_doubtful_statements_come_least_certain_first(ask: Ask) -> None:
    confidences = [float(row["confidence"]) for row in ask("doubtful")]

    assert confidences == sorted(confidences)


def test_neighbourhood_holds_both_directions(ask: Ask) -> None:
    rows = ask("neighbourhood", name="language model")

    assert {row["direction"] for row in rows} == {"from", "to"}
    assert "Abstract" in {row["type"] for row in rows}


def test_entity_is_found_by_an_alias_too(ask: Ask) -> None:
    (row,) = {(row["preferred"], row["other"]) for row in ask("names", name="D3M")}

    assert row == ("Data Debiasing with Datamodels", "D3M")
    assert ask("neighbourhood", name="D3M")
    assert ask("neighbourhood", name="D3M") == ask("neighbourhood", name=row[0])


def test_technique_does_not_come_together_with_itself(ask: Ask) -> None:
    rows = ask("techniques-together")

    assert rows
    assert "language model" not in {row["technique"] for row in rows}


def test_code_is_what_the_texts_link_to(ask: Ask, texts: set[str]) -> None:
    rows = ask("code")

    assert len(rows) > 5
    for row in rows:
        address = f"{row['owner']}/{row['repository']}".casefold()
        assert any(address in text.casefold() for text in texts)


def test_repeated_abstracts_are_those_that_stand_in_several_files(ask: Ask) -> None:
    files: dict[str, set[str]] = {}
    for text, name in list_seeds():
        files.setdefault(" ".join(re.findall(r"\w+", text.casefold())), set()).add(name)
    expected = sorted(len(names) for names in files.values() if len(names) > 1)

    assert sorted(int(row["documents"]) for row in ask("repeated-abstracts")) == expected


def test_most_shared_come_first(ask: Ask) -> None:
    counts = [int(row["abstracts"]) for row in ask("most-shared", type="Technique")]

    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 1


def test_central_abstracts_come_most_central_first(ask: Ask) -> None:
    importance = [float(row["importance"]) for row in ask("central-abstracts")]

    assert importance == sorted(importance, reverse=True)


def test_communities_hold_every_abstract(ask: Ask, texts: set[str], store: Store) -> None:
    ((count,),) = run_query(store, "SELECT (COUNT(*) AS ?n) { ?a a kg:Abstract }").rows

    assert str(sum(int(row["abstracts"]) for row in ask("communities"))) == count


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A graph with what the seeds have not: authors, affiliations, years, comparisons."""
    folder = tmp_path_factory.mktemp("small")
    return open_graph(write_turtle(write_small_graph(folder), folder / "graph.ttl"))


def test_authors_are_those_of_the_abstracts_that_name_the_entity(small: Store) -> None:
    assert ask_store(small, "authors") == [
        {"author": "Ann Old", "abstracts": "1"},
        {"author": "Zoe Young", "abstracts": "1"},
    ]


def test_introductions_have_their_year(small: Store) -> None:
    assert ask_store(small, "introductions") == [
        {"year": "2021", "introduced": "CLIP", "abstract": "Learning from text"}
    ]


def test_comparison_in_both_directions_is_shown_once(small: Store) -> None:
    assert [row["relation"] for row in ask_store(small, "comparisons")] == ["comparedWith"]


def test_baselines_are_what_the_introduced_is_compared_with(small: Store) -> None:
    assert ask_store(small, "baselines") == [
        {"introduced": "CLIP", "baseline": "ALIGN", "abstract": "Learning from text"}
    ]


def test_builder_is_linked_to_the_one_who_introduces(small: Store) -> None:
    rows = ask_store(small, "builds-on")

    assert {(row["builds_on"], row["through"]) for row in rows} == {("Learning from text", "CLIP")}


def test_organizations_work_on_the_task_of_their_abstracts(tmp_path: Path) -> None:
    extraction = extract_by_hand(
        "We caption images.", [("caption images", "Task", "addresses")], key="c" * 16
    )
    tables = write_by_hand(tmp_path, [extraction], [stand_in(extraction, affiliations=("MIT",))])
    store = open_graph(write_turtle(tables, tmp_path / "graph.ttl"))

    assert ask_store(store, "organizations", name="caption images") == [
        {"organization": "MIT", "abstracts": "1"}
    ]


def test_variants_are_followed_all_the_way(tmp_path: Path) -> None:
    text = "BERT-large is BERT, which is a Transformer."
    extraction = extract_by_hand(
        text,
        [
            ("BERT-large", "Model", "uses"),
            ("BERT,", "Model", "uses"),
            ("Transformer", "Technique", "uses"),
        ],
        [Relation(f"e{i}", "variantOf", f"e{i + 1}", 0.9, Span(0, len(text))) for i in (1, 2)],
        key="d" * 16,
    )
    tables = write_by_hand(tmp_path, [extraction])
    store = open_graph(write_turtle(tables, tmp_path / "graph.ttl"))

    found = {row["entity"] for row in ask_store(store, "variants", name="Transformer")}
    assert found == {"BERT-large", "BERT,"}
