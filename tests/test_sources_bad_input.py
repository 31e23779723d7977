"""What bad input gets: one clear error with its place, or to be skipped and told of."""

import gzip
import json
import os
import tempfile
import unicodedata
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.errors import SourceError
from kg.sources import list_formats
from tests.source_files import expect_error, read, read_bytes


class TestFiles:
    def test_a_missing_path(self, tmp_path):
        with pytest.raises(SourceError, match=r"nothing\.txt: does not exist"):
            read(tmp_path / "nothing.txt")

    def test_a_missing_path_is_skipped_where_that_is_wanted(self, tmp_path):
        (tmp_path / "a.txt").write_text("Text.")
        reading = read([tmp_path / "nothing", tmp_path / "a.txt"], on_error="skip")
        assert reading.texts == ["Text."]
        assert [(s.document, s.reason) for s in reading.skipped] == [("nothing", "does not exist")]

    @pytest.mark.parametrize(
        "content", [b"", b"\n \r\n", b"\xef\xbb\xbf", gzip.compress(b""), b"\xef\xbb\xbf\n"]
    )
    @pytest.mark.parametrize("suffix", ["txt", "jsonl", "csv", "parquet", "bib", "json"])
    def test_an_empty_file(self, tmp_path, suffix, content):
        expect_error(tmp_path, f"a.{suffix}", content, "is empty")

    def test_a_folder_without_a_file_to_read(self, tmp_path):
        for found in ("", "notes.md"):
            if found:
                (tmp_path / found).write_text("# Notes")
            with pytest.raises(SourceError, match="holds no file of a format that is known"):
                read(tmp_path)
            assert read(tmp_path, on_error="skip").skipped

    @pytest.mark.parametrize("suffix", ["txt", "jsonl", "csv", "tsv", "bib", "json"])
    def test_a_binary(self, tmp_path, suffix):
        content = b"\x7fELF\x02\x01\x01\x00 and so on" + bytes(range(1, 256))
        error = expect_error(tmp_path, f"a.{suffix}", content, "is binary")
        assert error.byte == 7

    def test_a_binary_without_suffix(self, tmp_path):
        expect_error(tmp_path, "a", b"\x7fELF\x02\x01\x01\x00", "is binary")

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
    @pytest.mark.parametrize("suffix", ["txt", "jsonl", "csv", "bib"])
    def test_utf_16(self, tmp_path, suffix, encoding):
        content = "Ada\nAbstract: one".encode(encoding)
        expect_error(tmp_path, f"a.{suffix}", content, "is UTF-16|is binary")
        if encoding == "utf-16":
            expect_error(tmp_path, f"a.{suffix}", content, "is UTF-16 .* save it as UTF-8")

    @pytest.mark.parametrize(
        ("name", "content", "line", "byte"),
        [
            ("a.txt", b"Plain \xff text", None, 6),
            ("a.txt", b"\xef\xbb\xbfPlain \xff text", None, 9),
            ("a.txt", b"x" * 70_000 + b"\xe4", None, 70_000),
            ("a.txt", b"Ada\nAbstract:\xff", 2, 13),
            ("a.txt", b"\xef\xbb\xbfT\xe9\nAbstract:a", 1, 4),
            ("a.jsonl", b'{"text": "a"}\r\n{"text": "\xc3"}', 2, 25),
            ("a.json", b'[{"text": "a"},\n{"text": "\xc3"}]', 1, 26),
            ("a.json", b'{\n "text": "\xc3"}', None, 12),
            ("a.csv", b'id,text\n1,"a\nb\xff"\n', 3, 14),
            ("a.bib", b"@misc{a, abstract={\xff}}", None, 19),
            ("a.txt.gz", gzip.compress(b"x" * 70_000 + b"\xe4"), None, 70_000),
        ],
    )
    def test_bytes_that_are_not_utf_8(self, tmp_path, name, content, line, byte):
        error = expect_error(tmp_path, name, content, r"\(byte \d+\): is not UTF-8")
        assert (error.line, error.byte) == (line, byte)

    def test_gzip_data_that_is_cut_short_or_damaged(self, tmp_path):
        lines = "".join(json.dumps({"text": f"{n} {n**9}"}) + "\n" for n in range(9_000))
        packed = gzip.compress(lines.encode())
        middle = len(packed) // 2
        damaged = packed[:middle] + bytes(64) + packed[middle + 64 :]
        for content in (packed[:-20], packed[:middle], packed[:12], damaged):
            # What is damaged can be read, as something else, up to the next check of its sum.
            expect_error(tmp_path, "a.jsonl.gz", content, "gzip data|malformed|not UTF-8|holds")
            reading = read_bytes(tmp_path, "a.jsonl.gz", content, on_error="skip")
            assert len(reading.abstracts) < 9_000
            assert reading.skipped[-1].reason.endswith("damaged")

    def test_gzip_that_is_none(self, tmp_path):
        expect_error(tmp_path, "a.txt.gz", "Text.", "is no gzip data")

    def test_a_file_that_may_not_be_read(self, tmp_path):
        path = tmp_path / "a.txt"
        path.write_text("Text.")
        path.chmod(0)
        if os.access(path, os.R_OK):
            pytest.skip("this user may read every file")
        with pytest.raises(SourceError, match="permission is denied"):
            read(path)

    def test_a_link_to_nowhere(self, tmp_path):
        (tmp_path / "a.txt").symlink_to("nowhere")
        with pytest.raises(SourceError, match=r"a\.txt: does not exist"):
            read(tmp_path)

    def test_a_path_with_a_zero_byte(self):
        with pytest.raises(SourceError, match="cannot be read"):
            read("a\0b")

    def test_messages_name_the_path_as_it_was_given(self, tmp_path, monkeypatch):
        (tmp_path / "folder").mkdir()
        (tmp_path / "folder" / "a.jsonl").write_text("\n{")
        monkeypatch.chdir(tmp_path)
        with pytest.raises(SourceError, match=r"^\./folder/a\.jsonl:2: is malformed JSON"):
            read("./folder")


