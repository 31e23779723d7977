"""The recipe of the recogniser on SciERC, a corpus that others publish figures on.

    python benchmarks/scierc.py CORPUS --vectors VECTORS

CORPUS/other holds `scierc-{train,dev,test}.jsonl` (`text`, and `spans` as `[start, end, label,
form]`), VECTORS is a folder that `kg.training.vectors.train_vectors` wrote. The sentences of train
are learned from, those of dev choose the checkpoint, those of test are measured once. Nothing of
the recipe is set for this corpus.

SciERC: Luan et al. (2018), "Multi-task identification of entities, relations, and coreference for
scientific knowledge graph construction".
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from spacy.language import Language
from spacy.training import Example
from spacy.util import registry

from kg.training.recogniser import RecogniserTraining


@registry.readers("kg.LabelledSentences.v1")
def create_reader(
    path: Path,
    limit: int,  # noqa: ARG001
    folds: int,  # noqa: ARG001
    left_out: int,  # noqa: ARG001
) -> Callable[[Language], Iterator[Example]]:
    """Reads sentences with spans of any labels; of the arguments only the first counts."""

    def read_examples(nlp: Language) -> Iterator[Example]:
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            doc = nlp.make_doc(record["text"])
            spans = [doc.char_span(start, end, label) for start, end, label, *_ in record["spans"]]
            doc.set_ents([span for span in spans if span is not None])
            yield Example(nlp.make_doc(record["text"]), doc)

    return read_examples


def main() -> None:
    """Train, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--vectors", type=Path, required=True)
    arguments = parser.parse_args()
    files = {
        part: arguments.corpus / "other" / f"scierc-{part}.jsonl"
        for part in ("train", "dev", "test")
    }
    reader = {f"corpora.{part}.@readers": "kg.LabelledSentences.v1" for part in ("train", "dev")}
    with tempfile.TemporaryDirectory() as folder:
        paths = {"train": files["train"], "dev": files["dev"], "vectors": arguments.vectors}
        nlp = RecogniserTraining(Path(folder), paths, overrides=reader, log=sys.stderr).train()
    test = [*create_reader(files["test"], 0, 0, 0)(nlp)]
    annotated = sum(len(json.loads(line)["spans"]) for line in files["test"].open(encoding="utf-8"))
    scores = nlp.evaluate(test)
    found = sum(len(doc.ents) for doc in nlp.pipe(example.reference.text for example in test))
    right = round(scores["ents_p"] * found)
    print(
        f"{len(test)} sentences, {annotated} spans: P {right / found:.3f} "
        f"R {right / annotated:.3f} F1 {2 * right / (found + annotated):.3f}"
    )
    for label, values in sorted(scores["ents_per_type"].items()):
        print(f"{label:24}P {values['p']:.3f} R {values['r']:.3f} F1 {values['f']:.3f}")


if __name__ == "__main__":
    main()
