"""Word vectors of the domain, from abstracts without annotation."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.training.initialize import convert_vectors

from kg.errors import ModelError
from kg.training.corpus import read_texts
from kg.training.tokenizer import adapt_tokenizer


def train_vectors(
    sources: Iterable[Path],
    output: Path,
    *,
    dimensions: int = 96,
    buckets: int = 50_000,
    epochs: int = 5,
) -> Path:
    """Train floret vectors and write them as a blank spaCy pipeline that holds them.

    Floret (fastText with its n-grams hashed into few rows) gives every token a vector, names
    that no training text holds too. One thread, so that the result is the same each time.

    Args:
        sources: JSON Lines files, `.gz` or plain, in the order in which they are read.
        output: Folder that is written, to be given as `paths.vectors`.
        dimensions: Width of a vector.
        buckets: Rows of the table.
        epochs: Passes over the texts.

    Returns:
        `output`.

    Raises:
        ModelError: floret is not installed.
    """
    try:
        import floret
    except ImportError:
        raise ModelError(
            "training vectors needs floret: pip install 'kg-abstracts[train]'"
        ) from None
    # Another one than that which is written: it would remember every word of the texts.
    tokenizing = adapt_tokenizer(spacy.blank("en"))
    nlp = spacy.blank("en")
    with tempfile.TemporaryDirectory() as folder:
        text, table = Path(folder, "text.txt"), Path(folder, "vectors.floret")
        with text.open("w", encoding="utf-8") as file:
            for line in _tokenize(tokenizing, sources):
                file.write(line + "\n")
        model = floret.train_unsupervised(
            str(text),
            model="cbow",
            mode="floret",
            hashCount=2,
            bucket=buckets,
            minn=4,
            maxn=5,
            minCount=10,
            dim=dimensions,
            epoch=epochs,
            neg=10,
            lr=0.05,
            thread=1,
            verbose=0,
        )
        model.save_floret_vectors(str(table))
        convert_vectors(nlp, table, truncate=0, prune=-1, mode="floret")
    nlp.to_disk(output)
    return output


def _tokenize(nlp: Language, sources: Iterable[Path]) -> Iterator[str]:
    for source in sources:
        opener = gzip.open if source.suffix == ".gz" else open
        with opener(source, "rt", encoding="utf-8") as lines:
            for text in read_texts(lines):
                yield " ".join(t.text for t in nlp.make_doc(text) if not t.is_space)
