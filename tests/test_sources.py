"""Which documents are read, in which order, as which format, and what the filters let through."""

import gzip
import hashlib
import io
import itertools
import json
import os
import threading
from types import SimpleNamespace

import pytest

from kg.errors import FilterError, FormatError, SourceError
from kg.output import stage_folder, write_manifest
from kg.records import Abstract, Document
from kg.sources import Filters, find_format, list_formats, parse_years, read_sources
from tests.conftest import SEEDS
from tests.source_files import read, read_bytes

RECORDS = [
    {"id": "a", "text": "First.", "year": 2018, "venue": "ICML"},
    {"id": "b", "text": "Second.", "year": 2021, "venue": "NeurIPS"},
    {"id": "c", "text": "Third.", "year": 2024, "venue": "icml"},
    {"id": "d", "text": "Fourth."},
]
JSON_LINES = "".join(json.dumps(record) + "\n" for record in RECORDS)


@pytest.fixture
def mixture(tmp_path):
    """A folder with a file of nearly each format, and others."""
    folder = tmp_path / "mixture"
    (folder / "below" / "deep").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    files = {
        "z.txt": "Plain text.\n",
        "seed.txt": "Ada\nAbstract:A seed.\n",
        "table.csv": "abstract,id\nA table.,1\n",
        "below/lines.jsonl": '{"text": "JSON Lines."}\n',
        "below/deep/entry.bib": "@misc{k, abstract = {An entry.}}\n",
        "notes.md": "# Notes",
        "LICENSE": "Do what you like.",
        ".hidden/more.txt": "Hidden.",
        "below/.txt.swp": "Hidden too.",
    }
    for name, content in files.items():
        (folder / name).write_text(content)
    (folder / "below" / "packed.txt.gz").write_bytes(gzip.compress(b"Packed."))
    return folder


class TestSeeds:
    def test_each_line_after_the_header_is_an_abstract(self):
        reading = read(SEEDS)
        assert len(reading.documents) == 5
        assert len(reading.abstracts) == 46
        for document, path in zip(reading.documents, sorted(SEEDS.glob("*.txt")), strict=True):
            lines = path.read_text(encoding="utf-8").split("\n")
            found = [a for a in reading.abstracts if a.places[0].document == document.path]
            assert [f"Abstract:{abstract.text}" for abstract in found] == lines[1:]
            assert [abstract.places[0].line for abstract in found] == list(range(2, len(lines) + 1))

    def test_the_header_is_the_label(self):
        assert {document.label for document in read(SEEDS).documents} == {"Tony"}

    def test_a_document_is_its_path_and_content(self):
        document = read(SEEDS).documents[0]
        content = (SEEDS / document.path.removeprefix("seeds/")).read_bytes()
        assert document.path == "seeds/000_11247910280e2910.txt"
        assert document.sha256 == hashlib.sha256(content).hexdigest()
        assert document.format == "seed"

    def test_metadata_is_not_invented(self):
        abstract = read(SEEDS).abstracts[0]
        assert (abstract.title, abstract.authors, abstract.year) == (None, (), None)
        assert abstract.ids == (abstract.key,)


