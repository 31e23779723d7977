"""What each source format of tables, entries and texts gives, field by field."""

import csv
import gzip
import io
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kg.sources.bibtex import resolve_value
from tests.source_files import METADATA, get_metadata, read, read_bytes, read_one


class TestSeed:
    def test_the_text_is_kept_as_it_came(self, tmp_path):
        content = "Ada\nAbstract: one \nAbstract:\ttwo\u2028still two\n\nAbstract:three"
        reading = read_bytes(tmp_path, "a.txt", content)
        assert reading.texts == [" one ", "\ttwo\u2028still two", "three"]
        assert reading.lines == [2, 3, 5]

    def test_carriage_returns_belong_to_line_ends(self, tmp_path):
        reading = read_bytes(tmp_path, "a.txt", "Ada\r\nAbstract:one\r\nAbstract:two\r\n")
        assert (reading.texts, reading.documents[0].label) == (["one", "two"], "Ada")

    def test_a_byte_order_mark_is_not_part_of_the_label(self, tmp_path):
        reading = read_bytes(tmp_path, "a.txt", "\ufeffAda\nAbstract:one")
        assert reading.documents[0].label == "Ada"

    def test_a_header_may_be_empty(self, tmp_path):
        reading = read_bytes(tmp_path, "a.txt", "\nAbstract:one")
        assert (reading.texts, reading.documents[0].label) == (["one"], None)


class TestTables:
    @pytest.mark.parametrize(("name", "delimiter"), [("a.csv", ","), ("a.tsv", "\t")])
    def test_the_fields(self, tmp_path, name, delimiter):
        row = {
            "ID": "x",
            "Abstract": f'One, "two"{delimiter}\nthree.',
            "Title": "A title",
            "AUTHORS": "Ada Lovelace; Alan Turing",
            "affiliations": "King's College",
            "Year": "2024",
            "venue": "ICML",
            "doi": "10.1000/1",
            "url": "https://example.org/1",
            "keywords": "graphs;text",
            "Pages": "1-2",
            "note": "",
        }
        written = io.StringIO(newline="")
        writer = csv.DictWriter(written, row, delimiter=delimiter)
        writer.writeheader()
        writer.writerow(row)
        abstract = read_one(tmp_path, name, "\ufeff" + written.getvalue())
        assert get_metadata(abstract) == METADATA
        assert (abstract.text, abstract.places[0].id) == (row["Abstract"], "x")
        assert abstract.extra == {"Pages": "1-2"}

    def test_a_row_stands_where_it_begins(self, tmp_path):
        content = 'id,text\n1,"one\ntwo"\n\n2,three\n3,"four\r\nfive"\r\n4,six'
        reading = read_bytes(tmp_path, "a.csv", content)
        assert reading.texts == ["one\ntwo", "three", "four\r\nfive", "six"]
        assert reading.lines == [2, 5, 6, 8]

    def test_a_row_may_end_early(self, tmp_path):
        assert read_one(tmp_path, "a.csv", "text,title,year\nOne.\n").title is None

    def test_a_field_may_be_as_long_as_an_abstract(self, tmp_path):
        note = "x" * 200_000
        assert read_one(tmp_path, "a.csv", f"text,note\nOne.,{note}\n").extra == {"note": note}


class TestParquet:
    def write(self, path, columns):
        pq.write_table(pa.table(columns), path)

    def test_the_fields(self, tmp_path):
        columns = {"id": ["x", "y"], "Abstract": ["One.", "Two."]}
        columns |= {
            name: [list(value) if isinstance(value, tuple) else value, None]
            for name, value in METADATA.items()
        }
        columns |= {"Pages": [[1, 2], None], "day": [date(2024, 5, 1), None]}
        columns |= {"price": [Decimal("1.50"), None], "score": [float("nan"), 0.5]}
        self.write(tmp_path / "a.parquet", columns)
        first, second = read(tmp_path / "a.parquet").abstracts
        assert get_metadata(first) == METADATA
        assert first.extra == {"Pages": [1, 2], "day": "2024-05-01", "price": "1.50"}
        assert (second.text, second.places[0].line, second.places[0].id) == ("Two.", 2, "y")
        assert second.extra == {"score": 0.5}
        assert not any(get_metadata(second).values())

    def test_authors_may_be_structs(self, tmp_path):
        self.write(tmp_path / "a.parquet", {"text": ["One."], "authors": [[{"name": "Ada"}]]})
        assert read(tmp_path / "a.parquet").abstracts[0].authors == ("Ada",)

    def test_a_year_may_be_a_float(self, tmp_path):
        self.write(tmp_path / "a.parquet", {"text": ["1", "2"], "year": [2024.0, float("nan")]})
        assert [a.year for a in read(tmp_path / "a.parquet").abstracts] == [2024, None]

    def test_values_that_python_has_nothing_like_are_printed_where_nothing_hangs_on_them(
        self, tmp_path
    ):
        text = pa.array([b"\xff"]).view(pa.string())
        columns = {
            "at": pa.array([1714521600000000001], pa.timestamp("ns")),
            "day": pa.array([10_000_000], pa.date32()),
            "days": pa.array([[10_000_000]], pa.list_(pa.date32())),
            "zone": pa.array([1], pa.timestamp("us", "Foo/Bar")),
            "bytes": text,
        }
        self.write(tmp_path / "a.parquet", {"text": ["One."], **columns})
        (abstract,) = read(tmp_path / "a.parquet").abstracts
        assert {name: value.replace("T", " ") for name, value in abstract.extra.items()} == {
            "at": "2024-05-01 00:00:00.000000001",
            "day": "29349-01-26",
            "days": "[ 29349-01-26 ]",
            "zone": "1970-01-01 00:00:00.000001Z",
            "bytes": '"\ufffd"',
        }

    def test_a_map_is_a_list_of_pairs(self, tmp_path):
        scores = pa.array([[("a", 1), ("b", 2)]], pa.map_(pa.string(), pa.int64()))
        self.write(tmp_path / "a.parquet", {"text": ["One."], "scores": scores})
        assert read(tmp_path / "a.parquet").abstracts[0].extra == {"scores": [["a", 1], ["b", 2]]}

    def test_it_may_be_compressed_once_more(self, tmp_path):
        self.write(tmp_path / "a.parquet", {"text": ["One."]})
        packed = gzip.compress((tmp_path / "a.parquet").read_bytes())
        assert read_bytes(tmp_path, "b.parquet.gz", packed).texts == ["One."]