class TestAbstracts:
    @pytest.mark.parametrize("text", ["", " ", "\n\t", "\u3000"])
    def test_an_empty_abstract(self, tmp_path, text):
        expect_error(tmp_path, "a.jsonl", json.dumps({"text": text}), ":1: the abstract is empty")
        expect_error(tmp_path, "a.bib", f"@misc{{a, abstract={{{text}}}}}", "abstract is empty")
        expect_error(tmp_path, "a.csv", f'id,text\n1,"{text}"', ":2: the abstract is empty")

    def test_a_seed_line_without_text(self, tmp_path):
        expect_error(tmp_path, "a.txt", "Ada\nAbstract:a\nAbstract:\n", ":3: the abstract is empty")

    @pytest.mark.parametrize("length", [100_001, 1_000_000])
    def test_an_abstract_that_is_too_long(self, tmp_path, length):
        text = "x" * length
        expect_error(tmp_path, "a.txt", text, "100,000 characters are read|at most 100,000")
        expect_error(tmp_path, "a.jsonl", json.dumps({"text": text}), f"has {length:,} characters")
        expect_error(tmp_path, "a.csv", f"id,text\n1,{text}", f"has {length:,} characters")

    @pytest.mark.parametrize("character", ["\0", "\x01", "\x0b", "\x0c", "\x1b", "\x7f", "\x85"])
    def test_a_control_character(self, tmp_path, character):
        name = f"U\\+{ord(character):04X}"
        match = f":1: the abstract holds the control character {name} .its character 3"
        expect_error(tmp_path, "a.jsonl", json.dumps({"text": f"ab{character}"}), match)

    def test_a_lone_surrogate(self, tmp_path):
        for content in (r'{"text": "a\ud800"}', r'{"text": "a", "title": "\uDFFF"}'):
            expect_error(tmp_path, "a.jsonl", content, ":1: holds half of a surrogate pair")

    def test_a_surrogate_pair_is_a_character(self, tmp_path):
        assert read_bytes(tmp_path, "a.jsonl", r'{"text": "\ud83d\ude00"}').texts == ["😀"]

    def test_one_that_is_bad_is_skipped_and_reading_goes_on(self, tmp_path):
        texts = ["good", "", "x" * 100_001, "b\0d", "good too"]
        lines = "\n".join(json.dumps({"text": text}) for text in texts)
        reading = read_bytes(tmp_path, "a.jsonl", lines, on_error="skip")
        assert reading.texts == ["good", "good too"]
        assert [item.line for item in reading.skipped] == [2, 3, 4]
        assert {item.document for item in reading.skipped} == {"a.jsonl"}


