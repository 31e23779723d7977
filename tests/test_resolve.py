"""Which mentions are one entity across abstracts, and what it is called."""

import gc
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.records import (
    ENTITY_TYPES,
    EntityType,
    ExtractedEntity,
    Extraction,
    Mention,
)
from kg.resolve import resolve
from tests.mentions import Named, are_one, find, mention, mention_in, resolve_mentions

SeedText = Callable[[str], str]

CNN = ["convolutional neural networks", "CNN"]


# ---- long forms and abbreviations


def test_a_long_form_and_its_abbreviation_are_one_entity_in_other_abstracts_too() -> None:
    _, (defining, short, long) = resolve_mentions(
        ("Technique", ["Zebra-Aware Quilting", "ZAQ"]),
        ("Technique", ["ZAQ"]),
        ("Technique", ["zebra-aware quilting"]),
    )
    assert defining == short == long


def test_an_abbreviation_that_no_abstract_writes_out_is_what_the_field_means_by_it() -> None:
    assert are_one(("Technique", ["LLMs"]), ("Technique", ["large language models"]))
    assert are_one(("Task", ["NLP"]), ("Task", ["Natural Language Processing"]))


def test_an_abbreviation_in_a_longer_name_is_written_out() -> None:
    assert are_one(("Technique", ["deep RL"]), ("Technique", ["deep reinforcement learning"]))
    assert are_one(("Technique", ["masked LMs"]), ("Technique", ["masked language model"]))


def test_an_abbreviation_with_a_space_before_it_is_a_compound_without() -> None:
    assert are_one(("Technique", ["3D CNN"]), ("Technique", ["3DCNN"]))


def test_an_abbreviation_that_is_part_of_a_proper_name_is_not_written_out() -> None:
    assert not are_one(("Technique", ["Diffusion-LM"]), ("Technique", ["diffusion LMs"]))


def test_a_proper_name_is_not_written_out() -> None:
    _, (coco, multispectral) = resolve_mentions(
        ("Dataset", ["MS COCO"]), ("Dataset", ["multispectral COCO"])
    )
    assert coco != multispectral


def test_a_network_and_a_broadcaster_share_only_their_short_form() -> None:
    _, (network, broadcaster, other_network, other_broadcaster) = resolve_mentions(
        ("Technique", CNN),
        ("Organization", ["Cable News Network", "CNN"]),
        ("Technique", ["CNNs"]),
        ("Organization", ["CNN"]),
    )
    assert network == other_network
    assert broadcaster == other_broadcaster
    assert network != broadcaster


def test_two_long_forms_of_an_abbreviation_are_two_entities() -> None:
    assert not are_one(
        ("Technique", ["latent Dirichlet allocation", "LDA"]),
        ("Technique", ["linear discriminant analysis", "LDA"]),
    )


def test_an_abbreviation_that_means_several_things_alone_is_none_of_them() -> None:
    _, (topics, classes, alone) = resolve_mentions(
        ("Technique", ["latent Dirichlet allocation", "LDA"]),
        ("Technique", ["linear discriminant analysis", "LDA"]),
        ("Technique", ["LDA"]),
    )
    assert len({topics.id, classes.id, alone.id}) == 3  # type: ignore[union-attr]


def test_an_abbreviation_means_a_metric_where_it_is_one() -> None:
    _, (metric, technique, precision, posterior) = resolve_mentions(
        ("Metric", ["mAP"]),
        ("Technique", ["MAP"]),
        ("Metric", ["mean average precision"]),
        ("Technique", ["maximum a posteriori"]),
    )
    assert metric == precision
    assert technique == posterior
    assert metric != technique


def test_what_the_text_says_of_an_abbreviation_outweighs_what_it_usually_means() -> None:
    text = "Smoothing and mapping (SAM) of scenes."
    sam = mention_in("a", text, ("Technique", ["SAM"]))
    usual = mention_in("b", "the segment anything model", ("Technique", ["segment anything model"]))
    resolution = resolve([sam, usual])
    assert find(resolution, "a") != find(resolution, "b")


def test_long_forms_of_one_abbreviation_that_differ_in_an_ending_are_one() -> None:
    assert are_one(
        ("Technique", ["fully convolutional network", "FCN"]),
        ("Technique", ["fully convolution networks", "FCN"]),
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [("GPT-3", "GPT-4"), ("GPT-3", "GPT-3.5"), ("ResNet-50", "ResNet-101"), ("GPT-4", "GPT-4o")],
)
def test_versions_of_a_model_are_different_models(one: str, other: str) -> None:
    assert not are_one(("Model", [one]), ("Model", [other]))