class TestBibtex:
    def test_the_fields(self, tmp_path):
        abstract = read_one(
            tmp_path,
            "a.bib",
            r"""A comment about 100% of {braces.
            @comment{jabref-meta: x}
            @string{icml = "ICML"}
            @InProceedings{lovelace2024,
              Title = {A {T}itle with $\alpha$ -- and \'{E}cole},
              author = "Lovelace, Ada and G{\"o}del, Kurt and van Rossum, Guido",
              booktitle = icml,
              year = 2024,
              doi = {10.1000/a\_1},
              url = {https://example.org/a\_1},
              keywords = {graphs, text},
              abstract = { We train a model,
                 and gain 5\% on {ImageNet}. },
              pages = {1--2},
            }
            """,
        )
        assert abstract.text == " We train a model,\n                 and gain 5\\% on {ImageNet}. "
        assert abstract.title == "A Title with α – and École"
        assert abstract.authors == ("Ada Lovelace", "Kurt Gödel", "Guido van Rossum")
        assert (abstract.venue, abstract.year, abstract.doi) == ("ICML", 2024, "10.1000/a_1")
        assert abstract.url == "https://example.org/a_1"
        assert abstract.keywords == ("graphs", "text")
        assert (abstract.ids, abstract.places[0].line) == (("lovelace2024",), 4)
        assert abstract.extra == {"pages": "1--2"}

    def test_an_entry_stands_where_it_begins(self, tmp_path):
        content = "% x\r\n\r\n@misc{a, abstract={1}}\r\n@misc{b,\r\n abstract={2}}"
        reading = read_bytes(tmp_path, "a.bib", content)
        assert (reading.texts, reading.lines) == (["1", "2"], [3, 4])

    def test_a_key_that_is_there_twice_is_the_id_of_both(self, tmp_path):
        content = '@misc{k, abstract = {One.}}\n@misc{k, abstract = "Two."}'
        reading = read_bytes(tmp_path, "a.bib", content)
        assert [(a.text, a.places[0].id) for a in reading.abstracts] == [
            ("One.", "k"),
            ("Two.", "k"),
        ]

    def test_an_entry_without_abstract_is_skipped(self, tmp_path):
        content = "@misc{a, title = {A}}\n@misc{b, abstract = {One.}}"
        reading = read_bytes(tmp_path, "a.bib", content)
        assert reading.texts == ["One."]
        assert [(item.line, item.reason) for item in reading.skipped] == [
            (1, "the entry has no abstract")
        ]

    def test_a_year_that_is_none_stays_as_it_came(self, tmp_path):
        abstract = read_one(tmp_path, "a.bib", "@misc{a, abstract = {One.}, year = {in press}}")
        assert (abstract.year, abstract.extra) == (None, {"year": "in press"})

    @pytest.mark.parametrize(
        ("value", "resolved"),
        [
            ("{a}", "a"),
            ('"a"', "a"),
            ("2024", "2024"),
            ("Name", "Value"),
            ("unknown", "unknown"),
            ('"a " # name # { b}', "a Value b"),
            ('{a # b} # "c # {"}"', 'a # bc # {"}'),
            (r"{5\% \{x}", r"5\% \{x"),
            ("{", "{"),
        ],
    )
    def test_values(self, value, resolved):
        assert resolve_value(value, {"name": "Value"}) == resolved


class TestText:
    def test_a_file_is_one_abstract(self, tmp_path):
        abstract = read_one(tmp_path, "a.txt", "\ufeff We train\r\n\r\na model. \r\n")
        assert (abstract.text, abstract.places[0].line) == (" We train\r\n\r\na model. ", 1)
