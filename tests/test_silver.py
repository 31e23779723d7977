"""Silver labels: which abstracts are labelled, and what is added to what a pipeline finds."""

from __future__ import annotations

import json

import pytest

from kg.corpus_format import extraction_from_record
from kg.extract import load_pipeline
from kg.folding import fold_text
from kg.training.silver import (
    LEAST_AFFILIATIONS,
    add_organisations,
    choose_abstracts,
    find_organisations,
    label_abstracts,
)
from tests.extractions import extract_by_hand

FILLER = "We train ResNet-50 and BERT on ImageNet, WMT14, GLUE and CIFAR-10. " * 10


def affiliated(*names: str, count: int = LEAST_AFFILIATIONS) -> list[dict[str, object]]:
    return [{"id": str(n), "abstract": "", "affiliations": list(names)} for n in range(count)]


ORGANISATIONS = find_organisations(affiliated("Acme Labs", "Acme"))


def test_affiliations_of_many_abstracts_are_organisations() -> None:
    assert ORGANISATIONS.findall("Acme Labs and Acme, not Acmeology nor Acme-based") == [
        "Acme Labs",
        "Acme",
    ]


def test_affiliations_of_few_are_not() -> None:
    few = find_organisations(affiliated("Acme", count=LEAST_AFFILIATIONS - 1))
    assert not few.search("Acme")


def test_abstracts_that_are_known_are_left_out() -> None:
    records = [{"id": "a", "abstract": FILLER + "One."}, {"id": "b", "abstract": FILLER + "Two."}]
    known = frozenset({fold_text(FILLER + "ONE.")})
    every = {a.key for a in choose_abstracts(records * 20, frozenset(), ORGANISATIONS)}
    assert every == {"a", "b"}
    assert {a.key for a in choose_abstracts(records * 20, known, ORGANISATIONS)} == {"b"}


def test_an_abstract_that_names_an_organisation_is_always_taken() -> None:
    plain = "it is about nothing that has a name. " * 20
    records = [{"id": "plain", "abstract": plain}, {"id": "named", "abstract": plain + "Acme."}]
    assert [a.key for a in choose_abstracts(records, frozenset(), ORGANISATIONS)] == ["named"]


@pytest.mark.parametrize(
    ("kind", "expected"), [("Technique", "Organization"), ("Dataset", "Dataset")]
)
def test_an_organisation_taken_for_a_technique_is_put_right(kind: str, expected: str) -> None:
    found = extract_by_hand("We thank Acme.", [("Acme", kind, "uses")])
    assert [e.type for e in add_organisations(found, ORGANISATIONS).entities] == [expected]


def test_an_organisation_that_was_missed_is_added_with_all_its_places() -> None:
    found = extract_by_hand("Acme and Acme Net by Acme.", [("Acme Net", "Model", "uses")])
    _, added = add_organisations(found, ORGANISATIONS).entities
    assert (added.type, [(m.start, m.end) for m in added.mentions]) == (
        "Organization",
        [(0, 4), (21, 25)],
    )


def test_labels_are_records_to_train_on() -> None:
    chosen = choose_abstracts(
        [{"id": "a", "abstract": FILLER + "By Acme."}], frozenset(), ORGANISATIONS
    )
    (record,) = label_abstracts(chosen, load_pipeline(), ORGANISATIONS)
    again = extraction_from_record(json.loads(json.dumps(record)))
    assert {"ImageNet", "Acme"} <= {e.name for e in again.entities}
