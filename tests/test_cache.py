"""What was read before is not read again, and makes no difference to what is written."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import pipeline
from kg.extract import ExtractionCache, ReadingOptions, identify_reading, read_abstracts
from kg.extract.packing import pack, unpack
from kg.extract.processes import read_texts
from kg.records import (
    Extraction,
)
from tests.conftest import Run
from tests.extractions import extract_by_hand, stand_in

READING = "some pipeline"
TEXTS = [
    "We introduce CLIP.",
    "We steer CLIP on ImageNet, which takes 12% less time.",
    "Large language models (LLMs) are studied in https://github.com/a/b.",
]
ABSTRACTS = [stand_in(Extraction(f"k{number}", text)) for number, text in enumerate(TEXTS)]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[ExtractionCache]:
    with ExtractionCache(tmp_path / "cache.sqlite", READING) as cache:
        yield cache


def test_packed_extraction_comes_back_whole() -> None:
    packed = read_texts(TEXTS, None)
    for abstract, item in zip(ABSTRACTS, packed, strict=True):
        extraction = unpack(item, abstract.key, abstract.text)
        assert extraction.entities
        assert pack(extraction) == item


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4),
            st.sampled_from(["Model", "Task"]),
            st.sampled_from(["introduces", "uses"]),
        ),
        max_size=4,
        unique_by=lambda item: item[0],
    )
)
def test_any_extraction_comes_back_from_its_bytes(named: list[tuple[str, str, str]]) -> None:
    text = "".join(name for name, *_ in named)
    extraction = extract_by_hand(text, named)
    assert unpack(pack(extraction), extraction.key, text) == extraction


def test_known_text_is_not_read_again(cache: ExtractionCache) -> None:
    other = extract_by_hand(TEXTS[0], [("CLIP", "Dataset", "mentions")])
    cache.keep({TEXTS[0]: pack(other)})
    first, second, _ = read_abstracts(ABSTRACTS, cache)
    assert first.entities == other.entities
    assert second.key == "k1"
    assert cache.count(TEXTS) == 3


def test_fresh_reads_a_known_text_again_and_keeps_what_it_reads(cache: ExtractionCache) -> None:
    other = extract_by_hand(TEXTS[0], [("CLIP", "Dataset", "mentions")])
    cache.keep({TEXTS[0]: pack(other)})
    first, *_ = read_abstracts(ABSTRACTS, cache, ReadingOptions(fresh=True))
    assert first.entities != other.entities
    assert cache.find(TEXTS[:1]) == {TEXTS[0]: pack(first)}


def test_another_pipeline_knows_nothing_of_it(cache: ExtractionCache, tmp_path: Path) -> None:
    cache.keep({TEXTS[0]: b"x"})
    with ExtractionCache(tmp_path / "cache.sqlite", "another pipeline") as another:
        assert another.find(TEXTS) == {}
    assert cache.find(TEXTS) == {TEXTS[0]: b"x"}


def test_pipeline_with_another_setting_is_another_way_of_reading(tmp_path: Path) -> None:
    from kg.extract import load_pipeline

    nlp = load_pipeline()
    nlp.to_disk(tmp_path / "same")
    nlp.get_pipe("kg_relations").settings = {"threshold": 0.9}  # type: ignore[attr-defined]
    nlp.to_disk(tmp_path / "other")
    ways = {identify_reading(path) for path in (None, tmp_path / "same", tmp_path / "other")}
    assert len(ways) == 3
    assert identify_reading() == identify_reading()


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 100])
def test_file_that_is_no_cache_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "cache.sqlite"
    path.write_bytes(damage)
    with ExtractionCache(path, READING) as cache:
        cache.keep({"text": b"packed"})
        assert cache.problem is None
    with ExtractionCache(path, READING) as cache:
        assert cache.find(["text"]) == {"text": b"packed"}


def test_damaged_entry_is_read_again(cache: ExtractionCache) -> None:
    cache.keep({TEXTS[0]: b"damaged"})
    first, *_ = read_abstracts(ABSTRACTS, cache)
    assert first.entities


def test_file_that_is_damaged_while_it_is_used_is_given_up(
    cache: ExtractionCache, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "cache.sqlite") as connection:
        connection.execute("DROP TABLE extraction")
    connection.close()
    assert [e.key for e in read_abstracts(ABSTRACTS, cache)] == ["k0", "k1", "k2"]
    assert "what is read is not kept" in str(cache.problem)


def test_place_that_cannot_be_written_costs_the_cache_and_not_the_build(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "a.txt").write_text(TEXTS[0])
    ended = run("build", "a.txt", "--formats", "none")
    assert ended.code == 0
    assert "what is read is not kept" in ended.err


def test_workers_read_the_same_in_the_same_order(tmp_path: Path) -> None:
    abstracts = [
        stand_in(Extraction(f"k{n:04}", f"{text} This is number {n}."))
        for n, text in enumerate(TEXTS * 200)
    ]
    with ExtractionCache(tmp_path / "one.sqlite", READING) as cache:
        alone = list(read_abstracts(abstracts, cache))
    with ExtractionCache(tmp_path / "two.sqlite", READING) as cache:
        together = list(read_abstracts(abstracts, cache, ReadingOptions(workers=2)))
        assert cache.count(abstract.text for abstract in abstracts) == len(abstracts)
    assert alone == together


def test_any_number_of_workers_and_order_of_inputs_gives_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = []
    for part in range(3):
        names.append(tmp_path / f"{part}.jsonl")
        lines = (json.dumps({"text": f"{TEXTS[n % 3]} It is {part} {n}."}) for n in range(200))
        names[-1].write_text("\n".join(lines))
    written = []
    for workers, inputs in ((1, names), (2, names[::-1])):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / f"cache {workers}"))
        output = tmp_path / f"output {workers}"
        options = ReadingOptions(workers=workers)
        pipeline.build(inputs, output, formats=["turtle"], reading=options)
        files = sorted(path for path in output.rglob("*") if path.is_file())
        written.append({path.relative_to(output): path.read_bytes() for path in files})
    assert written[0] == written[1]