class TestMetadata:
    @pytest.mark.parametrize(
        ("name", "value", "most"),
        [
            ("title", "x" * 10_001, "10,000"),
            ("url", "x" * 10_001, "10,000"),
            ("venue", "x" * 1_001, "1,000"),
            ("doi", "x" * 1_001, "1,000"),
            ("id", "x" * 1_001, "1,000"),
            ("authors", ["x", "x" * 1_001], "1,000"),
            ("affiliations", ["x" * 1_001], "1,000"),
            ("keywords", ["x" * 1_001], "1,000"),
        ],
    )
    def test_a_name_that_is_too_long(self, tmp_path, name, value, most):
        lines = "\n".join(map(json.dumps, [{"text": "bad", name: value}, {"text": "good"}]))
        match = f":1: the field `{name}` .* characters; at most {most} are read"
        expect_error(tmp_path, "a.jsonl", lines, match)
        assert read_bytes(tmp_path, "a.jsonl", lines, on_error="skip").texts == ["good"]

    def test_a_name_as_long_as_may_be(self, tmp_path):
        record = {"text": "good", "title": "x" * 10_000, "authors": ["x" * 1_000]}
        assert read_bytes(tmp_path, "a.jsonl", json.dumps(record)).texts == ["good"]

    def test_control_characters_are_replaced(self, tmp_path):
        bad = "a\x1b[31m\x07b\tc\r\nd\x9b"
        clean = "a\ufffd[31m\ufffdb c d\ufffd"
        names = ("id", "title", "venue", "doi", "url", "note", "n\x1b")
        record = {"text": "One.", **dict.fromkeys(names, bad), "list": [{"k\x1b": bad}]}
        record |= {name: [bad] for name in ("authors", "affiliations", "keywords")}
        (abstract,) = read_bytes(tmp_path, "a.jsonl", json.dumps(record)).abstracts
        one_line = (abstract.title, abstract.venue, abstract.doi, abstract.url, *abstract.ids)
        assert one_line == (clean,) * 5
        assert abstract.authors == abstract.affiliations == abstract.keywords == (clean,)
        assert abstract.extra == {
            "note": clean,
            "n\ufffd": clean,
            "list": [{"k\ufffd": clean}],
        }

    def test_control_characters_of_labels_and_paths_are_replaced(self, tmp_path):
        reading = read_bytes(tmp_path, "\x1b[31m.txt", "Ada\x1b[31m\nAbstract:One.")
        assert (reading.documents[0].path, reading.documents[0].label) == (
            "\ufffd[31m.txt",
            "Ada\ufffd[31m",
        )

    def test_messages_hold_no_control_character(self, tmp_path):
        (tmp_path / "\x1b.csv").write_text("id,\x1b\n1,2\n")
        with pytest.raises(SourceError, match="there are id, \ufffd") as caught:
            read(tmp_path)
        assert str(caught.value).isprintable()

    @given(st.text(max_size=30))
    def test_no_control_character_comes_through(self, text):
        record = {"text": "One.", "title": text, "authors": [text], text: [text]}
        with tempfile.TemporaryDirectory() as folder:
            reading = read_bytes(Path(folder), "a.jsonl", json.dumps(record), on_error="skip")
        for abstract in reading.abstracts:
            names = [abstract.title or "", *abstract.authors]
            names += [part for key, values in abstract.extra.items() for part in (key, *values)]
            assert "Cc" not in map(unicodedata.category, "".join(names))


