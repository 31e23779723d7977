"""Training, on a corpus small enough to learn by heart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from kg.corpus_format import extraction_from_record
from kg.errors import ModelError
from kg.extract import extract, load_pipeline
from kg.records import Abstract, Place
from kg.training.corpus import annotate_doc, read_corpus
from kg.training.tokenizer import adapt_tokenizer
from kg.training.train import train_pipeline
from kg.training.vectors import train_vectors

SMALL = {
    "components.tok2vec.model.encode.width": 32,
    "components.tok2vec.model.encode.depth": 1,
    "components.tok2vec.model.embed.include_static_vectors": False,
    "training.max_steps": 120,
    "training.eval_frequency": 40,
    "training.dropout": 0.0,
    "training.batcher.size.start": 100,
    "training.batcher.size.stop": 100,
    "training.optimizer.learn_rate.warmup_steps": 5,
    "training.optimizer.learn_rate.initial_rate": 0.02,
}
NAMES = ("Alphanet", "Betanet", "Gammanet", "Deltanet", "Epsinet", "Zetanet")


@pytest.fixture(scope="module")
def nlp() -> Language:
    return adapt_tokenizer(spacy.blank("en"))


def record(number: int) -> dict[str, object]:
    name = NAMES[number % len(NAMES)]
    text = f"We propose {name}. It is fast on Wikinews."
    start, place = text.index(name), text.index("Wikinews")
    return {
        "id": str(number),
        "text": text,
        "entities": [
            {"id": "e1", "type": "Model", "name": name, "role": "introduces",
             "mentions": [[start, start + len(name), name]]},
            {"id": "e2", "type": "Dataset", "name": "Wikinews", "role": "evaluatesOn",
             "mentions": [[place, place + 8, "Wikinews"]]},
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    for name, count in (("train", 24), ("dev", 6)):
        lines = "".join(json.dumps(record(number)) + "\n" for number in range(count))
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    spacy.blank("en").to_disk(folder / "vectors")
    return folder


@pytest.fixture(scope="module")
def trained(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("pipeline") / "a"
    with (corpus / "log").open("w") as log:
        train_pipeline(corpus, output, vectors=corpus / "vectors", overrides=SMALL, log=log)
    return output


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_trained_pipeline_extracts_what_it_learned(trained: Path) -> None:
    text = "We propose Alphanet. It is fast on Wikinews."
    (extraction,) = extract([Abstract("k", text, (Place("d", "0", 1),))], load_pipeline(trained))
    assert [(e.name, e.type, e.role) for e in extraction.entities] == [
        ("Alphanet", "Model", "introduces"),
        ("Wikinews", "Dataset", "evaluatesOn"),
    ]


def test_its_figures_lie_in_its_description(trained: Path) -> None:
    meta = json.loads((trained / "meta.json").read_text(encoding="utf-8"))
    assert meta["performance"]["ents_f"] == 1.0
    assert meta["performance"]["ents_per_type"]["Model"]["f"] == 1.0
    assert meta["performance"]["entities_roles"] == 1.0


def test_it_keeps_neither_the_words_nor_the_place_of_its_corpus(
    trained: Path, corpus: Path
) -> None:
    for name, content in files(trained).items():
        assert b"Alphanet" not in content, name
        assert str(corpus).encode() not in content, name


def test_training_again_gives_the_same_bytes(trained: Path, corpus: Path, tmp_path: Path) -> None:
    with (corpus / "log").open("w") as log:
        train_pipeline(corpus, tmp_path / "b", vectors=corpus / "vectors", overrides=SMALL, log=log)
    assert files(tmp_path / "b") == files(trained)


def test_a_corpus_without_a_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"train\.jsonl"):
        train_pipeline(tmp_path, tmp_path / "out")


def test_vectors_of_a_domain_are_the_same_each_time(tmp_path: Path) -> None:
    pytest.importorskip("floret", reason="floret is in the extra `train`")
    texts = tmp_path / "texts.jsonl"
    line = json.dumps({"title": "A net", "abstract": "We train a network on some images."}) + "\n"
    texts.write_text(line * 50, encoding="utf-8")
    first = train_vectors([texts], tmp_path / "a", dimensions=8, buckets=100, epochs=1)
    second = train_vectors([texts], tmp_path / "b", dimensions=8, buckets=100, epochs=1)
    assert files(first) == files(second)
    nlp = spacy.load(first)
    assert nlp.vocab["network"].vector.any()
    assert nlp.vocab["never seen"].vector.any()


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("GPT-3-based systems", "GPT-3"),
        ("as CLIP's encoder", "CLIP"),
        ("a ViT-B/16 encoder", "ViT-B/16"),
        (r"image$\leftrightarrow$text retrieval", "text"),
        ("networks (CNN)-based", "CNN"),
        (r"the \textbf{DARD} method", "DARD"),
        (r"called \emph{shared latent factor}.", "shared latent factor"),
        ("an FID=9.91 here", "FID"),
        ("tested on ADE20K.", "ADE20K"),
        ("a CNN+Transformer model", "Transformer"),
        ("models(LLMs) are", "LLMs"),
        ("the model—Alphanet—is", "Alphanet"),
        ("on CIFAR-10/100 data", "CIFAR-10"),
        ("re-identification~(Re-ID)", "Re-ID"),
    ],
)
def test_the_tokenizer_cuts_where_a_name_ends(nlp: Language, text: str, form: str) -> None:
    start = text.index(form)
    assert nlp.make_doc(text).char_span(start, start + len(form)) is not None


@given(text=st.text(alphabet=st.sampled_from("aA1 .,-()[]{}\\$~_/+=—'\"é")))
def test_the_tokens_of_any_text_make_up_the_text(nlp: Language, text: str) -> None:
    assert nlp.make_doc(text).text == text


def test_mentions_become_entities_of_the_doc(nlp: Language) -> None:
    doc = annotate_doc(nlp, extraction_from_record(record(0)))
    assert [(span.text, span.label_) for span in doc.ents] == [
        ("Alphanet", "Model"),
        ("Wikinews", "Dataset"),
    ]


def test_a_corpus_is_read_in_its_order(corpus: Path) -> None:
    assert [e.key for e in read_corpus(corpus / "dev.jsonl")] == list("012345")