class TestDocuments:
    def test_a_document_comes_before_its_abstracts(self):
        document = None
        for item in read_sources(SEEDS):
            if isinstance(item, Document):
                document = item
            elif isinstance(item, Abstract):
                assert item.places[0].document == document.path
                assert item.places[0].sha256 == document.sha256

    def test_the_path_begins_with_the_name_of_the_input(self, monkeypatch):
        monkeypatch.chdir(SEEDS.parent)
        ways = ["seeds", "./seeds/", "seeds/../seeds", str(SEEDS), SEEDS]
        assert len({tuple(d.path for d in read(way).documents) for way in ways}) == 1

    def test_the_order_of_the_inputs_does_not_matter(self):
        paths = sorted(SEEDS.glob("*.txt"))
        expected = list(read_sources(paths))
        for order in itertools.permutations(paths, len(paths)):
            assert list(read_sources(order)) == expected

    def test_a_file_that_is_given_twice_is_read_once(self, monkeypatch):
        monkeypatch.chdir(SEEDS.parent)
        name = "seeds/000_11247910280e2910.txt"
        assert len(read([name, f"./{name}", SEEDS / name.split("/")[1]]).documents) == 1

    def test_a_file_in_a_folder_that_is_given_too_is_read_once(self):
        path = SEEDS / "000_11247910280e2910.txt"
        assert len(read([SEEDS, path]).documents) == len(read([path, SEEDS]).documents) == 5

    def test_the_same_path_and_content_is_one_document(self, tmp_path):
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "a.txt").write_text("Text.")
        assert len(read([tmp_path / "one" / "a.txt", tmp_path / "two" / "a.txt"]).documents) == 1

    def test_the_same_path_and_other_content_is_another_document(self, tmp_path):
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "a.txt").write_text(name)
        inputs = [tmp_path / "one" / "a.txt", tmp_path / "two" / "a.txt"]
        assert [d.path for d in read(inputs).documents] == ["a.txt", "a.txt"]
        assert read(inputs).texts == read(inputs[::-1]).texts

    def test_a_folder_is_all_files_below_it_but_the_hidden_ones(self, mixture):
        assert {d.path: d.format for d in read(mixture).documents} == {
            "mixture/below/deep/entry.bib": "bibtex",
            "mixture/below/lines.jsonl": "jsonl",
            "mixture/below/packed.txt.gz": "text",
            "mixture/seed.txt": "seed",
            "mixture/table.csv": "csv",
            "mixture/z.txt": "text",
        }

    def test_an_output_of_kg_in_a_folder_is_no_source(self, mixture):
        before = read(mixture)
        output = mixture / "below" / "graph"
        with stage_folder(output) as folder:
            (folder / "extractions.jsonl").write_text('{"text": "Read already."}\n')
            (folder / "tables").mkdir()
            (folder / "tables" / "abstracts.csv").write_text("id,text\n1,Read already.\n")
            write_manifest(folder, {})
        assert read(mixture) == before
        with pytest.raises(SourceError, match="graph: is an output of kg, no source"):
            read(output)

    @pytest.mark.parametrize("manifest", ['{"generator": "webpack"}', "[" * 100_000, "\0", "[]"])
    def test_a_folder_with_another_manifest_is_read(self, tmp_path, manifest):
        (tmp_path / "manifest.json").write_text(manifest)
        (tmp_path / "a.txt").write_text("Text.")
        assert read(tmp_path, on_error="skip").texts == ["Text."]

    def test_files_of_a_folder_that_no_format_knows_are_skipped(self, mixture):
        skipped = read(mixture).skipped
        assert [item.document for item in skipped] == ["mixture/LICENSE", "mixture/notes.md"]
        assert skipped[1].reason == "no format has the suffix `.md`"

    def test_a_file_that_no_format_knows_is_an_error_if_it_is_named(self, mixture):
        with pytest.raises(SourceError, match=r"notes\.md: no format is known .* --format"):
            read(mixture / "notes.md")

    def test_a_format_that_is_named_reads_every_file(self, mixture):
        assert len(read(mixture, format="text").documents) == 8

    def test_folders_that_hold_themselves_end(self, mixture):
        before = [document.path for document in read(mixture).documents]
        (mixture / "below" / "again").symlink_to(mixture, target_is_directory=True)
        assert [document.path for document in read(mixture).documents] == before

    def test_a_name_that_is_not_utf_8_can_be_written(self, tmp_path):
        path = os.fsencode(tmp_path) + b"/\xff.txt"
        with open(path, "wb") as file:
            file.write(b"Text.")
        (document,) = read(os.fsdecode(path)).documents
        assert document.path == "\ufffd.txt"

    def test_documents_are_read_one_after_the_other(self, tmp_path):
        (tmp_path / "a.txt").write_text("Text.")
        (tmp_path / "b.jsonl").write_text("{")
        items = read_sources(tmp_path)
        assert [type(next(items)).__name__ for _ in range(3)] == [
            "Document",
            "Abstract",
            "Document",
        ]
        with pytest.raises(SourceError):
            next(items)


class TestStreams:
    def test_standard_input_is_read_by_content(self):
        reading = read("-", stdin=io.BytesIO(JSON_LINES.encode()))
        assert (reading.documents[0].path, reading.documents[0].format) == ("-", "jsonl")
        assert reading.texts == ["First.", "Second.", "Third.", "Fourth."]

    def test_standard_input_is_decompressed(self):
        packed = gzip.compress(JSON_LINES.encode())
        reading = read("-", stdin=io.BytesIO(packed))
        assert len(reading.abstracts) == 4
        assert reading.documents[0].sha256 == hashlib.sha256(packed).hexdigest()

    def test_standard_input_may_be_plain_text(self):
        assert read("-", stdin=io.BytesIO(b"We train a model.")).documents[0].format == "text"

    def test_sys_stdin_is_the_default(self, monkeypatch):
        stdin = SimpleNamespace(buffer=io.BytesIO(b"We train a model."))
        monkeypatch.setattr("sys.stdin", stdin)
        assert read("-").texts == ["We train a model."]

    @pytest.mark.parametrize("options", [{}, {"stdin": None}])
    def test_there_may_be_no_standard_input(self, monkeypatch, options):
        monkeypatch.setattr("sys.stdin", None)
        with pytest.raises(SourceError, match="-: there is no standard input"):
            read("-", **options)
        assert read("-", on_error="skip", **options).skipped[0].document == "-"

    def test_standard_input_may_be_closed(self):
        stdin = io.BytesIO(b"Text.")
        stdin.close()
        with pytest.raises(SourceError, match="-: there is no standard input"):
            read("-", stdin=stdin)

    def test_a_pipe_is_read(self, tmp_path):
        pipe = tmp_path / "pipe.jsonl"
        os.mkfifo(pipe)
        writer = threading.Thread(target=pipe.write_text, args=(JSON_LINES,))
        writer.start()
        reading = read(pipe)
        writer.join()
        assert len(reading.abstracts) == 4

    def test_gzip_is_known_by_content(self, tmp_path):
        packed = gzip.compress(JSON_LINES.encode())
        for name in ("a.jsonl.gz", "a.jsonl", "A.JSONL.GZ", "part_000.gz"):
            assert len(read_bytes(tmp_path, name, packed).abstracts) == 4


