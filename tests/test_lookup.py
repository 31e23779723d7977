"""What a name means: entities and abstracts of the seeds, and of small graphs."""

from dataclasses import replace
from pathlib import Path

import pytest

import kg
from kg.errors import GraphError
from kg.lookup import find_nodes
from kg.tables import Tables
from tests.extractions import extract_by_hand, stand_in, write_by_hand


@pytest.fixture(scope="module")
def tables(seeds_output: Path) -> Tables:
    return kg.load(seeds_output).tables


def test_entity_is_found_by_id_name_and_alias_in_any_case(tables: Tables) -> None:
    for row in tables.rows("entities", ("id", "name", "aliases")):
        assert find_nodes(tables, row["id"].upper()) == [row["id"]]
        for name in (row["name"], *row["aliases"]):
            assert row["id"] in find_nodes(tables, f" {name.swapcase()} ")


def test_abstract_is_found_by_id_key_and_label(tables: Tables) -> None:
    for row in tables.rows("abstracts", ("id", "label")):
        assert find_nodes(tables, row["id"]) == [row["id"]]
        assert find_nodes(tables, row["id"].removeprefix("abstract/")) == [row["id"]]
        assert row["id"] in find_nodes(tables, row["label"].casefold())


def test_abstract_is_found_by_title_and_by_the_id_of_the_input(tmp_path: Path) -> None:
    extraction = extract_by_hand("We introduce Swan.", [("Swan", "Dataset", "introduces")])
    abstract = stand_in(extraction, title="Swans at Night")
    (place,) = abstract.places
    abstract = replace(abstract, places=(replace(place, id="ACL-7"),))
    tables = write_by_hand(tmp_path, [extraction], [abstract])
    (id,) = (row["id"] for row in tables.rows("abstracts"))

    assert find_nodes(tables, "swans at night") == [id]
    assert find_nodes(tables, "acl-7") == [id]


def test_name_that_more_abstracts_use_comes_first(tmp_path: Path) -> None:
    tables = write_by_hand(
        tmp_path,
        [
            extract_by_hand("We introduce Swan.", [("Swan", "Dataset", "introduces")]),
            extract_by_hand("We use Swan here.", [("Swan", "Model", "uses")]),
            extract_by_hand("We use Swan there.", [("Swan", "Model", "uses")]),
        ],
    )

    types = [node.partition("/")[0] for node in find_nodes(tables, "swan")]
    assert types[:2] == ["model", "dataset"]


def test_nothing_of_that_name_suggests_what_is_near(tables: Tables) -> None:
    with pytest.raises(GraphError, match="nothing is called 'ImagNet'; near it are 'ImageNet'"):
        find_nodes(tables, "ImagNet")