def test_a_variant_of_a_dataset_is_another_dataset() -> None:
    assert not are_one(("Dataset", ["ImageNet"]), ("Dataset", ["ImageNet-C"]))


def test_the_seeds_data_debiasing_with_datamodels_is_d3m(seed_text: SeedText) -> None:
    text = seed_text("Machine learning models can fail on subgroups")
    defining = mention_in("a", text, ("Technique", ["Data Debiasing with Datamodels", "D3M"]))
    resolution = resolve([defining, *mention(("Technique", ["D3M"]))])
    d3m = find(resolution, "a")
    assert d3m == find(resolution, "a0")
    assert d3m is not None
    assert (d3m.name, d3m.aliases) == ("Data Debiasing with Datamodels", ("D3M",))


def test_the_seeds_language_models_are_one_entity(seed_text: SeedText) -> None:
    first = mention_in(
        "a",
        seed_text("Large language models (LLMs) such as ChatGPT"),
        ("Technique", ["Large language models", "LLMs"]),
        ("Model", ["ChatGPT"]),
    )
    second = mention_in(
        "b",
        seed_text("Controlling the behavior of language models (LMs)"),
        ("Technique", ["language models", "LMs"]),
    )
    resolution = resolve([first, second, *mention(("Technique", ["LLM"]), ("Technique", ["LM"]))])
    assert find(resolution, "a") == find(resolution, "a0")
    assert find(resolution, "b") == find(resolution, "a1")
    assert find(resolution, "a") != find(resolution, "b")


def test_names_abbreviated_alike_that_differ_in_word_forms_are_one_in_other_abstracts_too() -> None:
    assert are_one(
        ("Metric", ["mean squared quilting", "MSQ"]),
        ("Metric", ["mean square quilting", "MSQ"]),
        ("Metric", ["mean square quilting"]),
        ("Metric", ["mean squared quilting"]),
    )
    assert are_one(
        ("Technique", ["quilting from zebra feedback", "QZF"]),
        ("Technique", ["quilting with zebra feedback", "QZF"]),
        ("Technique", ["quilting with zebra feedback"]),
    )


def test_a_program_and_programming_are_one_where_both_are_techniques() -> None:
    assert are_one(
        ("Technique", ["zebra program", "ZP"]),
        ("Technique", ["zebra programming", "ZP"]),
        ("Technique", ["zebra program"]),
    )


def test_a_model_and_the_task_of_modeling_are_two() -> None:
    _, found = resolve_mentions(
        ("Technique", ["zebra model", "ZM"]),
        ("Task", ["zebra modeling", "ZM"]),
        ("Technique", ["zebra model"]),
        ("Task", ["zebra modeling"]),
    )
    assert found[2] != found[3]


def test_long_forms_of_an_abbreviation_are_compared_written_out() -> None:
    assert are_one(
        ("Metric", ["mIoU", "mean IoU"]),
        ("Metric", ["mIoU", "mean intersection over union"]),
        ("Metric", ["mIoU"]),
    )


def test_a_name_of_abbreviations_is_the_one_that_a_hyphen_makes_of_it() -> None:
    assert are_one(
        ("Dataset", ["Microsoft Zebras in Context", "MS-ZIC"]),
        ("Dataset", ["MS ZIC"]),
        ("Dataset", ["MS-ZIC"]),
    )


def test_a_name_in_another_case_is_no_long_form_of_it() -> None:
    _, (both, upper, lower) = resolve_mentions(
        ("Model", ["BERT", "Bert"]), ("Model", ["BERT"]), ("Model", ["Bert"])
    )
    assert both == upper == lower


def test_a_long_form_that_is_written_like_an_abbreviation_is_a_long_form() -> None:
    _, (links, learning) = resolve_mentions(
        ("Technique", ["Must-Link", "ML"]), ("Task", ["machine learning", "ML"])
    )
    assert links != learning


def test_the_second_version_is_not_what_the_first_is_short_for() -> None:
    _, (system, second) = resolve_mentions(
        ("Software", ["robot operating system", "ROS"]),
        ("Software", ["ROS2"]),
    )
    assert system != second
    _, (both, second) = resolve_mentions(
        ("Software", ["robot operating system", "ROS2"]),
        ("Software", ["ROS2"]),
    )
    assert both != second


