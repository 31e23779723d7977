"""Which spellings of a name are the same name, and which are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.resolve.inflection import singularize
from kg.resolve.letters import abbreviates
from kg.resolve.names import fold_name, is_abbreviation
from kg.resolve.spelling import spell_american


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Machine Learning", "machine learning"),
        ("LLMs", "LLM"),
        ("neural networks", "neural network"),
        ("Generative adversarial networks", "generative adversarial network"),
        ("error analyses", "error analysis"),
        ("confusion matrices", "confusion matrix"),
        ("back-propagation", "backpropagation"),
        ("fine tuning", "fine-tuning"),
        ("data set", "dataset"),
        ("GPT\u20114", "GPT-4"),
        ("VGG16", "VGG-16"),
        ("CIFAR10", "CIFAR-10"),
        ("Llama 2", "Llama-2"),
        ("$\\beta$-VAE", "β-VAE"),
        ("beta-VAE", "β-VAE"),
        ("F$_1$", "F1"),
        ("\\textbf{CLIP}", "CLIP"),
        ('na\\"ive Bayes', "naïve Bayes"),
        ("naive Bayes", "naïve Bayes"),
        ("Fr\u00e9chet distance", "Fre\u0301chet distance"),
        ("CLIP's", "CLIP"),
        ("language modelling", "language modeling"),
        ("optimisation", "optimization"),
        ("behaviour cloning", "behavior cloning"),
        ("two-layer network", "2-layer network"),
        ("deep nets", "deep neural networks"),
        ("artificial neural network", "neural network"),
        ("convolutional network", "convolutional neural network"),
        ("transformer-based language model", "transformer language model"),
        ("PPO algorithm", "PPO"),
        ("attention mechanism", "attention"),
        ("few-shot", "few-shot learning"),
        ("automatic speech recognition", "speech recognition"),
        ("key-value (KV) cache", "key-value cache"),
        ("best-of-*n* sampling", "best-of-n sampling"),
        ("GPT-3.5-turbo", "GPT3.5 Turbo"),
        ("risk- sensitive loss", "risk-sensitive loss"),
        ("MobileNets", "MobileNet"),
        ("large-scale language model", "large language models"),
        ("multiple object tracking", "multi-object tracking"),
        ("computational cost", "computation cost"),
        ("convolutional layer", "convolution layer"),
        ("robotic grasping", "robot grasping"),
        ("greedy algorithm", "greedy approach"),
        ("least squares loss", "least-squares loss function"),
        ("automated diagnosis", "automatic diagnosis"),
    ],
)
def test_are_spellings_of_one_name(one: str, other: str) -> None:
    assert fold_name(one).key == fold_name(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GPT-3", "GPT-4"),
        ("GPT-3", "GPT-3.5"),
        ("GPT-35", "GPT-3.5"),
        ("ResNet-50", "ResNet-101"),
        ("ResNet-1 01", "ResNet-101"),
        ("ImageNet", "ImageNet-C"),
        ("C", "C++"),
        ("C", "C#"),
        ("A", "A*"),
        ("Q-learning", "Q*-learning"),
        ("CIFAR-10", "CIFAR-100"),
        ("Bayesian network", "Bayesian neural network"),
        ("kernel method", "kernel"),
        ("U-Net", "U-network"),
        ("α-divergence", "β-divergence"),
        ("language model", "large language model"),
        ("automatic differentiation", "differentiation"),
        ("automatic machine learning", "machine learning"),
        ("bias", "biased"),
        ("large-scale", "large"),
        ("multi-scale detector", "multi-detector"),
        ("national language", "natural language"),
        ("数据", "数据集"),
    ],
)
def test_are_names_of_two_things(one: str, other: str) -> None:
    assert fold_name(one).key != fold_name(other).key


@pytest.mark.parametrize(
    "form", ["CNN", "CNNs", "LoRA", "k-NN", "D3M", "t-SNE", "R-CNN", "MoE", "mAP"]
)
def test_is_written_like_an_abbreviation(form: str) -> None:
    assert is_abbreviation(form)


@pytest.mark.parametrize(
    "form", ["Transformer", "BERT model", "GPU-days", "word2vec", "Data Debiasing", "A", ""]
)
def test_is_not_written_like_an_abbreviation(form: str) -> None:
    assert not is_abbreviation(form)


@pytest.mark.parametrize(
    ("short", "words"),
    [
        ("cnn", ("convolutional", "neural", "network")),
        ("vqa", ("visual", "question", "answering")),
        ("moe", ("mixture", "of", "expert")),
        ("lora", ("low", "rank", "adaptation")),
    ],
)
def test_letters_of_an_abbreviation_stand_in_its_long_form(
    short: str, words: tuple[str, ...]
) -> None:
    assert abbreviates(short, words)


def test_an_abbreviation_begins_with_its_long_form() -> None:
    assert not abbreviates("rl", ("deep", "reinforcement", "learning"))
    assert not abbreviates("ann", ("convolutional", "neural", "network"))


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("networks", "network"),
        ("losses", "loss"),
        ("biases", "bias"),
        ("boxes", "box"),
        ("policies", "policy"),
        ("hypotheses", "hypothesis"),
        ("analyses", "analysis"),
        ("indices", "index"),
        ("corpora", "corpus"),
        ("criteria", "criterion"),
        ("caches", "cache"),
    ],
)
def test_singular_of_a_noun(plural: str, singular: str) -> None:
    assert singularize(plural) == singular


@pytest.mark.parametrize(
    "word", ["bias", "loss", "analysis", "corpus", "data", "news", "series", "continuous", "gas"]
)
def test_a_singular_stays(word: str) -> None:
    assert singularize(word) == word


@pytest.mark.parametrize("word", ["supervised", "denoising", "pairwise", "exercise", "noise"])
def test_a_word_that_only_looks_british_stays(word: str) -> None:
    assert spell_american(word) == word


@given(st.text(min_size=1))
def test_any_text_has_a_key(form: str) -> None:
    name = fold_name(form)
    assert name.key
    assert all(name.words)
    assert len(name.words) == len(name.initials)


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll", "Nd"]), min_size=1))
def test_white_space_around_a_name_makes_no_difference(form: str) -> None:
    assert fold_name(f"\n {form}\t").key == fold_name(form).key


@pytest.mark.parametrize(
    ("form", "initials"),
    [
        ("Diffusion-LM", (False, False)),
        ("masked-LM", (False, True)),
        ("Diffusion LM", (False, True)),
        ("Diffusion- LM", (False, True)),
        ("GPT-LM", (True, True)),
        ("text2Diffusion-LM", (False, True)),
        ("pre-Diffusion-LM", (False, False, False)),
        ("Pneumonoultramicroscopicsilicovolcanoconiosis-LM", (False, False)),
    ],
)
def test_an_abbreviation_right_after_a_proper_name_is_part_of_it(
    form: str, initials: tuple[bool, ...]
) -> None:
    assert fold_name(form).initials == initials
