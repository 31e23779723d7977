"""The user's last word on entities."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import CorrectionsError
from kg.resolve import Corrections, parse_corrections, read_corrections, resolve
from kg.resolve.corrections import Ban, Merge, Reference, Rename, Retype, Split
from tests.mentions import Named, find, mention, mention_in, resolve_mentions

QUILTING: Named = ("Technique", ["quilting"])
KNITTING: Named = ("Technique", ["knitting"])
SEWING: Named = ("Task", ["sewing"])


# ---- what they do


def test_merged_entities_are_one_under_the_first_name() -> None:
    corrections = parse_corrections('[[merge]]\nnames = ["knitting", "quilting"]')
    _, (quilting, knitting) = resolve_mentions(QUILTING, KNITTING, corrections=corrections)
    assert quilting == knitting
    assert knitting is not None
    assert (knitting.id, knitting.name) == ("technique/knitting", "knitting")
    assert knitting.aliases == ("quilting",)


def test_entities_of_two_types_can_be_merged() -> None:
    corrections = parse_corrections('[[merge]]\nnames = ["quilting", "sewing"]')
    _, (quilting, sewing) = resolve_mentions(QUILTING, SEWING, corrections=corrections)
    assert quilting == sewing
    assert sewing is not None
    assert sewing.type == "Technique"


def test_what_stands_under_a_split_alias_alone_is_another_thing() -> None:
    corrections = parse_corrections(
        """
        [[split]]
        name = "quilting"
        alias = "QT"
        into = "quick tailoring"
        into_type = "Task"
        """
    )
    _, (both, long, short) = resolve_mentions(
        ("Technique", ["quilting", "QT"]),
        QUILTING,
        ("Technique", ["QT"]),
        corrections=corrections,
    )
    assert both == long
    assert short is not None
    assert (short.id, short.name, short.aliases) == (
        "task/quick-tailoring",
        "quick tailoring",
        ("QT",),
    )


def test_what_split_abstracts_name_is_another_thing() -> None:
    corrections = parse_corrections(
        '[[split]]\nname = "quilting"\nabstracts = ["a1"]\ninto = "other quilting"'
    )
    _, (first, second) = resolve_mentions(QUILTING, QUILTING, corrections=corrections)
    assert first is not None
    assert second is not None
    assert (first.name, second.name) == ("quilting", "other quilting")


def test_split_abstracts_can_be_named_by_the_ids_of_the_input() -> None:
    corrections = parse_corrections(
        '[[split]]\nname = "quilting"\nabstracts = ["paper-7"]\ninto = "other quilting"'
    ).with_keys({"paper-7": "a1"})
    _, (first, second) = resolve_mentions(QUILTING, QUILTING, corrections=corrections)
    assert first != second


def test_a_renamed_entity_has_name_and_id_of_its_own() -> None:
    corrections = parse_corrections('[[rename]]\nname = "quilting"\nto = "Patchwork"')
    _, (quilting,) = resolve_mentions(QUILTING, corrections=corrections)
    assert quilting is not None
    assert (quilting.id, quilting.name) == ("technique/patchwork", "Patchwork")
    assert quilting.aliases == ("quilting",)


def test_an_entity_that_is_renamed_to_another_is_that_entity() -> None:
    corrections = parse_corrections('[[rename]]\nname = "quilting"\nto = "knitting"')
    _, (quilting, knitting) = resolve_mentions(QUILTING, KNITTING, corrections=corrections)
    assert quilting == knitting


def test_a_retyped_entity_has_the_id_of_its_type() -> None:
    corrections = parse_corrections('[[retype]]\nname = "quilting"\nto = "Task"')
    _, (quilting,) = resolve_mentions(QUILTING, corrections=corrections)
    assert quilting is not None
    assert (quilting.id, quilting.type) == ("task/quilting", "Task")


def test_two_types_of_a_thing_are_one_entity_once_they_are_one_type() -> None:
    corrections = parse_corrections(
        '[[retype]]\nname = "Twitter"\ntype = "Software"\nto = "Dataset"'
    )
    dataset: Named = ("Dataset", ["Twitter"])
    platform: Named = ("Software", ["Twitter"])
    resolution, _ = resolve_mentions(*[dataset] * 2, *[platform] * 2, corrections=corrections)
    assert [entity.id for entity in resolution.entities] == ["dataset/twitter"]


CNN_RETYPED = """
    [[retype]]
    name = "CNN"
    type = "Model"
    to = "Technique"
    """
CNN_TWICE: list[Named] = [
    *[("Model", ["CNN"])] * 2,
    *[("Technique", ["convolutional neural network"])] * 2,
]


def test_a_thing_of_two_types_and_two_names_is_one_entity_once_it_is_of_one_type() -> None:
    resolution, found = resolve_mentions(*CNN_TWICE, corrections=parse_corrections(CNN_RETYPED))
    (entity,) = resolution.entities
    assert found == [entity] * 4
    assert (entity.id, entity.name, entity.aliases) == (
        "technique/convolutional-neural-network",
        "convolutional neural network",
        ("CNN",),
    )


def test_such_an_entity_has_the_name_that_the_user_gives_it() -> None:
    corrections = parse_corrections(CNN_RETYPED + '[[rename]]\nname = "CNN"\nto = "ConvNet"')
    resolution, _ = resolve_mentions(*CNN_TWICE, corrections=corrections)
    assert [(entity.id, entity.name) for entity in resolution.entities] == [
        ("technique/convnet", "ConvNet")
    ]


def test_such_an_entity_can_be_banned_by_both_of_its_names() -> None:
    for name in ("CNN", "convolutional neural network"):
        corrections = parse_corrections(CNN_RETYPED + f'[[ban]]\nname = "{name}"')
        resolution, _ = resolve_mentions(*CNN_TWICE, corrections=corrections)
        assert (resolution.entities, resolution.notes) == ((), ())


def test_what_the_user_gives_two_names_stays_two_entities() -> None:
    corrections = parse_corrections(
        CNN_RETYPED
        + """
        [[rename]]
        name = "CNN"
        to = "3D-CNN"
        [[rename]]
        name = "convolutional neural network"
        to = "3d cnn"
        """
    )
    resolution, found = resolve_mentions(*CNN_TWICE, corrections=corrections)
    assert {entity.name for entity in resolution.entities} == {"3D-CNN", "3d cnn"}
    assert None not in found


def test_a_banned_entity_is_none() -> None:
    corrections = parse_corrections('[[ban]]\nname = "quilting"')
    resolution, (quilting, knitting) = resolve_mentions(QUILTING, KNITTING, corrections=corrections)
    assert quilting is None
    assert [entity.id for entity in resolution.entities] == ["technique/knitting"]
    assert knitting is not None


def test_an_entity_that_is_renamed_can_be_banned_by_its_new_name() -> None:
    corrections = parse_corrections(
        '[[rename]]\nname = "quilting"\nto = "knitting"\n[[ban]]\nname = "knitting"'
    )
    resolution, _ = resolve_mentions(QUILTING, KNITTING, corrections=corrections)
    assert resolution.entities == ()
    assert resolution.notes == ()


def test_a_banned_organization_is_none_of_an_affiliation() -> None:
    corrections = parse_corrections('[[ban]]\nname = "Independent Researcher"')
    resolution = resolve([], affiliations=["Independent Researcher"], corrections=corrections)
    assert resolution.organizations == {}


# ---- what they are about


@pytest.mark.parametrize("name", ["quilting", "Quilting", "QLT", "technique/quilting"])
def test_an_entity_is_named_by_name_alias_or_id(name: str) -> None:
    corrections = Corrections(bans=(Ban(Reference(name)),))
    _, (entity,) = resolve_mentions(("Technique", ["quilting", "QLT"]), corrections=corrections)
    assert entity is None


def test_a_type_tells_entities_of_one_name_apart() -> None:
    text = "A task and a dataset, both SILA."
    extraction = mention_in("a", text, ("Task", ["SILA"]), ("Dataset", ["SILA"]))
    corrections = parse_corrections('[[ban]]\nname = "SILA"\ntype = "Task"')
    resolution = resolve([extraction], corrections=corrections)
    assert find(resolution, "a", "e1") is None
    assert find(resolution, "a", "e2") is not None


def test_a_correction_that_fits_several_entities_is_left_out_and_reported() -> None:
    text = "A task and a dataset, both SILA."
    extraction = mention_in("a", text, ("Task", ["SILA"]), ("Dataset", ["SILA"]))
    corrections = parse_corrections('[[ban]]\nname = "SILA"')
    resolution = resolve([extraction], corrections=corrections)
    assert len(resolution.entities) == 2
    assert resolution.notes == (
        "ban 'SILA': 'SILA' may be SILA (Dataset), SILA (Task); give its type or id",
    )


@pytest.mark.parametrize(
    "corrections",
    [
        Corrections(bans=(Ban(Reference("weaving")),)),
        Corrections(bans=(Ban(Reference("quilting", "Metric")),)),
        Corrections(renames=(Rename(Reference("weaving"), "sewing"),)),
        Corrections(retypes=(Retype(Reference("weaving"), "Task"),)),
        Corrections(merges=(Merge((Reference("quilting"), Reference("weaving"))),)),
        Corrections(splits=(Split(Reference("quilting"), "other", alias="weaving"),)),
        Corrections(splits=(Split(Reference("quilting"), "other", abstracts=("a9",)),)),
    ],
)
def test_a_correction_that_fits_nothing_is_reported_and_changes_nothing(
    corrections: Corrections,
) -> None:
    resolution = resolve(mention(QUILTING), corrections=corrections)
    assert resolution.entities == resolve(mention(QUILTING)).entities
    (note,) = resolution.notes
    assert "weaving" in note or "a9" in note or "Metric" in note


def test_corrections_hold_when_more_abstracts_come() -> None:
    corrections = parse_corrections('[[merge]]\nnames = ["knitting", "quilting"]')
    before, _ = resolve_mentions(QUILTING, KNITTING, corrections=corrections)
    after, _ = resolve_mentions(QUILTING, KNITTING, SEWING, QUILTING, corrections=corrections)
    assert set(before.entities) <= set(after.entities)


# ---- the file


def test_a_file_may_hold_all_kinds_of_corrections(tmp_path: Path) -> None:
    path = tmp_path / "fixes.toml"
    path.write_text(
        """
        [[merge]]
        names = ["ConvNet", "CNN"]
        type = "Technique"

        [[split]]
        name = "MAP"
        alias = "mAP"
        into = "mean average precision"
        into_type = "Metric"

        [[rename]]
        name = "ViT"
        to = "vision transformer"

        [[retype]]
        name = "DomainBed"
        to = "Dataset"

        [[ban]]
        name = "deep"
        """
    )
    assert read_corrections(path) == Corrections(
        splits=(Split(Reference("MAP"), "mean average precision", "Metric", "mAP"),),
        merges=(Merge((Reference("ConvNet", "Technique"), Reference("CNN", "Technique"))),),
        retypes=(Retype(Reference("DomainBed"), "Dataset"),),
        renames=(Rename(Reference("ViT"), "vision transformer"),),
        bans=(Ban(Reference("deep")),),
    )


def test_an_empty_file_corrects_nothing() -> None:
    assert parse_corrections("") == Corrections()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[merge", "is not TOML"),
        ("[[join]]\nnames = []", "'join' is no correction; write [[merge]], [[split]]"),
        ('[ban]\nname = "x"', "write [[ban]], with double brackets"),
        ("ban = 3", "write [[ban]], with double brackets"),
        ('[[merge]]\nnames = ["x"]', "[[merge]] number 1: write names = "),
        ('[[merge]]\nnames = ["x", 3]', "[[merge]] number 1: write names = "),
        ("[[rename]]\nname = 3", "[[rename]] number 1: write name = "),
        ('[[rename]]\nname = "x"', "[[rename]] number 1: write to = "),
        ('[[rename]]\nname = " "\nto = "x"', "[[rename]] number 1: write name = "),
        ('[[retype]]\nname = "x"\nto = "Thing"', "`to` must be one of Model, Dataset"),
        ('[[ban]]\nname = "x"\nkind = "y"', "`kind` is not known there; it may have `name`"),
        ('[[split]]\nname = "x"\ninto = "y"', "write either `alias` or `abstracts`"),
    ],
)
def test_a_file_that_says_something_else_is_an_error(
    tmp_path: Path, text: str, problem: str
) -> None:
    path = tmp_path / "fixes.toml"
    path.write_text(text)
    with pytest.raises(CorrectionsError) as raised:
        read_corrections(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert problem in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorrectionsError, match="cannot be read"):
        read_corrections(tmp_path / "missing.toml")


def test_a_file_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "fixes.toml"
    path.write_bytes(b'[[ban]]\nname = "\xff"')
    with pytest.raises(CorrectionsError, match="byte 16 is not UTF-8"):
        read_corrections(path)


@given(st.text())
def test_any_text_is_understood_or_an_error(text: str) -> None:
    try:
        corrections = parse_corrections(text)
    except CorrectionsError:
        return
    assert isinstance(corrections, Corrections)


names = st.sampled_from(["quilting", "knitting", "sewing", "QLT", "other", "technique/quilting"])
references = st.builds(Reference, names, st.sampled_from([None, "Technique", "Task"]))


@given(
    st.builds(
        Corrections,
        splits=st.lists(
            st.builds(Split, references, names, st.none() | st.just("Task"), names), max_size=2
        ).map(tuple),
        merges=st.lists(
            st.lists(references, min_size=2, max_size=3).map(tuple).map(Merge), max_size=2
        ).map(tuple),
        retypes=st.lists(st.builds(Retype, references, st.just("Task")), max_size=2).map(tuple),
        renames=st.lists(st.builds(Rename, references, names), max_size=2).map(tuple),
        bans=st.lists(st.builds(Ban, references), max_size=1).map(tuple),
    )
)
def test_whatever_is_corrected_ids_are_unique_and_nodes_are_entities(
    corrections: Corrections,
) -> None:
    resolution, _ = resolve_mentions(
        ("Technique", ["quilting", "QLT"]),
        QUILTING,
        KNITTING,
        SEWING,
        ("Task", ["QLT"]),
        corrections=corrections,
    )
    ids = [entity.id for entity in resolution.entities]
    assert len(set(ids)) == len(ids)
    assert set(resolution.nodes.values()) == set(ids)


things = st.sampled_from(
    ["CNN", "convolutional neural network", "3D-CNN", "3d cnn", "SILA", "technique/cnn"]
)
types = st.sampled_from(["Model", "Technique", "Dataset"])
named_things = st.builds(Reference, things, st.none() | types)


@given(
    st.lists(st.tuples(types, things.map(lambda name: [name])), min_size=1, max_size=8),
    st.builds(
        Corrections,
        splits=st.lists(
            st.builds(Split, named_things, things, st.none() | types, things), max_size=2
        ).map(tuple),
        merges=st.lists(
            st.lists(named_things, min_size=2, max_size=3).map(tuple).map(Merge), max_size=1
        ).map(tuple),
        retypes=st.lists(st.builds(Retype, named_things, types), max_size=3).map(tuple),
        renames=st.lists(st.builds(Rename, named_things, things), max_size=3).map(tuple),
    ),
)
def test_nothing_is_lost_unless_it_is_banned(
    mentioned: list[Named], corrections: Corrections
) -> None:
    resolution, found = resolve_mentions(*mentioned, corrections=corrections)
    assert None not in found
    assert len({entity.id for entity in resolution.entities}) == len(resolution.entities)


def test_a_split_by_an_abstract_that_does_not_name_it_is_reported() -> None:
    corrections = parse_corrections(
        '[[split]]\nname = "quilting"\nabstracts = ["nowhere"]\ninto = "x"'
    )
    resolution, _ = resolve_mentions(QUILTING, corrections=corrections)
    (note,) = resolution.notes
    assert note.endswith("none of the abstracts nowhere names it")


def test_a_control_character_in_a_name_is_refused() -> None:
    with pytest.raises(CorrectionsError, match="`to` has a control character"):
        parse_corrections('[[rename]]\nname = "x"\nto = "a\\u0000b"')
