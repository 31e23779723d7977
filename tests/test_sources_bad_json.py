"""What bad JSON gets, in JSON Lines, arrays, pages, OpenAlex and arXiv metadata."""

import json

import pytest

from kg.sources.content import MAX_LINE
from tests.source_files import expect_error, read_bytes


@pytest.mark.parametrize(
    ("line", "match"),
    [
        ("{", "malformed JSON"),
        ('{"text": "a"', "malformed JSON"),
        ('{"text": "a"} {"text": "b"}', "something follows the value at column 14"),
        ("nonsense", "malformed JSON"),
        ('{"text": "a\tb\x01"}', "malformed JSON"),
        ("[1, 2]", "is no JSON object"),
        ('"text"', "is no JSON object"),
        ('{"id": "x"}', "has no abstract"),
        ('{"text": null}', "has no abstract"),
        ('{"text": ["a"]}', "the field `text` is not text"),
        ('{"text": "a", "score": NaN}', "a number that is not finite or too large"),
        ('{"text": "a", "score": -Infinity}', "a number that is not finite or too large"),
        ('{"text": "a", "score": 1e999}', "a number that is not finite or too large"),
        ('{"text": "a", "score": 1' + "0" * 5000 + "}", "not finite or too large"),
        ('{"text": "a", "year": 20240}', "`year` is no year of four digits: 20240"),
        ('{"text": "a", "year": 1' + "0" * 299 + "}", "`year` is no year .*\\.\\.\\.$"),
        ('{"text": "a", "year": -5}', "`year` is no year"),
        ('{"text": "a", "year": "soon"}', "`year` is no year of four digits: 'soon'"),
        ('{"text": "a", "year": true}', "`year` is no year"),
        ('{"text": "a", "year": 2024.5}', "`year` is no year"),
        ('{"text": "a", "year": []}', "`year` is no year"),
        ('{"text": "a", "id": {}}', "`id` is neither text nor a number"),
        ('{"text": "a", "id": true}', "`id` is neither text nor a number"),
        ('{"text": "a", "title": 5}', "`title` is not text"),
        ('{"text": "a", "authors": 5}', "`authors` is neither a list nor text"),
        ('{"text": "a", "authors": [5]}', "`authors` holds something that is no name"),
        ('{"text": "a", "x": ' + "[" * 40 + "]" * 40 + "}", "nested more than 32 deep"),
        ('{"text": ' + "[" * 100_000, "nested more than 32 deep"),
        ('{"text": ' + '{"a":' * 100_000, "nested more than 32 deep"),
    ],
)
def test_a_line_that_is_no_record(tmp_path, line, match):
    content = f'{{"text": "good"}}\n{line}\n{{"text": "good too"}}'
    error = expect_error(tmp_path, "a.jsonl", content, match)
    assert error.line == 2
    reading = read_bytes(tmp_path, "a.jsonl", content, on_error="skip")
    assert reading.texts == ["good", "good too"]
    assert [item.line for item in reading.skipped] == [2]


@pytest.mark.parametrize(
    "element",
    [
        "5",
        '"x"',
        "[]",
        "null",
        '{"id": 1}',
        '{"text": NaN}',
        r'{"text": "\ud800"}',
        '{"text": 1}',
    ],
)
def test_an_element_of_an_array_that_is_no_record(tmp_path, element):
    content = f'[{{"text": "good"}}, {element}, {{"text": "good too"}}]'
    assert expect_error(tmp_path, "a.json", content, ":2: (is|has|holds|the)").line == 2
    reading = read_bytes(tmp_path, "a.json", content, on_error="skip")
    assert reading.texts == ["good", "good too"]
    assert [item.line for item in reading.skipped] == [2]


@pytest.mark.parametrize(
    "rest",
    [
        "",
        ",",
        ", {",
        ", ]",
        ' {"text": "b"}]',
        "] more",
        ", {'text': 'b'}]",
        "," + "[" * 100_000,
    ],
)
def test_the_rest_of_an_array_that_is_malformed(tmp_path, rest):
    content = '[{"text": "good"}' + rest
    expect_error(tmp_path, "a.json", content, "malformed JSON|nested")
    reading = read_bytes(tmp_path, "a.json", content, on_error="skip")
    assert reading.texts == ["good"]
    assert len(reading.skipped) == 1


@pytest.mark.parametrize("content", ['{\n"text": "a"', '{\n"text": "a"}\n}', '{\n"text": NaN}'])
def test_a_single_object_that_is_malformed(tmp_path, content):
    expect_error(tmp_path, "a.json", content, "malformed JSON|number")


@pytest.mark.parametrize("content", ["[]", '{"results": []}', " [ ] "])
def test_json_without_records(tmp_path, content):
    expect_error(tmp_path, "a.json", content, "holds no abstract")


def test_a_line_without_end(tmp_path):
    content = '{"text": "' + "x" * MAX_LINE + '"}\n{"text": "good"}'
    expect_error(tmp_path, "a.jsonl", content, ":1: the line has more than 16,777,216 bytes")
    assert read_bytes(tmp_path, "a.jsonl", content, on_error="skip").texts == ["good"]


@pytest.mark.parametrize(
    "index",
    ["a", [1], {"a": 1}, {"a": ["x"]}, {"a": [-1]}, {"a": [True]}, {"a": [0], "b": [0]}],
)
def test_an_inverted_abstract_that_is_none(tmp_path, index):
    content = json.dumps({"abstract_inverted_index": index})
    expect_error(tmp_path, "a.json", content, ":1: the field `abstract_inverted_index`")


def test_an_inverted_abstract_that_would_be_too_long(tmp_path):
    content = json.dumps({"abstract_inverted_index": {"x" * 99_999: list(range(9_999))}})
    expect_error(tmp_path, "a.json", content, ":1: the abstract has 999,899,999 characters")


def test_positions_of_an_inverted_abstract_may_be_any(tmp_path):
    content = json.dumps({"abstract_inverted_index": {"a": [10**18], "b": [3]}})
    assert read_bytes(tmp_path, "a.json", content).texts == ["b a"]


def test_an_arxiv_paper_without_abstract(tmp_path):
    content = '{"id": "x", "authors_parsed": [["a"]]}'
    expect_error(tmp_path, "a.json", content, ":1: has no abstract")