def test_a_long_form_with_a_word_more_is_another_thing() -> None:
    _, (network, analog) = resolve_mentions(
        ("Technique", ["artificial neural networks", "ANN"]),
        ("Technique", ["analog neural networks", "ANN"]),
    )
    assert network != analog


def test_what_one_abstract_calls_something_without_its_letters_holds_there_only() -> None:
    _, (here, elsewhere) = resolve_mentions(("Software", ["zebra", "QX"]), ("Software", ["QX"]))
    assert here != elsewhere


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("Z2Q", "zebra to quilt"),
        ("Q3C", "quick quilted quilting curves"),
        ("Z3S", "zebra three stripes"),
        ("QQ3", "quick quilted quiet quilts"),
    ],
)
def test_a_digit_is_a_word_or_repeats_a_letter(short: str, long: str) -> None:
    assert are_one(("Technique", [long, short]), ("Technique", [short]), ("Technique", [long]))


# ---- other names


def test_two_names_that_an_abstract_uses_for_one_thing_are_one_entity() -> None:
    assert are_one(
        ("Task", ["autonomous driving", "self-driving cars"]),
        ("Task", ["autonomous driving"]),
        ("Task", ["self-driving cars"]),
    )


def test_names_that_are_mostly_used_for_two_things_stay_two() -> None:
    quilting: list[Named] = [("Technique", ["quilting"])] * 4
    knitting: list[Named] = [("Technique", ["knitting"])] * 4
    _, found = resolve_mentions(("Technique", ["quilting", "knitting"]), *quilting, *knitting)
    assert found[1] != found[5]


def test_one_abstract_that_calls_a_thing_by_a_part_of_its_name_joins_nothing() -> None:
    _, (narrow, wide) = resolve_mentions(
        ("Technique", ["transformer-based language models", "transformers"]),
        ("Technique", ["transformers"]),
    )
    assert narrow != wide


def test_abstracts_that_keep_calling_a_thing_by_a_part_of_its_name_join_the_two() -> None:
    assert are_one(
        ("Task", ["algorithmic fairness", "fairness"]),
        ("Task", ["algorithmic fairness", "fairness"]),
        ("Task", ["fairness"]),
    )


# ---- types


def test_a_task_and_a_technique_of_one_name_are_one_entity_of_the_commoner_type() -> None:
    tasks: list[Named] = [("Task", ["machine learning"])] * 3
    techniques: list[Named] = [("Technique", ["machine learning"])] * 2
    resolution, _ = resolve_mentions(*tasks, *techniques)
    assert [entity.id for entity in resolution.entities] == ["task/machine-learning"]


def test_a_type_that_few_abstracts_give_a_thing_is_a_confusion() -> None:
    datasets: list[Named] = [("Dataset", ["MuJoCo"])] * 3
    resolution, _ = resolve_mentions(*datasets, ("Software", ["MuJoCo"]))
    assert [entity.id for entity in resolution.entities] == ["dataset/mujoco"]


def test_a_type_that_few_abstracts_give_an_abbreviation_is_a_confusion() -> None:
    models: list[Named] = [("Model", ["CLIP"])] * 3
    resolution, _ = resolve_mentions(*models, ("Technique", ["CLIP"]))
    assert [entity.id for entity in resolution.entities] == ["model/clip"]


def test_types_that_many_abstracts_give_a_thing_are_two_entities() -> None:
    datasets: list[Named] = [("Dataset", ["Twitter"])] * 3
    platforms: list[Named] = [("Software", ["Twitter"])] * 3
    resolution, _ = resolve_mentions(*datasets, *platforms)
    assert [entity.id for entity in resolution.entities] == ["dataset/twitter", "software/twitter"]


def test_types_that_one_abstract_tells_apart_are_two_entities() -> None:
    text = "We propose SILA, a task, and a dataset that is called SILA too."
    extraction = mention_in("a", text, ("Task", ["SILA"]), ("Dataset", ["SILA"]))
    resolution = resolve([extraction])
    assert find(resolution, "a", "e1") != find(resolution, "a", "e2")


def test_a_company_and_the_dataset_of_its_name_are_two() -> None:
    assert not are_one(("Organization", ["Twitter"]), ("Dataset", ["Twitter"]))


