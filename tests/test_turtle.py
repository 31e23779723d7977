import shutil
import subprocess
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import RdfFormat
from rdflib import DCTERMS, RDF, SKOS, XSD, Literal, URIRef

from kg.errors import FormatError, GraphError, OutputError
from kg.export.registry import DEFAULT_BASE_IRI, ExportOptions, find_format
from kg.export.turtle import export_turtle
from kg.records import Relation, Span
from kg.tables import Tables
from kg.vocabulary import STANDARD_PREFIXES
from tests.conftest import require
from tests.extractions import extract_by_hand, stand_in, write_by_hand
from tests.graphs import (
    FIRST,
    read_with_pyoxigraph,
    read_with_rdflib,
    write_small_graph,
    write_turtle,
)

BASE = rdflib.Namespace(DEFAULT_BASE_IRI)
KG = rdflib.Namespace(STANDARD_PREFIXES["kg"])
OA = rdflib.Namespace(STANDARD_PREFIXES["oa"])
PROV = rdflib.Namespace(STANDARD_PREFIXES["prov"])
A = BASE["abstract/aaaaaaaaaaaaaaaa"]
B = BASE["abstract/bbbbbbbbbbbbbbbb"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    return write_turtle(write_small_graph(folder), folder / "graph.ttl")


@pytest.fixture(scope="module")
def graph(small: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(small)


@pytest.fixture(scope="module")
def seeds(seeds_output: Path) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.bulk_load(path=seeds_output / "graph.ttl", format=RdfFormat.TURTLE)
    return store


@pytest.fixture
def ask(seeds: pyoxigraph.Store) -> Callable[[str], list[tuple[str, ...]]]:
    def ask(sparql: str) -> list[tuple[str, ...]]:
        solutions = seeds.query(sparql, prefixes=dict(STANDARD_PREFIXES))
        return [tuple(term.value for term in solution) for solution in solutions]

    return ask


def find(graph: rdflib.Graph, name: str) -> URIRef:
    """The one node that bears a name."""
    (node,) = graph.subjects(SKOS.prefLabel, Literal(name))
    assert isinstance(node, URIRef)
    return node


def test_entity_has_type_names_and_counts(graph: rdflib.Graph) -> None:
    clip = find(graph, "CLIP")

    assert set(graph.objects(clip, RDF.type)) == {KG.Model}
    assert graph.value(clip, KG.abstractCount) == Literal(2)
    assert graph.value(clip, KG.mentionCount) == Literal(2)
    assert graph.value(clip, KG.importance).datatype == XSD.decimal


def test_roles_relations_and_links_are_direct_triples(graph: rdflib.Graph) -> None:
    clip, align, imagenet = (find(graph, name) for name in ("CLIP", "ALIGN", "ImageNet"))

    assert (A, KG.introduces, clip) in graph
    assert (A, KG.comparesWith, align) in graph
    assert (B, KG.evaluatesOn, imagenet) in graph
    assert (B, KG.buildsOn, A) in graph
    assert (clip, KG.comparedWith, align) in graph


def test_symmetric_predicates_hold_in_both_directions(graph: rdflib.Graph) -> None:
    clip, align = find(graph, "CLIP"), find(graph, "ALIGN")

    assert (align, KG.comparedWith, clip) in graph
    assert len([*graph.subjects(RDF.predicate, KG.comparedWith)]) == 1


def test_metadata_is_dublin_core(graph: rdflib.Graph) -> None:
    assert graph.value(A, DCTERMS.title) == Literal("Learning from text")
    assert graph.value(A, DCTERMS.issued) == Literal("2021", datatype=XSD.gYear)
    assert {graph.value(author, SKOS.prefLabel) for author in graph[A : DCTERMS.creator]} == {
        Literal("Zoe Young"),
        Literal("Ann Old"),
    }
    assert graph.value(A, DCTERMS.source / SKOS.prefLabel) == Literal("papers.txt")
    assert graph.value(A, KG.hasAffiliation) == find(graph, "OpenAI")
    assert graph.value(A, KG.url) == Literal("https://example.org/a b", datatype=XSD.anyURI)
    assert graph.value(A, KG.extra) == Literal('{"pages": 7}', datatype=RDF.JSON)


def test_citation_keeps_the_order_of_the_authors(graph: rdflib.Graph) -> None:
    assert graph.value(A, DCTERMS.bibliographicCitation) == Literal(
        "Zoe Young, Ann Old. Learning from text. ICML, 2021."
    )
    assert graph.value(B, DCTERMS.bibliographicCitation) is None


def test_place_is_a_line_of_a_document(graph: rdflib.Graph) -> None:
    place = graph.value(B, KG.hasPlace)

    assert graph.value(place, KG.line) == Literal(2)
    assert graph.value(place, KG.document) == graph.value(B, KG.appearsIn)


def test_statement_has_confidence_source_and_passage(graph: rdflib.Graph) -> None:
    (statement,) = graph.subjects(RDF.predicate, KG.comparedWith)
    passage = graph.value(statement, OA.hasTarget)
    quotes = {graph.value(selector, OA.exact) for selector in graph[passage : OA.hasSelector]}

    assert graph.value(statement, KG.category) == Literal("relation")
    assert graph.value(statement, KG.confidence) == Literal("0.7", datatype=XSD.decimal)
    assert graph.value(statement, PROV.wasDerivedFrom) == A
    assert graph.value(passage, KG.sentence) == Literal(FIRST)
    assert Literal("CLIP, compare CLIP with ALIGN") in quotes


def test_link_names_the_entities_that_it_rests_on(graph: rdflib.Graph) -> None:
    (statement,) = graph.subjects(RDF.predicate, KG.buildsOn)

    assert find(graph, "CLIP") in set(graph[statement : KG.via])
    assert set(graph[statement : PROV.wasDerivedFrom]) == {A, B}


def test_result_has_value_and_number(graph: rdflib.Graph) -> None:
    result = graph.value(A, KG.reports)

    assert graph.value(result, KG.of) == find(graph, "CLIP")
    assert graph.value(result, KG.on) == find(graph, "ImageNet")
    assert graph.value(result, KG.value) == Literal("76.2%")
    assert graph.value(result, KG.number) == Literal("76.2", datatype=XSD.double)
    assert graph.value(result, KG.metric) == find(graph, "accuracy")


def test_hyperlink_leads_to_its_repository(graph: rdflib.Graph) -> None:
    repository = graph.value(B, KG.hasRepository)

    assert repository == BASE["repository/github.com/openai/clip"]
    assert graph.value(B, KG.hasHyperlink / KG.repository) == repository
    assert graph.value(repository, KG.owner) == Literal("openai")


def test_words_that_stand_twice_are_quoted_with_what_is_around(tmp_path: Path) -> None:
    text = "BERT is good. We tune BERT here, and RoBERTa."
    extraction = extract_by_hand(
        text, [("BERT", "Model", "uses"), ("RoBERTa", "Model", "uses")], key="c" * 16
    )
    graph = rdflib.Graph().parse(
        write_turtle(write_by_hand(tmp_path, [extraction]), tmp_path / "graph.ttl")
    )
    (bert,) = graph.subjects(OA.exact, Literal("BERT"))
    (roberta,) = graph.subjects(OA.exact, Literal("RoBERTa"))

    assert graph.value(bert, OA.prefix) == Literal("")
    assert graph.value(bert, OA.suffix) == Literal(text[4:36])
    assert graph.value(roberta, OA.prefix) is None


def test_statement_whose_words_stand_elsewhere_targets_the_sentence(tmp_path: Path) -> None:
    text = "BERT is old. RoBERTa is new. It beats it."
    sentence = Span(29, len(text))
    extraction = extract_by_hand(
        text,
        [("BERT", "Model", "uses"), ("RoBERTa", "Model", "uses")],
        [Relation("e2", "outperforms", "e1", evidence=sentence)],
        key="c" * 16,
    )
    graph = rdflib.Graph().parse(
        write_turtle(write_by_hand(tmp_path, [extraction]), tmp_path / "graph.ttl")
    )
    (statement,) = graph.subjects(RDF.predicate, KG.outperforms)
    passage = graph.value(statement, OA.hasTarget)

    assert passage == BASE["span/cccccccccccccccc-29-41"]
    assert graph.value(passage, KG.sentence) == Literal("It beats it.")


def test_every_statement_of_the_seeds_is_a_direct_triple_too(
    ask: Callable[[str], list[tuple[str, ...]]],
) -> None:
    assert len(ask("SELECT ?s { ?s a kg:Statement }")) > 100
    assert not ask(
        """SELECT ?s { ?s a kg:Statement ; rdf:subject ?a ; rdf:predicate ?p ; rdf:object ?b
                       FILTER NOT EXISTS { ?a ?p ?b } }"""
    )


def test_every_role_and_relation_of_the_seeds_is_a_statement_too(
    ask: Callable[[str], list[tuple[str, ...]]], seeds_output: Path
) -> None:
    rows = Tables(seeds_output / "tables").rows("statements")
    stated = ask(
        """SELECT ?s ?c { ?s a kg:Statement ; kg:category ?c . FILTER(?c != "metadata") }"""
    )

    assert {(iri.removeprefix(BASE), category) for iri, category in stated} == {
        (row["id"], row["category"]) for row in rows if row["category"] != "metadata"
    }


def test_every_passage_of_the_seeds_stands_literally_in_its_text(
    ask: Callable[[str], list[tuple[str, ...]]],
) -> None:
    rows = ask(
        """SELECT ?text ?start ?end ?exact ?sentence {
               ?passage a oa:SpecificResource ; oa:hasSource/kg:text ?text ; kg:sentence ?sentence ;
                   oa:hasSelector [ oa:start ?start ; oa:end ?end ] , [ oa:exact ?exact ] }"""
    )

    assert len(rows) > 100
    for text, start, end, exact, sentence in rows:
        assert text[int(start) : int(end)] == exact
        assert exact in sentence
        assert sentence in text


def test_every_statement_of_the_seeds_leads_to_a_sentence(
    ask: Callable[[str], list[tuple[str, ...]]],
) -> None:
    assert not ask(
        """SELECT ?s { ?s a kg:Statement FILTER NOT EXISTS { ?s oa:hasTarget/kg:sentence ?q } }"""
    )


def test_parsers_read_the_same_triples(seeds_output: Path, tmp_path: Path) -> None:
    path = seeds_output / "graph.ttl"
    triples = read_with_pyoxigraph(path, RdfFormat.TURTLE)

    assert read_with_rdflib(path) == triples


def test_rapper_reads_the_same_triples(seeds_output: Path, tmp_path: Path) -> None:
    require(shutil.which("rapper") is not None, "Debian's raptor2-utils is not installed")
    path = seeds_output / "graph.ttl"
    read = subprocess.run(
        ["rapper", "-q", "-i", "turtle", "-o", "ntriples", path], capture_output=True, check=True
    )
    (tmp_path / "graph.nt").write_bytes(read.stdout)

    assert read.stderr == b""
    assert read_with_pyoxigraph(tmp_path / "graph.nt", RdfFormat.N_TRIPLES) == read_with_pyoxigraph(
        path, RdfFormat.TURTLE
    )


def test_subjects_stand_together_and_once(small: Path) -> None:
    quads = [*pyoxigraph.parse(path=small, format=RdfFormat.TURTLE)]
    subjects = [subject for subject, _ in groupby(quads, key=lambda quad: quad.subject.value)]

    assert len(subjects) == len(set(subjects))
    assert len(quads) == len({str(quad) for quad in quads})


def test_turtle_is_written_to_be_read(small: Path) -> None:
    blocks = small.read_text(encoding="utf-8").split("\n\n")
    (person,) = (block for block in blocks if block.startswith("person:ann-old"))

    assert person == 'person:ann-old a kg:Person ;\n    skos:prefLabel "Ann Old" ;\n' + (
        "    kg:abstractCount 1 ."
    )


def test_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    tables = write_small_graph(tmp_path)
    first = write_turtle(tables, tmp_path / "1.ttl")
    second = write_turtle(tables, tmp_path / "2.ttl")

    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("base", ["https://example.org/kg#", "urn:example:kg/"])
def test_base_iri_is_the_namespace_of_the_data(base: str, tmp_path: Path) -> None:
    tables = write_small_graph(tmp_path)
    path = write_turtle(tables, tmp_path / "graph.ttl", ExportOptions(base_iri=base))
    subjects = {subject for subject, *_ in read_with_pyoxigraph(path, RdfFormat.TURTLE)}

    assert f"{base}dataset/{find_slug(tables, 'ImageNet')}" in subjects
    assert all(subject.startswith(base) for subject in subjects)


def find_slug(tables: Tables, name: str) -> str:
    (id,) = (row["id"] for row in tables.rows("entities") if row["name"] == name)
    return str(id).partition("/")[2]


@pytest.mark.parametrize("base", ["", "kg/", "https://example.org/a b/", "https://example.org/kg"])
def test_base_iri_that_cannot_be_one_is_refused(base: str, tmp_path: Path) -> None:
    tables = write_small_graph(tmp_path)

    with pytest.raises(FormatError, match="cannot be the base IRI"):
        export_turtle(tables, tmp_path / "graph.ttl", ExportOptions(base_iri=base))


def test_unwritable_file_is_a_clear_error(tmp_path: Path) -> None:
    tables = write_small_graph(tmp_path)

    with pytest.raises(OutputError, match="cannot be written"):
        export_turtle(tables, tmp_path / "missing" / "graph.ttl", ExportOptions())


def test_format_is_registered() -> None:
    assert find_format("turtle").file_name == "graph.ttl"
    assert find_format("turtle").export is export_turtle


def test_abstract_without_anything_is_still_described(tmp_path: Path) -> None:
    extraction = extract_by_hand("Nothing is named here.", key="d" * 16)
    tables = write_by_hand(tmp_path, [extraction], [stand_in(extraction)])
    graph = rdflib.Graph().parse(write_turtle(tables, tmp_path / "graph.ttl"))

    (abstract,) = graph.subjects(RDF.type, KG.Abstract)
    assert graph.value(abstract, KG.text) == Literal("Nothing is named here.")


def test_damaged_table_is_a_clear_error(tmp_path: Path) -> None:
    tables = write_small_graph(tmp_path)
    path = tmp_path / "abstracts.parquet"
    content = bytearray(path.read_bytes())
    content[8:200] = b"\xff" * 192
    path.write_bytes(content)

    with pytest.raises(GraphError, match=r"abstracts\.parquet: cannot be read"):
        export_turtle(tables, tmp_path / "graph.ttl", ExportOptions())