class TestTables:
    def test_no_column_for_the_abstract(self, tmp_path):
        for name, content in (("a.csv", "id,summary\n1,a\n"), ("a.tsv", "id\tsummary\n1\ta\n")):
            match = ":1: no column is called `abstract` or `text`; there are id, summary"
            expect_error(tmp_path, name, content, match)

    def test_two_columns_of_one_name(self, tmp_path):
        expect_error(tmp_path, "a.csv", "Text,text\na,b\n", ":1: two columns are called `text`")

    def test_a_header_only(self, tmp_path):
        expect_error(tmp_path, "a.csv", "id,text\n", "holds no abstract")

    def test_a_row_with_too_many_fields(self, tmp_path):
        content = "id,text\n1,one, two\n2,good\n"
        expect_error(tmp_path, "a.csv", content, ":2: the row has 3 fields, and the header 2")
        assert read_bytes(tmp_path, "a.csv", content, on_error="skip").texts == ["good"]

    @pytest.mark.parametrize(
        ("row", "match"),
        [
            ('2,"open\n3,x\n', ":3: a quotation mark is opened here and never closed"),
            ('2,"a"b\n3,x\n', ":3: a closing quotation mark is not followed by the delimiter"),
            ("2,a\rb\n3,x\n", ":3: a carriage return stands alone"),
        ],
    )
    def test_a_mistake_in_the_quoting_ends_the_file(self, tmp_path, row, match):
        content = f"id,text\n1,good\n{row}"
        expect_error(tmp_path, "a.csv", content, match)
        reading = read_bytes(tmp_path, "a.csv", content, on_error="skip")
        assert (reading.texts, len(reading.skipped)) == (["good"], 1)

    def test_a_row_that_is_not_utf_8_is_skipped_whole(self, tmp_path):
        content = b'id,text\n1,"a\n\xff"\n2,good\n'
        assert read_bytes(tmp_path, "a.csv", content, on_error="skip").texts == ["good"]

    def test_a_parquet_file_that_is_none(self, tmp_path):
        for content in (b"PAR1", b"PAR1 and so on PAR1", b"Text."):
            expect_error(tmp_path, "a.parquet", content, "is no Parquet file, or a damaged one")

    def test_a_parquet_table_without_a_column_for_the_abstract(self, tmp_path):
        pq.write_table(pa.table({"summary": ["a"]}), tmp_path / "a.parquet")
        with pytest.raises(SourceError, match=r"no column is called .* there are summary"):
            read(tmp_path / "a.parquet")

    def test_a_parquet_row_that_is_not_utf_8(self, tmp_path):
        good, bad = pa.array([b"good"]), pa.array([b"\xff"])
        text = pa.chunked_array([array.view(pa.string()) for array in (good, bad, good)])
        pq.write_table(pa.table({"text": text}), tmp_path / "a.parquet")
        reading = read(tmp_path / "a.parquet", on_error="skip")
        assert (reading.texts, [item.line for item in reading.skipped]) == (["good", "good"], [2])

    def test_a_parquet_field_that_cannot_be_read(self, tmp_path):
        year = pa.array([10_000_000, None], pa.date32())
        pq.write_table(pa.table({"text": ["bad", "good"], "year": year}), tmp_path / "a.parquet")
        with pytest.raises(SourceError, match=r":1: the column `year` holds a value that cannot"):
            read(tmp_path / "a.parquet")
        assert read(tmp_path / "a.parquet", on_error="skip").texts == ["good"]

    def test_a_parquet_file_that_is_damaged_inside(self, tmp_path):
        pq.write_table(pa.table({"text": [f"{n} {n**9}" for n in range(9999)]}), tmp_path / "b")
        content = (tmp_path / "b").read_bytes()
        damaged = content[:100] + bytes(4000) + content[4100:]
        expect_error(tmp_path, "a.parquet", damaged, "is no Parquet file, or a damaged one")