# ---- affiliations


def test_an_affiliation_and_an_organization_in_a_text_are_one_entity() -> None:
    resolution = resolve(mention(("Organization", ["OpenAI"])), affiliations=["OpenAI", "openai"])
    assert set(resolution.organizations.values()) == {"organization/openai"}
    assert set(resolution.nodes.values()) == {"organization/openai"}


def test_the_legal_form_of_a_company_makes_no_difference() -> None:
    resolution = resolve([], affiliations=["Panasonic", "Panasonic Inc.", "Panasonic Co., Ltd."])
    assert [entity.name for entity in resolution.entities] == ["Panasonic"]


def test_a_company_and_its_laboratory_are_two() -> None:
    resolution = resolve([], affiliations=["Google", "Google Research"])
    assert len(set(resolution.organizations.values())) == 2


def test_an_abbreviation_that_an_affiliation_gives_is_the_organization() -> None:
    full = "Massachusetts Institute of Technology"
    resolution = resolve(
        mention(("Organization", ["MIT"])), affiliations=[full, f"{full} (MIT)", "MIT"]
    )
    (entity,) = resolution.entities
    assert (entity.name, entity.aliases) == (full, ("MIT",))


def test_a_blank_affiliation_is_no_organization() -> None:
    assert resolve([], affiliations=["", " \n"]).organizations == {}


# ---- names, aliases and ids


@pytest.mark.parametrize(
    ("type_", "forms", "name"),
    [
        ("Technique", ["LLM", "LLMs", "Large language models"], "large language model"),
        ("Technique", ["Graph Neural Networks", "GNN"], "Graph Neural Network"),
        ("Technique", ["mixture of experts"], "mixture of experts"),
        ("Technique", ["k-means"], "k-means"),
        ("Task", ["robotics"], "robotics"),
        ("Technique", ["GANs"], "GAN"),
        ("Technique", ["deep RL", "deep reinforcement learning"], "deep reinforcement learning"),
        ("Metric", ["FLOPs"], "FLOPs"),
        ("Metric", ["error rates"], "error rate"),
        ("Software", ["tactile sensors"], "tactile sensor"),
        ("Dataset", ["Atari games"], "Atari games"),
        ("Technique", ["few-shot", "few-shot learning"], "few-shot learning"),
        ("Model", ["CLIP", "Contrastive Language-Image Pre-training"], "CLIP"),
        ("Dataset", ["Natural Questions", "NQ"], "NQ"),
        ("Model", ["$\\beta$-VAE"], "β-VAE"),
        ("Organization", ["MIT", "Massachusetts Institute of Technology"],
         "Massachusetts Institute of Technology"),
    ],
)  # fmt: skip
def test_an_entity_is_called_what_a_reader_expects(
    type_: EntityType, forms: list[str], name: str
) -> None:
    text = f"{forms[-1]} are studied ({', '.join(forms[:-1])})."
    (entity,) = resolve([mention_in("a", text, (type_, forms))]).entities
    assert entity.name == name


def test_models_of_one_abbreviation_go_by_their_long_forms() -> None:
    resolution, _ = resolve_mentions(
        ("Model", ["Segment Anything Model", "SAM"]),
        ("Model", ["Sparse Additive Machine", "SAM"]),
        ("Model", ["SAM"]),
    )
    names = [entity.name for entity in resolution.entities]
    assert sorted(names) == ["SAM", "Segment Anything Model", "Sparse Additive Machine"]


def test_a_model_goes_by_its_commonest_name() -> None:
    _, (entity, *_) = resolve_mentions(
        ("Dataset", ["Natural Questions", "NQ"]), ("Dataset", ["Natural Questions"])
    )
    assert entity is not None
    assert entity.name == "Natural Questions"


def test_a_name_that_begins_a_sentence_keeps_its_capital_where_it_has_one_elsewhere() -> None:
    one = mention_in("a", "Bayesian inference helps.", ("Technique", ["Bayesian inference"]))
    other = mention_in("b", "A Bayesian network is.", ("Technique", ["Bayesian network"]))
    entity = find(resolve([one, other]), "a")
    assert entity is not None
    assert entity.name == "Bayesian inference"


def test_aliases_are_the_other_forms_sorted() -> None:
    _, (entity, _) = resolve_mentions(
        ("Technique", ["large language model", "LLMs"]), ("Technique", ["LLM"])
    )
    assert entity is not None
    assert (entity.name, entity.aliases) == ("large language model", ("LLM", "LLMs"))


