from collections.abc import Iterable

import pytest

from kg.identity import slugify
from kg.link.abstract_links import MIN_HUB, STRONGEST_LINKS
from kg.records import (
    Extraction,
    Hyperlink,
    Linkage,
    Mention,
    Relation,
    Result,
    Span,
    Statement,
)
from tests.extractions import extract_by_hand, link_by_hand, stand_in

CLIP_ID = f"model/{slugify('CLIP')}"
CLIP = extract_by_hand("We introduce CLIP.", [("CLIP", "Model", "introduces")], key="clip")
USER = extract_by_hand(
    "We steer CLIP on ImageNet.",
    [("CLIP", "Model", "uses"), ("ImageNet", "Dataset", "evaluatesOn")],
    key="user",
)
RIVAL = extract_by_hand(
    "Ours beats CLIP on ImageNet.",
    [("CLIP", "Model", "comparesWith"), ("ImageNet", "Dataset", "evaluatesOn")],
    key="rival",
)


def find(linkage: Linkage, predicate: str, category: str = "link") -> list[Statement]:
    return [s for s in linkage.statements if (s.predicate, s.category) == (predicate, category)]


def ends(statements: Iterable[Statement]) -> set[tuple[str, str]]:
    return {(s.subject, s.object) for s in statements}


def test_role_is_a_statement_with_its_mention_and_sentence_as_evidence() -> None:
    linkage = link_by_hand([CLIP])
    (statement,) = find(linkage, "introduces", "role")
    assert (statement.subject, statement.object) == ("abstract/clip", CLIP_ID)
    (evidence,) = [e for e in linkage.evidence if e.statement == statement.id]
    assert evidence.span == Span(13, 17)
    assert evidence.sentence == Span(0, len(CLIP.text))
    assert evidence.confidence == statement.confidence == pytest.approx(0.72)


def test_several_extracted_entities_of_one_thing_have_the_role_that_says_most() -> None:
    text = "CLIP is known. We extend CLIP."
    extraction = extract_by_hand(text, [("CLIP", "Model", "mentions")])
    (first,) = extraction.entities
    second = extract_by_hand(text, [("CLIP", "Model", "studies")]).entities[0]
    both = Extraction(
        "k",
        text,
        entities=(
            first,
            type(second)("e2", "Model", "CLIP", (Mention(25, 29, "CLIP"),), "studies", 0.5, 0.5),
        ),
    )
    linkage = link_by_hand([both])
    assert [s.predicate for s in linkage.statements if s.category == "role"] == ["studies"]


def test_abstract_builds_on_the_one_that_introduces_what_it_uses() -> None:
    linkage = link_by_hand([CLIP, USER, RIVAL])
    (statement,) = find(linkage, "buildsOn")
    assert (statement.subject, statement.object) == ("abstract/user", "abstract/clip")
    assert statement.via == (CLIP_ID,)


def test_abstract_compares_with_the_one_that_introduces_its_baseline() -> None:
    linkage = link_by_hand([CLIP, USER, RIVAL])
    assert ends(find(linkage, "comparesWith")) == {("abstract/rival", "abstract/clip")}


def test_link_has_evidence_in_both_abstracts() -> None:
    linkage = link_by_hand([CLIP, USER])
    (statement,) = find(linkage, "buildsOn")
    evidence = [e for e in linkage.evidence if e.statement == statement.id]
    assert {(e.abstract, e.span, e.entity) for e in evidence} == {
        ("abstract/clip", Span(13, 17), CLIP_ID),
        ("abstract/user", Span(9, 13), CLIP_ID),
    }


def test_what_an_earlier_paper_names_is_not_introduced_by_a_later_one() -> None:
    abstracts = [stand_in(CLIP, year=2021), stand_in(USER, year=2019)]
    assert not find(link_by_hand([CLIP, USER], abstracts), "buildsOn")


