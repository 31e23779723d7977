"""What the explorer is told of a small graph in a store, of which there are no tables."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pyoxigraph import Store

from kg.query import open_graph
from kg.serve.exploration import Exploration
from kg.serve.refusals import RefusalError
from kg.serve.suggestions import write_index
from tests.extractions import extract_by_hand, stand_in, write_by_hand
from tests.graphs import update_store, write_turtle

BASE_IRI = "https://kg.example/"
FIRST, SECOND = (f"abstract/{key * 16}" for key in "ab")


@pytest.fixture
def exploration(store: Store) -> Iterator[Exploration]:
    with closing(Exploration(store, BASE_IRI)) as exploration:
        yield exploration


@pytest.fixture
def suggest(exploration: Exploration, store: Store, tmp_path: Path) -> Callable[[str], list[str]]:
    """Ids of the nodes of the small graph that answer a text."""
    index = tmp_path / "index"
    write_index(store, BASE_IRI, index)
    return lambda text: [node["id"] for node in exploration.suggest(text, index)["nodes"]]


# ---- Neighbourhoods


def test_abstract_comes_with_text_mentions_and_places(exploration: Exploration) -> None:
    answer = exploration.describe_neighbourhood(FIRST, 0, 50)

    abstract = answer["nodes"][0]
    assert abstract["text"].startswith("We introduce CLIP")
    assert abstract["title"] == "Learning from text"
    assert abstract["year"] == 2021
    assert abstract["authors"] == ["Ann Old", "Zoe Young"]
    assert [abstract["text"][start:end] for start, end, *_ in abstract["mentions"]] == [
        "CLIP",
        "ALIGN",
        "accuracy",
        "ImageNet",
    ]
    assert [line for _, line, _ in abstract["places"]] == [1]
    labels = {node["id"]: node["label"] for node in answer["nodes"]}
    (result,) = answer["results"]
    assert (labels[result["of"]], labels[result["on"]]) == ("CLIP", "ImageNet")
    assert (labels[result["metric"]], result["value"]) == ("accuracy", "76.2%")


def test_mention_of_a_node_that_is_not_in_the_answer_names_it(exploration: Exploration) -> None:
    whole = exploration.describe_neighbourhood(FIRST, 0, 50)
    alone = exploration.describe_neighbourhood(FIRST, 50, 50)

    assert len(alone["nodes"]) == 1
    assert alone["nodes"][0]["mentions"] == whole["nodes"][0]["mentions"]


def test_repositories_organizations_and_linked_abstracts_are_neighbours(
    exploration: Exploration,
) -> None:
    kinds = {
        node["kind"]
        for abstract in (FIRST, SECOND)
        for node in exploration.describe_neighbourhood(abstract, 0, 50)["nodes"][1:]
    }

    assert {"Repository", "Organization", "Abstract"} <= kinds


def test_link_says_what_it_rests_on(exploration: Exploration) -> None:
    answer = exploration.describe_neighbourhood(FIRST, 0, 50)

    (link,) = [edge for edge in answer["edges"] if edge["predicate"] == "buildsOn"]
    labels = {node["id"]: node["label"] for node in answer["nodes"]}
    assert (link["from"], link["to"]) == (SECOND, FIRST)
    assert [labels[entity] for entity in link["via"]] == ["CLIP"]
    assert {item["abstract"] for item in link["evidence"]} == {FIRST, SECOND}


def test_evidence_in_an_abstract_that_is_not_in_the_answer_is_quoted(
    exploration: Exploration,
) -> None:
    (clip,) = [
        node["id"]
        for node in exploration.describe_neighbourhood(FIRST, 0, 50)["nodes"]
        if node["label"] == "CLIP"
    ]
    answer = exploration.describe_neighbourhood(clip, 0, 50)
    (align,) = [node["id"] for node in answer["nodes"] if node["label"] == "ALIGN"]
    place = [node["id"] for node in answer["nodes"]].index(align) - 1

    answer = exploration.describe_neighbourhood(clip, place, 1)
    (edge,) = answer["edges"]
    (quote,) = edge["evidence"]
    assert {node["id"] for node in answer["nodes"]} == {clip, align} == {edge["from"], edge["to"]}
    assert quote["label"] == "Learning from text"
    assert "compare CLIP with ALIGN" in quote["sentence"]


def test_offsets_count_utf16(tmp_path: Path) -> None:
    clip = extract_by_hand(
        "\U0001f680\U0001f680 We introduce CLIP.", [("CLIP", "Model", "introduces")], key="c" * 16
    )
    tables = write_by_hand(tmp_path, [clip], [stand_in(clip)])
    store = open_graph(write_turtle(tables, tmp_path / "graph.ttl"))

    found = Exploration(store, BASE_IRI).describe_neighbourhood(f"abstract/{'c' * 16}", 0, 50)
    ((start, end, *_),) = found["nodes"][0]["mentions"]
    text = found["nodes"][0]["text"].encode("utf-16-le")
    assert text[2 * start : 2 * end].decode("utf-16-le") == "CLIP"


def test_damaged_graph_is_said_to_be_damaged(exploration: Exploration, store: Store) -> None:
    update_store(
        store,
        'DELETE { ?a dcterms:issued ?y } INSERT { ?a dcterms:issued "soon" } '
        "WHERE { ?a dcterms:issued ?y }",
    )

    with pytest.raises(RefusalError, match="damaged or edited"):
        exploration.describe_neighbourhood(FIRST, 0, 50)


# ---- Search


@pytest.mark.parametrize("text", ["probe clip", "We probe CLIP on"])
def test_abstract_is_found_by_words_of_its_text(
    suggest: Callable[[str], list[str]], text: str
) -> None:
    assert SECOND in suggest(text)


@pytest.mark.parametrize("text", ["zoe", "icml", "vision", "learning text", "reach 76 2"])
def test_abstract_is_found_by_its_metadata_too(
    suggest: Callable[[str], list[str]], text: str
) -> None:
    assert suggest(text) == [FIRST]


@pytest.mark.parametrize(
    "text", ["", "  ", "no-such-name", "*", '"', "\U0001f680", "clip NOT clip", "a" * 999, "\0"]
)
def test_text_that_nothing_answers_finds_nothing(
    suggest: Callable[[str], list[str]], text: str
) -> None:
    assert suggest(text) == []