class TestSeedsAndBibtex:
    def test_a_line_of_a_seed_that_is_no_abstract(self, tmp_path):
        content = "Ada\nAbstract:good\nBstract:bad\nAbstract:good too"
        expect_error(tmp_path, "a.txt", content, ":3: does not begin with `Abstract:`")
        assert read_bytes(tmp_path, "a.txt", content, on_error="skip").texts == ["good", "good too"]

    @pytest.mark.parametrize(
        "entry", ["@misc{b, abstract = {bad", "@misc{b abstract", "@misc{b, ="]
    )
    def test_an_entry_that_is_not_closed(self, tmp_path, entry):
        content = f"@misc{{a, abstract = {{good}}}}\n{entry}\n@misc{{c, abstract = {{good too}}}}"
        expect_error(tmp_path, "a.bib", content, ":2: the entry is malformed")
        reading = read_bytes(tmp_path, "a.bib", content, on_error="skip")
        assert reading.texts == ["good", "good too"]

    def test_a_field_that_is_there_twice(self, tmp_path):
        content = "@misc{a, abstract = {1}, abstract = {2}}"
        expect_error(tmp_path, "a.bib", content, ":1: the entry has a field twice: abstract")

    def test_strings_that_double_and_double(self, tmp_path):
        doublings = "".join(f"@string{{s{n + 1} = s{n} # s{n}}}\n" for n in range(60))
        content = f'@string{{s0 = "x"}}\n{doublings}@misc{{a, abstract = s60}}'
        error = expect_error(tmp_path, "a.bib", content, "make a text of it that is too long")
        assert 20 <= error.line <= 22

    def test_an_entry_that_puts_a_long_string_in_again_and_again(self, tmp_path):
        long = "x" * 10_000
        content = f'@string{{s = "{long}"}}\n@misc{{a, abstract = {{bad}}, note = s{" # s" * 999}}}'
        content += "\n@misc{b, abstract = {good}, note = s}"
        expect_error(tmp_path, "a.bib", content, ":2: its `@string`s make a text of it")
        assert read_bytes(tmp_path, "a.bib", content, on_error="skip").texts == ["good"]

    def test_nothing_is_written_on_the_screen(self, tmp_path, capfd):
        read_bytes(tmp_path, "a.bib", "@misc{a, abstract = {", on_error="skip")
        assert capfd.readouterr() == ("", "")

    def test_a_bibliography_of_comments(self, tmp_path):
        expect_error(tmp_path, "a.bib", "@comment{x} @string{a = {b}}", "holds no abstract")


FRAGMENTS = st.lists(
    st.sampled_from(
        [
            *(
                b"\n",
                b"\r",
                b"\t",
                b" ",
                b",",
                b'"',
                b"{",
                b"}",
                b"[",
                b"]",
                b"\\",
                b"#",
                b"=",
                b":",
            ),
            *(b"@misc{", b"@string{", b"abstract", b"text", b'"text": ', b"Abstract:", b"id"),
            *(b"\xff", b"\0", b"\xef\xbb\xbf", b"\\ud800", b"NaN", b"1e999", b"null", b"results"),
            *(b"PAR1", b"\x1f\x8b", b'"abstract_inverted_index": ', b'"authors_parsed": '),
        ]
    ),
    max_size=40,
).map(b"".join)


@given(st.binary() | FRAGMENTS, st.sampled_from([*list_formats(), None]))
@example(b"{" * 100_000, "bibtex")
@example(b"@misc{a, author={" + b"{" * 100_000, "bibtex")
@example(b"@misc{a, abstract={a}, author={" + b"{" * 9000 + b"}" * 9000 + b"}}", "bibtex")
@example(b"@misc{a, abstract={a}, author={" + b" and " * 9000 + b"}}", "bibtex")
@example(b"@misc{a, abstract={a}, author={" + b",a" * 9000 + b"}}", "bibtex")
def test_any_bytes_are_read_or_skipped_or_a_source_error(content, format):
    with tempfile.TemporaryDirectory() as folder:
        reading = read_bytes(Path(folder), "a", content, format=format, on_error="skip")
        assert reading.abstracts or reading.skipped
        if any(item.reason.endswith("no abstract") for item in reading.skipped):
            return
        if reading.skipped:
            with pytest.raises(SourceError):
                read_bytes(Path(folder), "a", content, format=format)
