"""Any text that may be an abstract comes back from every format."""

import csv
import io
import json
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import assume, given
from hypothesis import strategies as st

from kg.sources.entries import MAX_LENGTH, find_fault
from tests.source_files import read, read_bytes, read_one

# Any text that may be an abstract.
TEXTS = st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: not find_fault(text))


def write_and_read(name, content):
    with tempfile.TemporaryDirectory() as folder:
        return read_bytes(Path(folder), name, content).texts


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_any_text_comes_back_from_json_lines(texts):
    lines = "\n".join(json.dumps({"text": text}) for text in texts)
    assert write_and_read("a.jsonl", lines) == texts


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_any_text_comes_back_from_a_json_array(texts):
    records = [{"text": text} for text in texts]
    assert write_and_read("a.json", json.dumps(records, ensure_ascii=False)) == texts


@given(st.lists(TEXTS, min_size=1, max_size=4), st.sampled_from(["csv", "tsv"]))
def test_any_text_comes_back_from_a_table(texts, format):
    written = io.StringIO(newline="")
    dialect = {"csv": "excel", "tsv": "excel-tab"}[format]
    csv.writer(written, dialect).writerows([["id", "text"], *(["x", text] for text in texts)])
    assert write_and_read(f"a.{format}", written.getvalue()) == texts


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_any_text_comes_back_from_parquet(texts):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.parquet"
        pq.write_table(pa.table({"text": texts}), path)
        assert read(path).texts == texts


@given(st.lists(TEXTS, min_size=1, max_size=4), st.sampled_from(["\n", "\r\n"]))
def test_any_text_comes_back_from_a_seed(texts, end):
    assume(not any("\n" in text or text.endswith("\r") for text in texts))
    assert write_and_read("a.txt", end.join(["Ada", *(f"Abstract:{t}" for t in texts)])) == texts


@given(TEXTS)
def test_any_text_comes_back_from_plain_text(text):
    assume(not text.startswith("\ufeff") and "Abstract:" not in text)
    assume(not text.endswith("\r"))  # with the line feed it would end the line
    assert write_and_read("a.txt", text + "\n") == [text]


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_any_text_comes_back_from_bibtex(texts):
    assume(not set("{}\\@") & set("".join(texts)))
    entries = "\n".join(f"@misc{{k, abstract = {{{text}}}}}" for text in texts)
    assert write_and_read("a.bib", entries) == texts


@given(st.lists(st.text(st.characters(categories=["L", "N", "P"]), min_size=1), min_size=1))
def test_any_text_comes_back_from_openalex(words):
    index: dict[str, list[int]] = {}
    for position, word in enumerate(words):
        index.setdefault(word, []).append(position)
    work = json.dumps({"abstract_inverted_index": index})
    assert write_and_read("a.json", work) == [" ".join(words)]


def test_the_longest_text_comes_back(tmp_path):
    text = "知" * MAX_LENGTH
    assert read_one(tmp_path, "a.txt", text).text == text
    assert read_one(tmp_path, "a.csv", f"id,text\n1,{text}").text == text