def test_what_two_introduce_is_nobodys_contribution() -> None:
    other = extract_by_hand("We introduce CLIP 2.", [("CLIP", "Model", "introduces")], key="other")
    assert not find(link_by_hand([CLIP, other, USER]), "buildsOn")


def test_what_common_words_name_is_nobodys_contribution() -> None:
    name = "contrastive learning"
    extractions = [
        extract_by_hand(f"{verb} {name}.", [(name, "Technique", role)], key=role)
        for verb, role in (("We introduce", "introduces"), ("We use", "uses"))
    ]
    assert not find(link_by_hand(extractions), "buildsOn")


def test_rarer_shared_entities_weigh_more() -> None:
    texts = ["A on X and Y.", "B on X and Y.", "C on Y.", "D on Z."]
    extractions = [
        extract_by_hand(
            text,
            [(name, "Dataset", "evaluatesOn") for name in "XYZ" if name in text],
            key=f"k{number}",
        )
        for number, text in enumerate(texts)
    ]
    weights = {
        (s.subject, s.object): s.weight for s in find(link_by_hand(extractions), "sharesEntity")
    }
    assert weights == {
        ("abstract/k0", "abstract/k1"): 0.981,
        ("abstract/k0", "abstract/k2"): 0.288,
        ("abstract/k1", "abstract/k2"): 0.288,
    }


def test_hub_links_nobody() -> None:
    extractions = [
        extract_by_hand(f"{n} on X.", [("X", "Dataset", "evaluatesOn")], key=f"k{n}")
        for n in range(MIN_HUB + 1)
    ] + [extract_by_hand("nothing", key="other")]
    assert not find(link_by_hand(extractions), "sharesEntity")


def test_only_the_strongest_shared_links_stay() -> None:
    extractions = [
        extract_by_hand(f"{n} on X.", [("X", "Dataset", "evaluatesOn")], key=f"k{n:02}")
        for n in range(MIN_HUB)
    ] + [extract_by_hand("nothing", key="other")]
    links = ends(find(link_by_hand(extractions), "sharesEntity"))
    assert 0 < len(links) <= MIN_HUB * STRONGEST_LINKS
    assert ("abstract/k20", "abstract/k21") not in links


def test_relation_of_many_abstracts_is_one_statement_with_evidence_in_each() -> None:
    relation = Relation("e1", "evaluatedOn", "e2", 0.6)
    entities = [("CLIP", "Model", "uses"), ("ImageNet", "Dataset", "evaluatesOn")]
    extractions = [
        extract_by_hand(text, entities, [relation], key=key)  # type: ignore[arg-type]
        for text, key in (("CLIP on ImageNet.", "a"), ("ImageNet for CLIP.", "b"))
    ]
    linkage = link_by_hand(extractions)
    (statement,) = find(linkage, "evaluatedOn", "relation")
    evidence = [e for e in linkage.evidence if e.statement == statement.id]
    assert [(e.abstract, e.span) for e in evidence] == [
        ("abstract/a", Span(0, 16)),
        ("abstract/b", Span(0, 17)),
    ]


def test_metadata_gives_authors_and_affiliations() -> None:
    abstract = stand_in(CLIP, authors=("Ada Lovelace", "ADA  LOVELACE"), affiliations=("OpenAI",))
    linkage = link_by_hand([CLIP], [abstract])
    assert ends(find(linkage, "hasAuthor", "metadata")) == {
        ("abstract/clip", "person/ada-lovelace")
    }
    assert [person.name for person in linkage.persons] == ["ADA  LOVELACE"]
    assert len(find(linkage, "hasAffiliation", "metadata")) == 1


