"""All syntaxes say the same, whoever reads them."""

import json
import tempfile
from itertools import product
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from rdflib import OWL, RDF, RDFS, XSD

from kg.errors import FormatError, OutputError
from kg.export.jsonld import CONTEXT_FILE
from kg.export.registry import DEFAULT_BASE_IRI, ExportOptions, find_format
from kg.export.xml import replace_forbidden
from kg.records import RELATION_PREDICATES, ROLES
from kg.tables import Tables
from kg.vocabulary import STANDARD_PREFIXES, encode_local_name, ontology_folder
from tests.graphs import Triple, write_small_graph
from tests.parsers import PARSERS, SYNTAXES, list_graphs
from tests.test_turtle_hostile import NASTY, slugs, texts, write_rows

KG = STANDARD_PREFIXES["kg"]
LABEL = f"{STANDARD_PREFIXES['skos']}prefLabel"
READINGS = [
    (syntax, parser)
    for syntax, parser in product(SYNTAXES, PARSERS)
    if (syntax, parser) != ("jsonld", "rapper")
]


def write(tables: Tables, syntax: str, folder: Path, options: ExportOptions | None = None) -> Path:
    """A graph in a syntax, in the file that the format names."""
    format = find_format(syntax)
    path = folder / format.file_name
    format.export(tables, path, options or ExportOptions())
    return path


def keep_in_xml(triples: set[Triple]) -> set[Triple]:
    """The triples as XML can hold them."""
    return {(s, p, (replace_forbidden(value)[0], type)) for s, p, (value, type) in triples}


