"""Any text in any place comes back out of the Turtle as it went in."""

import shutil
import string
import subprocess
import tempfile
from itertools import product
from pathlib import Path

import pyoxigraph
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat

from kg.export.registry import DEFAULT_BASE_IRI, ExportOptions
from kg.export.turtle import export_turtle
from kg.tables import SCHEMAS, Tables, write_table
from kg.vocabulary import STANDARD_PREFIXES, data_prefixes, encode_local_name
from tests.conftest import require
from tests.graphs import read_with_pyoxigraph, read_with_rdflib, write_turtle

LABEL = f"{STANDARD_PREFIXES['skos']}prefLabel"
ALIAS = f"{STANDARD_PREFIXES['skos']}altLabel"
TEXT = f"{STANDARD_PREFIXES['kg']}text"
STRING = f"{STANDARD_PREFIXES['xsd']}string"

# Text as a Parquet file can hold it, with what Turtle, IRIs and eyes stumble over made likely.
NASTY = [
    *('"', '"""', "'", "\\", "\\u0041", "\n", "\r", "\t", "\x00", "\x01", "\x7f", "\x85", "\u2028"),
    *(
        "\u202e",
        "\ufeff",
        "\ufffe",
        "\U0010ffff",
        "<",
        ">",
        "{",
        "|",
        "^",
        "`",
        "%",
        "%41",
        " ",
        "#",
    ),
    *(".", "..", "/", "?", ":", "-", "~", "_:b", "@en", "^^", "é", "e\u0301", "ß", "模", "🤖"),
]
texts = st.lists(st.sampled_from(NASTY) | st.characters(exclude_categories=["Cs"]), max_size=8).map(
    "".join
)
slugs = texts.filter(bool)


def keep(text: str) -> str:
    """A text as Turtle keeps it."""
    return text.translate({0: "\ufffd", 0xFFFE: "\ufffd", 0xFFFF: "\ufffd"})


def write_rows(folder: Path, **rows: list[dict[str, object]]) -> Tables:
    """Tables that hold these rows, with nothing in the columns not named."""
    for name in SCHEMAS:
        write_table(folder, name, rows.get(name, []))
    return Tables(folder)


@given(names=st.dictionaries(slugs, st.tuples(texts, texts), min_size=1, max_size=4))
def test_names_come_back(names: dict[str, tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        ids = sorted(f"model/{slug}" for slug in names)
        rows: list[dict[str, object]] = []
        for id in ids:
            name, alias = names[id.removeprefix("model/")]
            rows.append({"id": id, "type": "Model", "name": name, "aliases": [alias]})
        path = write_turtle(write_rows(folder, entities=rows), folder / "graph.ttl")
        triples = read_with_pyoxigraph(path, RdfFormat.TURTLE)

        assert read_with_rdflib(path) == triples
        for id in ids:
            name, alias = names[id.removeprefix("model/")]
            iri = name_model(id.removeprefix("model/"))
            assert (iri, LABEL, (keep(name), STRING)) in triples
            assert ((iri, ALIAS, (keep(alias), STRING)) in triples) == (alias != name)


@given(text=texts, title=texts, url=texts, extra=texts, keywords=st.lists(texts, max_size=3))
def test_texts_come_back(text: str, title: str, url: str, extra: str, keywords: list[str]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        row = {"id": "abstract/a", "text": text, "label": title, "title": title, "url": url}
        tables = write_rows(folder, abstracts=[{**row, "extra": extra, "keywords": keywords}])
        path = write_turtle(tables, folder / "graph.ttl")
        triples = read_with_pyoxigraph(path, RdfFormat.TURTLE)

        assert read_with_rdflib(path) == triples
        assert (f"{DEFAULT_BASE_IRI}abstract/a", TEXT, (keep(text), STRING)) in triples


def name_model(slug: str) -> str:
    return data_prefixes(DEFAULT_BASE_IRI)["model"] + encode_local_name(slug)


@given(first=texts, second=texts)
def test_different_ids_have_different_iris(first: str, second: str) -> None:
    assert (encode_local_name(first) == encode_local_name(second)) == (first == second)


@given(texts)
@example("..")
@example("/..")
@example("a/./b")
def test_iri_is_valid_and_has_no_segment_to_resolve_away(slug: str) -> None:
    iri = name_model(slug)

    assert pyoxigraph.NamedNode(iri).value == iri
    assert not {".", ".."} & set(iri.split("/"))


@given(st.text(alphabet=string.ascii_letters + string.digits + "-_", min_size=1))
def test_readable_ids_stay_readable(slug: str) -> None:
    assert encode_local_name(slug) == slug


def test_letters_of_all_scripts_stay() -> None:
    assert encode_local_name("rényi-模型.1fc7cc92") == "rényi-模型.1fc7cc92"


def test_what_stops_a_parser_is_replaced_and_counted(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"id": "model/a", "type": "Model", "name": "a\x00b\uffff"}]
    path = tmp_path / "graph.ttl"
    report = export_turtle(write_rows(tmp_path, entities=rows), path, ExportOptions())

    assert report.replaced == 2
    assert (f"{DEFAULT_BASE_IRI}model/a", LABEL, ("a\ufffdb\ufffd", STRING)) in (
        read_with_pyoxigraph(path, RdfFormat.TURTLE)
    )


def test_rapper_reads_the_same_triples_of_hostile_names(tmp_path: Path) -> None:
    require(shutil.which("rapper") is not None, "Debian's raptor2-utils is not installed")
    names = sorted({"".join(pair) for pair in product(NASTY, NASTY)})
    rows: list[dict[str, object]] = [
        {"id": f"model/{name}", "type": "Model", "name": name, "aliases": [name[::-1]]}
        for name in names
    ]
    path = write_turtle(write_rows(tmp_path, entities=rows), tmp_path / "graph.ttl")
    read = subprocess.run(
        ["rapper", "-q", "-i", "turtle", "-o", "ntriples", path], capture_output=True, check=True
    )
    (tmp_path / "graph.nt").write_bytes(read.stdout)

    assert read_with_pyoxigraph(tmp_path / "graph.nt", RdfFormat.N_TRIPLES) == read_with_pyoxigraph(
        path, RdfFormat.TURTLE
    )