def test_repository_is_one_whatever_its_case() -> None:
    extractions = [
        Extraction(
            key,
            form,
            hyperlinks=(
                Hyperlink(0, len(form), form, f"https://{form}", "repository", *form.split("/")),
            ),
        )
        for key, form in (
            ("a", "github.com/madrylab/Missingness"),
            ("b", "github.com/MadryLab/missingness"),
        )
    ]
    linkage = link_by_hand(extractions)
    assert [r.id for r in linkage.repositories] == ["repository/github.com/madrylab/missingness"]
    assert len(find(linkage, "hasRepository", "metadata")) == 2


def test_result_has_nodes_for_its_ends_and_the_place_of_its_value() -> None:
    text = "Codex solves 28.8% of HumanEval."
    extraction = extract_by_hand(
        text, [("Codex", "Model", "introduces"), ("HumanEval", "Dataset", "evaluatesOn")]
    )
    extraction = Extraction(
        extraction.key,
        text,
        extraction.sentences,
        extraction.entities,
        results=(Result("e1", "28.8%", "e2", number=28.8, unit="%"),),
    )
    (result,) = link_by_hand([extraction]).results
    assert result.span == Span(13, 18)
    assert result.sentence == Span(0, len(text))
    assert result.of.startswith("model/codex")
    assert (result.on or "").startswith("dataset/humaneval")


def test_abstract_without_title_is_labelled_by_what_it_introduces() -> None:
    assert link_by_hand([CLIP]).labels["abstract/clip"] == "CLIP"


def test_abstract_that_introduces_nothing_is_labelled_by_its_first_words() -> None:
    extraction = extract_by_hand(
        "We study how large language models fail at arithmetic, and why they do so.", key="k"
    )
    assert (
        link_by_hand([extraction]).labels["abstract/k"]
        == "We study how large language models fail at arithmetic, and…"
    )


def test_title_is_the_label_where_there_is_one() -> None:
    abstract = stand_in(CLIP, title="Learning Transferable\n Visual Models")
    labels = link_by_hand([CLIP], [abstract]).labels
    assert labels["abstract/clip"] == "Learning Transferable Visual Models"


def test_order_of_abstracts_does_not_count() -> None:
    extractions = [CLIP, USER, RIVAL]
    assert link_by_hand(extractions) == link_by_hand(extractions[::-1])


def test_every_abstract_and_entity_is_in_one_community() -> None:
    linkage = link_by_hand([CLIP, USER, RIVAL])
    members = [id for community in linkage.communities for id in community.members]
    assert sorted(members) == sorted(linkage.importance)
    assert {"abstract/clip", "abstract/user", "abstract/rival"} <= set(members)


def test_evidence_that_differs_in_the_sentence_alone_is_kept_in_order() -> None:
    entities = [("CLIP", "Model", "uses"), ("ImageNet", "Dataset", "evaluatesOn")]
    relations = [Relation("e1", "evaluatedOn", "e2", 0.6, Span(0, end)) for end in (16, 17, 18, 19)]
    extraction = extract_by_hand("CLIP on ImageNet here.", entities, relations, key="k")  # type: ignore[arg-type]
    linkage = link_by_hand([extraction])
    (statement,) = find(linkage, "evaluatedOn", "relation")
    sentences = [e.sentence for e in linkage.evidence if e.statement == statement.id]
    assert sentences == [Span(0, end) for end in (16, 17, 18, 19)]


def test_evidence_lies_in_the_sentence_from_which_a_relation_was_read() -> None:
    text = "We train CLIP. It is good on ImageNet. So be it."
    entities = [("CLIP", "Model", "uses"), ("ImageNet", "Dataset", "evaluatesOn")]
    spans = []
    for sentence in (Span(15, 38), Span(39, 48)):
        relation = Relation("e1", "evaluatedOn", "e2", 0.6, sentence)
        linkage = link_by_hand([extract_by_hand(text, entities, [relation], key="k")])  # type: ignore[arg-type]
        (statement,) = find(linkage, "evaluatedOn", "relation")
        spans += [e.span for e in linkage.evidence if e.statement == statement.id]
    assert spans == [Span(29, 37), Span(39, 48)]