class TestDetection:
    @pytest.mark.parametrize(
        ("name", "content", "format"),
        [
            ("a.txt", "Ada\nAbstract:One.\nAbstract:Two.", "seed"),
            ("a.txt", "\ufeffAda\r\n\r\nAbstract:One.\r\n", "seed"),
            ("a.txt", "Abstract: we train a model.", "text"),
            ("a.txt", '{"text": "JSON in a text file."}', "text"),
            ("a.json", '[{"text": "One."}]', "jsonl"),
            ("a.json", '{"abstract_inverted_index": {"One": [0]}}', "openalex"),
            ("a.json", '{"results": [{"abstract_inverted_index": {"One": [0]}}]}', "openalex"),
            ("a.jsonl", '{"text": "The \\"abstract_inverted_index\\": of OpenAlex"}', "jsonl"),
            ("a.jsonl", '{"abstract": "One.", "authors_parsed": []}', "arxiv"),
            ("a.json", '{"abstract": "O.", "categories": "cs", "update_date": "x"}', "arxiv"),
            ("a", "@misc{k, abstract = {One.}}", "bibtex"),
            ("a", "id,abstract\n1,One.", "csv"),
            ("a", "id\tabstract\n1\tOne.", "tsv"),
            ("a.2024", '{"text": "One."}', "jsonl"),
            ("a", "One.", "text"),
        ],
    )
    def test_the_format_is_known_by_suffix_and_content(self, tmp_path, name, content, format):
        assert read_bytes(tmp_path, name, content).documents[0].format == format

    def test_a_format_that_is_named_is_used(self, tmp_path):
        content = '{"text": "One."}'
        assert read_bytes(tmp_path, "a.txt", content, format="jsonl").texts == ["One."]
        assert read_bytes(tmp_path, "a.jsonl", content, format="text").texts == [content]

    def test_every_format_can_be_found(self):
        assert {find_format(name).name for name in list_formats()} == set(list_formats())
        assert all(find_format(name).description for name in list_formats())

    def test_the_message_of_an_unknown_format_lists_the_known(self):
        with pytest.raises(FormatError, match="'word'; there are seed, parquet"):
            list(read_sources(SEEDS, format="word"))


class TestFilters:
    @pytest.mark.parametrize(
        ("filters", "ids"),
        [
            (Filters(), ["a", "b", "c", "d"]),
            (Filters(years=(2018, 2021)), ["a", "b"]),
            (Filters(years=(2019, None)), ["b", "c"]),
            (Filters(years=(None, 2018)), ["a"]),
            (Filters(venues=frozenset({"Icml"})), ["a", "c"]),
            (Filters(venues=frozenset({"ICML", "neurips "}), years=(2021, None)), ["b", "c"]),
            (Filters(limit=2), ["a", "b"]),
            (Filters(limit=1, years=(2020, None)), ["b"]),
            (Filters(limit=0), []),
        ],
    )
    def test_filters_let_through(self, tmp_path, filters, ids):
        reading = read_bytes(tmp_path, "a.jsonl", JSON_LINES, filters=filters)
        assert [abstract.places[0].id for abstract in reading.abstracts] == ids
        assert reading.skipped == []

    def test_the_limit_counts_over_documents_and_reads_no_further(self, tmp_path):
        (tmp_path / "a.txt").write_text("Text.")
        (tmp_path / "b.jsonl").write_text(JSON_LINES)
        (tmp_path / "c.jsonl").write_text("{")
        assert read(tmp_path, filters=Filters(limit=3)).texts == ["Text.", "First.", "Second."]

    @pytest.mark.parametrize(
        ("text", "years"),
        [
            ("2018..2024", (2018, 2024)),
            ("2020", (2020, 2020)),
            ("2018..", (2018, None)),
            ("..2024", (None, 2024)),
            (" 2018 .. 2024 ", (2018, 2024)),
        ],
    )
    def test_ranges_of_years(self, text, years):
        assert parse_years(text) == years

    @pytest.mark.parametrize("text", ["", "..", "2018-2024", "18..24", "x", "2018...2024", "٢٠١٨"])
    def test_what_is_no_range_of_years_is_refused(self, text):
        with pytest.raises(FilterError, match=r"write 2020, 2018\.\.2024"):
            parse_years(text)

    def test_a_range_that_ends_before_it_begins_is_refused(self):
        with pytest.raises(FilterError, match=r"write 2018\.\.2024"):
            parse_years("2024..2018")
