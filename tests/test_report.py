"""What `kg report` lists of a graph."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from kg.inspection import Inspection, inspect_graph, render_inspection, serialize_inspection
from kg.inspection.doubt import find_doubt
from kg.inspection.names import CountedName, fold_forms
from kg.tables import Tables
from kg.terminal import make_console
from tests.conftest import Run
from tests.graphs import write_small_graph


def count_name(
    folded: str,
    *,
    abstracts: int = 10,
    linked: int = 0,
    elsewhere: int = 0,
    other_types: int = 0,
) -> CountedName:
    return CountedName(folded, abstracts, linked, elsewhere, abstracts, other_types)


def doubt_names(*names: CountedName) -> tuple[float, str, str]:
    doubt = find_doubt(names)
    return doubt.value, doubt.name.folded, doubt.reason


@pytest.fixture(scope="module")
def tables(seeds_output: Path) -> Tables:
    return Tables(seeds_output / "tables")


@pytest.fixture(scope="module")
def inspection(tables: Tables) -> Inspection:
    return inspect_graph(tables, shared=10, merges=5)


def test_the_entities_of_most_abstracts_come_first(inspection: Inspection, tables: Tables) -> None:
    counts = sorted((row["abstracts"] for row in tables.rows("entities")), reverse=True)
    assert [entity.abstracts for entity in inspection.shared] == counts[:10]
    assert (inspection.shared[0].name, inspection.shared[0].aliases) == (
        "language model",
        ("LM", "LMs", "Language models", "language models"),
    )


def test_an_entity_of_one_abstract_is_not_shared(tables: Tables) -> None:
    found = inspect_graph(tables, shared=1_000, merges=1).shared
    assert len(found) == sum(row["abstracts"] > 1 for row in tables.rows("entities"))


def test_each_name_of_a_merge_stands_in_its_sentence(
    inspection: Inspection, tables: Tables
) -> None:
    assert len(inspection.random) == len(inspection.unsure) == 5
    texts = {row["id"]: row["text"] for row in tables.rows("abstracts")}
    for merge in (*inspection.random, *inspection.unsure):
        assert len(merge.contexts) > 1
        for context in merge.contexts:
            assert texts[context.abstract][context.start : context.end] == context.form
            assert context.form in context.sentence


def test_plurals_and_capitals_make_no_merge(tables: Tables) -> None:
    every = inspect_graph(tables, shared=1, merges=10_000)
    assert len(every.random) == every.merged
    for merge in every.random:
        folded = fold_forms([context.form for context in merge.contexts]).to_pylist()
        assert len(set(folded)) == len(folded)


def test_the_least_sure_merges_come_first(tables: Tables) -> None:
    doubts = [merge.doubt for merge in inspect_graph(tables, shared=1, merges=50).unsure]
    assert doubts == sorted(doubts, reverse=True)


def test_the_same_seed_draws_the_same_merges_and_another_others(tables: Tables) -> None:
    def draw(seed: int) -> list[str]:
        return [m.id for m in inspect_graph(tables, shared=1, merges=5, seed=seed).random]

    assert draw(1) == draw(1)
    assert draw(1) != draw(2)


def test_a_graph_without_merges_has_none_to_report(tmp_path: Path) -> None:
    found = inspect_graph(write_small_graph(tmp_path), shared=10, merges=10)
    assert found.merged == len(found.random) == len(found.unsure)


# ---- doubt


def test_a_name_that_looks_like_another_thing_is_doubtful() -> None:
    value, name, reason = doubt_names(count_name("translation"), count_name("rotation"))
    assert value > 0.3
    assert (name, reason) == ("rotation", "unlike")


def test_an_abbreviation_is_not_unlike_what_it_has_the_letters_of() -> None:
    assert doubt_names(count_name("languagemodel"), count_name("lm"))[0] == 0


def test_abstracts_that_use_both_names_speak_for_them() -> None:
    apart = doubt_names(count_name("autonomousdriving"), count_name("selfdrivingcar"))
    together = doubt_names(count_name("autonomousdriving"), count_name("selfdrivingcar", linked=9))
    assert together[0] < apart[0] / 5


def test_a_name_of_other_entities_is_doubtful_where_it_stands_alone() -> None:
    names = count_name("graphattentionnetwork"), count_name("gat", elsewhere=30)
    assert doubt_names(*names) == (0.75, "gat", "ambiguous")
    defined = count_name("graphattentionnetwork"), count_name("gat", elsewhere=30, linked=10)
    assert doubt_names(*defined)[0] == 0


def test_mentions_of_other_types_are_doubtful() -> None:
    names = count_name("mscoco"), count_name("coco", other_types=10)
    assert doubt_names(*names)[2] == "types"


def test_forms_fold_to_what_they_have_in_common() -> None:
    forms: Sequence[str] = ["Pre-training", "pretraining", "Policies", "policy", "LMs", "C++", "+"]
    assert fold_forms(forms).to_pylist() == [
        "pretraining",
        "pretraining",
        "policy",
        "policy",
        "lm",
        "c",
        "+",
    ]


# ---- the command


def test_report_lists_shared_random_and_unsure(run: Callable[..., Run], seeds_output: Path) -> None:
    ended = run("report", seeds_output, "--limit", 3)
    assert ended.code == 0
    for part in ("Most shared", "language model", "drawn at random", "least sure", "doubt 0."):
        assert part in ended.out
    assert run("report", seeds_output, "--limit", 3) == ended


def test_report_is_json_for_another_program(run: Callable[..., Run], seeds_output: Path) -> None:
    found = json.loads(run("report", seeds_output, "--limit", 3, "--format", "json").out)
    assert [len(found[part]) for part in ("shared", "random", "unsure")] == [3, 3, 3]
    assert found["unsure"][0].keys() >= {"id", "doubt", "doubtful", "reason", "contexts"}


def test_report_of_a_turtle_file_is_that_of_its_graph(
    run: Callable[..., Run], seeds_output: Path
) -> None:
    of_turtle = json.loads(run("report", seeds_output / "graph.ttl", "--format", "json").out)
    of_tables = json.loads(run("report", seeds_output, "--format", "json").out)
    assert of_turtle["shared"] == of_tables["shared"]


def test_what_an_abstract_says_does_not_act_on_the_terminal(
    inspection: Inspection, capsys: pytest.CaptureFixture[str]
) -> None:
    from dataclasses import replace

    merge = replace(inspection.unsure[0], name="\x1b[31m[bold]evil", doubtful="\x07")
    render_inspection(replace(inspection, unsure=(merge,)), make_console())
    out = capsys.readouterr().out
    assert "\ufffd[31m[bold]evil" in out
    assert "\x1b" not in out
    assert json.loads(serialize_inspection(replace(inspection, unsure=(merge,))))
