"""What JSON Lines, OpenAlex and arXiv metadata give, field by field."""

import json

import pytest

from tests.source_files import METADATA, get_metadata, read_bytes, read_one


class TestJsonLines:
    def test_the_fields(self, tmp_path):
        record = {"id": "x", "abstract": "Text.", **METADATA, "pages": [1, 2], "note": None}
        abstract = read_one(tmp_path, "a.jsonl", json.dumps(record))
        assert get_metadata(abstract) == METADATA
        assert (abstract.text, abstract.places[0].id) == ("Text.", "x")
        assert abstract.extra == {"pages": [1, 2]}

    @pytest.mark.parametrize(
        "authors",
        [
            ["Ada Lovelace", "Alan Turing"],
            [{"name": "Ada Lovelace"}, {"name": "Alan Turing", "id": 2}],
            "Ada Lovelace; Alan Turing",
            "Ada Lovelace and Alan Turing",
            " Ada  Lovelace;Alan Turing;",
        ],
    )
    def test_ways_to_write_authors(self, tmp_path, authors):
        record = {"text": "Text.", "authors": authors}
        abstract = read_one(tmp_path, "a.jsonl", json.dumps(record))
        assert abstract.authors == ("Ada Lovelace", "Alan Turing")

    @pytest.mark.parametrize("year", [2024, "2024", " 2024 ", 2024.0, "2024-05-01", "2024-05"])
    def test_ways_to_write_a_year(self, tmp_path, year):
        record = {"text": "Text.", "year": year}
        assert read_one(tmp_path, "a.jsonl", json.dumps(record)).year == 2024

    @pytest.mark.parametrize(
        "doi",
        ["10.1000/1", "https://doi.org/10.1000/1", "http://dx.doi.org/10.1000/1", "DOI: 10.1000/1"],
    )
    def test_ways_to_write_a_doi(self, tmp_path, doi):
        record = {"text": "Text.", "doi": doi}
        assert read_one(tmp_path, "a.jsonl", json.dumps(record)).doi == "10.1000/1"

    def test_an_abstract_is_taken_before_a_text(self, tmp_path):
        abstract = read_one(tmp_path, "a.jsonl", '{"text": "Whole paper.", "abstract": "Short."}')
        assert (abstract.text, abstract.extra) == ("Short.", {"text": "Whole paper."})

    def test_a_text_is_taken_where_the_abstract_is_null(self, tmp_path):
        assert read_one(tmp_path, "a.jsonl", '{"text": "T.", "abstract": null}').text == "T."

    def test_a_number_may_be_an_id(self, tmp_path):
        assert read_one(tmp_path, "a.jsonl", '{"id": 7, "text": "T."}').ids == ("7",)

    def test_empty_fields_are_none(self, tmp_path):
        record = {"text": "T.", **dict.fromkeys(METADATA, ""), "id": ""}
        abstract = read_one(tmp_path, "a.jsonl", json.dumps(record))
        assert not any(get_metadata(abstract).values())
        assert abstract.ids == (abstract.key,)

    def test_empty_lines_count_and_give_nothing(self, tmp_path):
        reading = read_bytes(tmp_path, "a.jsonl", '\n{"text": "1"}\r\n\n  \n{"text": "2"}')
        assert (reading.texts, reading.lines) == (["1", "2"], [2, 5])

    def test_the_results_of_an_annotated_record_are_not_a_page(self, tmp_path):
        record = {"id": "x", "text": "Text.", "results": [{"of": "e1", "value": "5%"}]}
        abstract = read_one(tmp_path, "a.jsonl", json.dumps(record))
        assert abstract.extra == {"results": record["results"]}

    def test_an_array_gives_its_elements_with_their_numbers(self, tmp_path):
        records = [{"text": "1"}, {"text": "2"}]
        for indent in (None, 2):
            reading = read_bytes(tmp_path, "a.json", json.dumps(records, indent=indent))
            assert (reading.texts, reading.lines) == (["1", "2"], [1, 2])

    def test_a_single_object_may_go_over_lines(self, tmp_path):
        assert read_one(tmp_path, "a.json", json.dumps({"text": "1"}, indent=2)).text == "1"

    def test_an_array_may_be_larger_than_what_is_read_at_once(self, tmp_path):
        records = [{"text": f"Text {number}.", "note": "é" * 1000} for number in range(2500)]
        content = json.dumps(records, ensure_ascii=False)
        reading = read_bytes(tmp_path, "a.json", content)
        assert reading.texts == [record["text"] for record in records]

    def test_an_element_may_be_larger_than_what_is_read_at_once(self, tmp_path):
        record = {"text": "Text.", "note": "\\{[" * 1_000_000}
        assert read_one(tmp_path, "a.json", json.dumps([record])).text == "Text."