@pytest.fixture(scope="module")
def seeds(seeds_output: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("syntaxes")
    tables = Tables(seeds_output / "tables")
    return {syntax: write(tables, syntax, folder) for syntax in SYNTAXES}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every pair of what syntaxes stumble over, in IRIs, names and texts."""
    folder = tmp_path_factory.mktemp("hostile")
    names = sorted({"".join(pair) for pair in product(NASTY, NASTY)})
    tables = write_rows(
        folder,
        entities=[
            {"id": f"model/{name}", "type": "Model", "name": name, "aliases": [name[::-1]]}
            for name in names
        ],
        abstracts=[
            {
                "id": f"abstract/{number}",
                "text": f" {name}\n",
                "label": name,
                "url": name,
                "extra": name,
                "keywords": [name],
            }
            for number, name in enumerate(names)
        ],
    )
    return {syntax: write(tables, syntax, folder) for syntax in SYNTAXES}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return write_small_graph(tmp_path_factory.mktemp("small"))


@pytest.mark.parametrize(("syntax", "parser"), READINGS)
def test_every_parser_finds_the_triples_of_the_seeds(
    syntax: str, parser: str, seeds: dict[str, Path]
) -> None:
    expected = PARSERS["pyoxigraph"](seeds["turtle"], "turtle")

    assert PARSERS[parser](seeds[syntax], syntax) == expected


@pytest.mark.parametrize(("syntax", "parser"), READINGS)
def test_every_parser_finds_the_triples_of_hostile_names(
    syntax: str, parser: str, hostile: dict[str, Path]
) -> None:
    expected = PARSERS["pyoxigraph"](hostile["turtle"], "turtle")
    found = PARSERS[parser](hostile[syntax], syntax)

    assert found == (keep_in_xml(expected) if syntax == "rdfxml" else expected)


@given(slug=slugs, name=texts, alias=texts, extra=texts)
def test_any_text_and_any_name_is_the_same_in_all_syntaxes(
    slug: str, name: str, alias: str, extra: str
) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        entity = {"id": f"model/{slug}", "type": "Model", "name": name, "aliases": [alias]}
        abstract = {"id": "abstract/a", "text": alias, "label": name, "url": name, "extra": extra}
        tables = write_rows(folder, entities=[entity], abstracts=[abstract])
        expected = PARSERS["rdflib"](write(tables, "turtle", folder), "turtle")

        for syntax in SYNTAXES:
            path = write(tables, syntax, folder)
            wanted = keep_in_xml(expected) if syntax == "rdfxml" else expected
            assert PARSERS["pyoxigraph"](path, syntax) == wanted
            assert PARSERS["rdflib"](path, syntax) == wanted


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_same_tables_give_the_same_bytes(syntax: str, small: Tables, tmp_path: Path) -> None:
    first = write(small, syntax, tmp_path).read_bytes()

    assert write(small, syntax, tmp_path).read_bytes() == first


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize(
    "base",
    [
        "https://example.org/kg#",
        "urn:example:kg/",
        "https://example.org/?graph=a&b=/",
        "https://example.org/x/../y/",
        "https://example.org/é/",
    ],
)
def test_any_base_iri_is_the_namespace_in_every_syntax(
    base: str, syntax: str, small: Tables, tmp_path: Path
) -> None:
    options = ExportOptions(base_iri=base)
    triples = PARSERS["pyoxigraph"](write(small, syntax, tmp_path, options), syntax)

    assert triples == PARSERS["pyoxigraph"](write(small, "ntriples", tmp_path, options), "ntriples")
    assert all(subject.startswith(base) for subject, *_ in triples)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_base_iri_that_cannot_be_one_is_refused(syntax: str, small: Tables, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="cannot be the base IRI"):
        write(small, syntax, tmp_path, ExportOptions(base_iri="kg"))


def test_base_iri_that_json_ld_would_expand_is_refused(small: Tables, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="skos: is a prefix"):
        write(small, "jsonld", tmp_path, ExportOptions(base_iri="skos:kg/"))


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_unwritable_file_is_a_clear_error(syntax: str, small: Tables, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        write(small, syntax, tmp_path / "missing")


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_what_stops_a_parser_is_replaced_and_counted(syntax: str, tmp_path: Path) -> None:
    tables = write_rows(
        tmp_path, entities=[{"id": "model/a", "type": "Model", "name": "\x00b\uffff"}]
    )
    format = find_format(syntax)
    path = tmp_path / format.file_name

    assert format.export(tables, path, ExportOptions()).replaced == 2
    assert (f"{DEFAULT_BASE_IRI}model/a", LABEL, ("\ufffdb\ufffd", str(XSD.string))) in (
        PARSERS["pyoxigraph"](path, syntax)
    )


def test_control_characters_are_replaced_and_counted_in_xml_only(tmp_path: Path) -> None:
    tables = write_rows(tmp_path, entities=[{"id": "model/a", "type": "Model", "name": "a\x1bb"}])
    replaced = {
        syntax: find_format(syntax).export(tables, tmp_path / syntax, ExportOptions()).replaced
        for syntax in SYNTAXES
    }

    assert replaced == {syntax: int(syntax == "rdfxml") for syntax in SYNTAXES}


def test_predicate_that_no_element_can_name_is_a_clear_error(tmp_path: Path) -> None:
    statement = {"id": "statement/a", "subject": "model/a", "predicate": "12", "object": "model/a"}
    row = {**statement, "category": "relation", "confidence": 1.0}
    tables = write_rows(
        tmp_path, entities=[{"id": "model/a", "type": "Model", "name": "a"}], statements=[row]
    )

    with pytest.raises(FormatError, match="RDF/XML cannot hold the predicate"):
        write(tables, "rdfxml", tmp_path)


def test_predicate_of_no_plain_name_is_the_same_in_all_syntaxes(tmp_path: Path) -> None:
    statement = {
        "id": "statement/a",
        "subject": "model/a",
        "predicate": "a b/c",
        "object": "model/a",
    }
    row = {**statement, "category": "relation", "confidence": 1.0}
    tables = write_rows(
        tmp_path, entities=[{"id": "model/a", "type": "Model", "name": "a"}], statements=[row]
    )
    expected = PARSERS["pyoxigraph"](write(tables, "turtle", tmp_path), "turtle")

    for syntax, parser in product(SYNTAXES, ("pyoxigraph", "rdflib")):
        assert PARSERS[parser](write(tables, syntax, tmp_path), syntax) == expected


def test_trig_names_the_graph_and_describes_it_in_the_default_graph(seeds: dict[str, Path]) -> None:
    counts = list_graphs(seeds["trig"])
    described = {
        subject
        for subject, *_ in PARSERS["pyoxigraph"](seeds["turtle"], "turtle")
        if subject == DEFAULT_BASE_IRI or subject.startswith(f"{DEFAULT_BASE_IRI}partition/")
    }
    dataset = {
        triple
        for triple in PARSERS["pyoxigraph"](seeds["turtle"], "turtle")
        if triple[0] in described
    }

    assert set(counts) == {None, DEFAULT_BASE_IRI}
    assert counts[None] == len(dataset)


@pytest.fixture(scope="module")
def context() -> dict[str, Any]:
    """The context that the package ships."""
    path = ontology_folder() / CONTEXT_FILE
    return dict(json.loads(path.read_text(encoding="utf-8"))["@context"])


def test_inline_context_is_the_shipped_one(seeds: dict[str, Path], context: dict[str, Any]) -> None:
    document = json.loads(seeds["jsonld"].read_text(encoding="utf-8"))

    assert document["@context"] == [context, {"@base": DEFAULT_BASE_IRI}]


def test_json_ld_is_compact(seeds: dict[str, Path]) -> None:
    graph = json.loads(seeds["jsonld"].read_text(encoding="utf-8"))["@graph"]
    nodes = {node["id"]: node for node in graph}
    dataset = nodes["dataset/imagenet"]
    role = next(node for node in graph if node.get("object") == "dataset/imagenet")

    assert dataset["type"] == "Dataset"
    assert dataset["prefLabel"] == "ImageNet"
    assert dataset["abstractCount"] == 5
    assert role["predicate"] in (*ROLES, *RELATION_PREDICATES)
    assert float(role["confidence"]) <= 1
    values = [value for node in graph for value in node.values()]
    assert not any(isinstance(value, dict) for value in values)


def test_context_types_every_term_as_the_ontology_does(context: dict[str, Any]) -> None:
    ontology = rdflib.Graph().parse(ontology_folder() / "kg.ttl")
    names = {namespace: prefix for prefix, namespace in STANDARD_PREFIXES.items()}
    for term in {term for term in ontology.subjects() if str(term).startswith(KG)}:
        name = str(term).removeprefix(KG)
        range = ontology.value(term, RDFS.range)
        if (term, RDF.type, OWL.ObjectProperty) in ontology:
            assert context[name] == {"@id": f"kg:{name}", "@type": "@id"}
        elif isinstance(range, rdflib.URIRef) and range not in (XSD.string, XSD.integer):
            namespace, _, local = str(range).rpartition("#")
            datatype = f"{names[f'{namespace}#']}:{local}"
            assert context[name] == {"@id": f"kg:{name}", "@type": datatype}
        else:
            assert context[name] == f"kg:{name}"


def test_context_has_the_prefixes_of_the_graph(context: dict[str, Any]) -> None:
    assert {name: context[name] for name in STANDARD_PREFIXES} == dict(STANDARD_PREFIXES)


def test_node_ids_of_json_ld_are_those_of_the_tables(small: Tables, tmp_path: Path) -> None:
    document = json.loads(write(small, "jsonld", tmp_path).read_text(encoding="utf-8"))
    ids = {node["id"] for node in document["@graph"]}

    for table in ("abstracts", "entities", "statements", "results"):
        for row in small.rows(table, ["id"]):
            prefix, _, local = row["id"].partition("/")
            expected = f"{prefix}/{encode_local_name(local)}"
            if table == "statements" and expected not in ids:
                continue  # metadata has its triple only
            assert expected in ids


def test_no_syntax_has_blank_nodes(seeds: dict[str, Path]) -> None:
    for quad in pyoxigraph.parse(path=seeds["ntriples"], format=pyoxigraph.RdfFormat.N_TRIPLES):
        assert isinstance(quad.subject, pyoxigraph.NamedNode)
        assert not isinstance(quad.object, pyoxigraph.BlankNode)