def test_ids_can_be_read() -> None:
    _, found = resolve_mentions(
        ("Model", ["GPT-4o"]), ("Technique", ["Transformers"]), ("Dataset", ["CIFAR-10"])
    )
    assert [entity.id for entity in found if entity] == [
        "model/gpt-4o",
        "technique/transformer",
        "dataset/cifar-10",
    ]


def test_an_abbreviation_has_the_id_of_its_long_form() -> None:
    (entity,) = resolve(mention(("Technique", ["LLMs"]))).entities
    assert (entity.id, entity.name) == ("technique/large-language-model", "LLM")


def test_things_of_one_abbreviation_and_type_have_two_ids() -> None:
    _, (segmenting, adapting) = resolve_mentions(
        ("Model", ["SAM", "Segment Anything Model"]), ("Model", ["SAM", "Self-Adaptive Module"])
    )
    assert segmenting is not None
    assert adapting is not None
    assert segmenting.id != adapting.id


def test_extractions_are_not_kept() -> None:
    alive = []

    def is_read(thing: object) -> bool:
        return isinstance(thing, Extraction) and thing.key.startswith("read")

    def read() -> Iterator[Extraction]:
        for number in range(10):
            alive.append(sum(is_read(thing) for thing in gc.get_objects()))
            yield mention_in(f"read{number}", "we study LLMs.", ("Technique", ["LLMs"]))

    assert len(resolve(read()).nodes) == 10
    assert max(alive) <= 1


# ---- whatever the input

words = st.sampled_from(
    ["CNN", "CNNs", "SAM", "MAP", "LLM", "LLMs", "GPT-3", "GPT-4", "ImageNet", "C++", "C", "VAE",
     "network", "networks", "neural", "deep", "language", "model", "large", "learning", "the",
     "fairness", "Fairness", "few-shot", "(CNN)", "β", "$\\beta$", "数据"]
)  # fmt: skip
forms = st.lists(words, min_size=1, max_size=3).map(" ".join) | st.text(min_size=1, max_size=12)
entities = st.tuples(
    st.sampled_from(ENTITY_TYPES), st.lists(forms, min_size=1, max_size=3, unique=True)
)


def place(key: str, found: list[tuple[EntityType, list[str]]]) -> Extraction:
    """An extraction whose text is the forms one after the other."""
    text = ""
    extracted = []
    for number, (type_, names) in enumerate(found):
        mentions = []
        for name in names:
            mentions.append(Mention(len(text), len(text) + len(name), name))
            text += name + ". "
        extracted.append(ExtractedEntity(f"e{number}", type_, "?", tuple(mentions), "uses"))
    return Extraction(key, text, entities=tuple(extracted))


collections = st.lists(st.lists(entities, max_size=4), max_size=6).map(
    lambda found: [place(f"a{number}", abstract) for number, abstract in enumerate(found)]
)


@given(collections, st.lists(st.text(max_size=12), max_size=3), st.randoms())
def test_the_order_of_the_input_makes_no_difference(
    extractions: list[Extraction], affiliations: list[str], random: object
) -> None:
    expected = resolve(extractions, affiliations=affiliations)
    shuffled = list(extractions)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert resolve(iter(shuffled), affiliations=reversed(affiliations)) == expected


@given(collections)
def test_every_extracted_entity_has_a_node_and_every_node_an_entity(
    extractions: list[Extraction],
) -> None:
    resolution = resolve(extractions)
    extracted = {(x.key, entity.id) for x in extractions for entity in x.entities}
    assert resolution.nodes.keys() == extracted
    assert set(resolution.nodes.values()) == {entity.id for entity in resolution.entities}


@given(collections)
def test_no_two_entities_share_an_id(extractions: list[Extraction]) -> None:
    ids = [entity.id for entity in resolve(extractions).entities]
    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids)


@given(collections)
def test_each_form_is_the_name_or_an_alias_of_its_entity(extractions: list[Extraction]) -> None:
    resolution = resolve(extractions)
    for extraction in extractions:
        for extracted in extraction.entities:
            entity = find(resolution, extraction.key, extracted.id)
            assert entity is not None
            known = {entity.name, *entity.aliases}
            assert {" ".join(m.form.split()) or m.form for m in extracted.mentions} <= known