OPENALEX_WORK = {
    "id": "https://openalex.org/W1",
    "doi": "https://doi.org/10.1000/1",
    "title": "A title",
    "publication_year": 2024,
    "publication_date": "2024-05-01",
    "type": "article",
    "authorships": [
        {
            "author": {"id": "https://openalex.org/A1", "display_name": "Ada Lovelace"},
            "institutions": [{"display_name": "King's College"}],
        },
        {
            "author": {"display_name": None},
            "raw_author_name": "Alan Turing",
            "institutions": [{"display_name": "King's College"}],
        },
    ],
    "primary_location": {
        "landing_page_url": "https://example.org/1",
        "source": {"display_name": "ICML"},
    },
    "keywords": [{"display_name": "graphs"}, {"display_name": "text"}],
    "abstract_inverted_index": {
        "train": [1, 4],
        "We": [0],
        "and": [3],
        "models": [2],
        "more.": [5],
    },
}


class TestOpenAlex:
    def test_the_fields(self, tmp_path):
        abstract = read_one(tmp_path, "a.json", json.dumps(OPENALEX_WORK))
        assert abstract.text == "We train models and train more."
        assert get_metadata(abstract) == METADATA
        assert abstract.ids == ("https://openalex.org/W1",)
        assert abstract.extra == {"publication_date": "2024-05-01", "type": "article"}

    @pytest.mark.parametrize("indent", [None, 2])
    def test_a_page_of_the_api_an_array_and_json_lines_are_read(self, tmp_path, indent):
        works = [OPENALEX_WORK, {**OPENALEX_WORK, "id": "https://openalex.org/W2"}]
        ways = {
            "page.json": json.dumps({"meta": {"count": 2}, "results": works}, indent=indent),
            "array.json": json.dumps(works, indent=indent),
            "lines.jsonl": "\n".join(map(json.dumps, works)),
            "pages.jsonl": "\n".join(json.dumps({"results": [work]}) for work in works),
        }
        for name, content in ways.items():
            reading = read_bytes(tmp_path, name, content)
            assert reading.documents[0].format == "openalex"
            assert [abstract.ids[0][-2:] for abstract in reading.abstracts] == ["W1", "W2"]
            assert reading.lines == [1, 2]

    def test_a_work_without_abstract_is_skipped(self, tmp_path):
        works = [{**OPENALEX_WORK, "abstract_inverted_index": None}, OPENALEX_WORK]
        reading = read_bytes(tmp_path, "a.json", json.dumps(works))
        assert len(reading.abstracts) == 1
        assert [(item.line, item.reason) for item in reading.skipped] == [
            (1, "the work has no abstract")
        ]

    def test_nothing_but_the_abstract_is_needed(self, tmp_path):
        work = {"abstract_inverted_index": {"Text.": [0]}, "authorships": None}
        assert not any(get_metadata(read_one(tmp_path, "a.json", json.dumps(work))).values())


ARXIV_PAPER = {
    "id": "0704.0001",
    "submitter": "Ada",
    "authors": "A. Lovelace, A. Turing",
    "title": "A\n  title",
    "journal-ref": "Phys. Rev. 1",
    "doi": "10.1000/1",
    "categories": "cs.LG hep-ph",
    "abstract": "  We train\na model.\n",
    "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}],
    "update_date": "2015-11-26",
    "authors_parsed": [["Lovelace", "A.", ""], ["Turing", "A.", "Jr"]],
}


class TestArxiv:
    def test_the_fields(self, tmp_path):
        abstract = read_one(tmp_path, "a.json", json.dumps(ARXIV_PAPER))
        assert abstract.text == "  We train\na model.\n"
        assert (abstract.title, abstract.doi) == ("A title", "10.1000/1")
        assert abstract.authors == ("A. Lovelace", "A. Turing Jr")
        assert abstract.year == 2007
        assert abstract.url == "https://arxiv.org/abs/0704.0001"
        assert (abstract.ids, abstract.keywords) == (("0704.0001",), ())
        assert abstract.extra["categories"] == "cs.LG hep-ph"
        assert abstract.extra["journal-ref"] == "Phys. Rev. 1"

    @pytest.mark.parametrize(
        ("changes", "year"),
        [
            ({"versions": []}, 2007),
            ({"versions": [], "id": "hep-th/9901001"}, 1999),
            ({"versions": [], "id": "math.GT/0309136"}, 2003),
            ({"versions": [], "id": "2412.12345v2"}, 2024),
            ({"versions": [], "id": "x"}, 2015),
            ({"versions": None, "id": None, "update_date": None}, None),
        ],
    )
    def test_the_year_is_that_of_the_first_version(self, tmp_path, changes, year):
        paper = json.dumps({**ARXIV_PAPER, **changes})
        assert read_one(tmp_path, "a.json", paper).year == year
