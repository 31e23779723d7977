from pathlib import Path

import pyshacl
import pytest
import rdflib

from kg.vocabulary import STANDARD_PREFIXES, ontology_folder
from tests.graphs import write_small_graph, write_turtle

# What goes wrong, the update that makes it so, and the property whose shape has to tell.
FAULTS = [
    (
        "entity without a name",
        "DELETE { ?e skos:prefLabel ?v } WHERE { ?e a kg:Model ; skos:prefLabel ?v }",
        "skos:prefLabel",
    ),
    (
        "alias that is the name",
        "INSERT { ?e skos:altLabel ?n } WHERE { ?e a kg:Model ; skos:prefLabel ?n }",
        "skos:altLabel",
    ),
    ("entity of two types", "INSERT { ?e a kg:Task } WHERE { ?e a kg:Model }", "rdf:type"),
    (
        "relation to an abstract",
        "INSERT { ?e kg:variantOf ?a } WHERE { ?e a kg:Model . ?a a kg:Abstract }",
        "kg:variantOf",
    ),
    (
        "role of a person",
        "INSERT { ?a kg:uses ?p } WHERE { ?a a kg:Abstract . ?p a kg:Person }",
        "kg:uses",
    ),
    ("abstract without its text", "DELETE WHERE { ?a kg:text ?t }", "kg:text"),
    ("abstract from nowhere", "DELETE WHERE { ?a kg:appearsIn ?d }", "kg:appearsIn"),
    (
        "year that is none",
        'INSERT { ?a dcterms:issued "soon" } WHERE { ?a a kg:Abstract }',
        "dcterms:issued",
    ),
    ("creator that is no author", "DELETE WHERE { ?a kg:hasAuthor ?p }", "dcterms:creator"),
    (
        "link to an entity",
        "INSERT { ?a kg:buildsOn ?e } WHERE { ?a a kg:Abstract . ?e a kg:Model }",
        "kg:buildsOn",
    ),
    ("document without a hash", "DELETE WHERE { ?d kg:sha256 ?h }", "kg:sha256"),
    (
        "place before the first line",
        "DELETE { ?p kg:line ?l } INSERT { ?p kg:line 0 } WHERE { ?p kg:line ?l }",
        "kg:line",
    ),
    (
        "person without a name",
        "DELETE { ?p skos:prefLabel ?v } WHERE { ?p a kg:Person ; skos:prefLabel ?v }",
        "skos:prefLabel",
    ),
    (
        "repository without an owner",
        "DELETE { ?r kg:owner ?v } WHERE { ?r a kg:Repository ; kg:owner ?v }",
        "kg:owner",
    ),
    (
        "hyperlink of no known kind",
        'DELETE { ?h kg:kind ?k } INSERT { ?h kg:kind "video" } WHERE { ?h kg:kind ?k }',
        "kg:kind",
    ),
    ("community without members", "DELETE WHERE { ?c kg:entityCount ?n }", "kg:entityCount"),
    (
        "statement without a passage",
        "DELETE { ?s oa:hasTarget ?v } WHERE { ?s a kg:Statement ; oa:hasTarget ?v }",
        "oa:hasTarget",
    ),
    (
        "statement without a source",
        "DELETE WHERE { ?s prov:wasDerivedFrom ?a }",
        "prov:wasDerivedFrom",
    ),
    (
        "statement of an unknown predicate",
        "DELETE { ?s rdf:predicate ?p } INSERT { ?s rdf:predicate kg:likes }"
        " WHERE { ?s rdf:predicate ?p }",
        "rdf:predicate",
    ),
    (
        "confidence over 1",
        "DELETE { ?s kg:confidence ?c } INSERT { ?s kg:confidence 1.5 }"
        " WHERE { ?s kg:confidence ?c }",
        "kg:confidence",
    ),
    ("result of nothing", "DELETE WHERE { ?r kg:of ?e }", "kg:of"),
    ("passage of no abstract", "DELETE WHERE { ?p oa:hasSource ?a }", "oa:hasSource"),
    (
        "passage without a quote",
        "DELETE { ?q a oa:TextQuoteSelector } WHERE { ?q a oa:TextQuoteSelector }",
        "oa:hasSelector",
    ),
    (
        "passage that ends where it starts",
        "DELETE { ?p oa:end ?e } INSERT { ?p oa:end ?s } WHERE { ?p oa:start ?s ; oa:end ?e }",
        "oa:start",
    ),
    ("quote of nothing", "DELETE WHERE { ?q oa:exact ?x }", "oa:exact"),
    (
        "graph that does not say its namespace",
        "DELETE WHERE { ?d void:uriSpace ?n }",
        "void:uriSpace",
    ),
]


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(ontology_folder() / "shapes.ttl")


@pytest.fixture(scope="module")
def turtle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    return write_turtle(write_small_graph(folder), folder / "graph.ttl")


def test_shapes_are_valid_shacl(turtle: Path, shapes: rdflib.Graph) -> None:
    conforms, _, report = pyshacl.validate(
        rdflib.Graph().parse(turtle), shacl_graph=shapes, meta_shacl=True
    )

    assert conforms, report


def test_seeds_conform(seeds_output: Path, shapes: rdflib.Graph) -> None:
    graph = rdflib.Graph().parse(seeds_output / "graph.ttl")
    conforms, _, report = pyshacl.validate(graph, shacl_graph=shapes)

    assert conforms, report


@pytest.mark.parametrize(
    ("update", "path"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS]
)
def test_fault_is_found(update: str, path: str, turtle: Path, shapes: rdflib.Graph) -> None:
    graph = rdflib.Graph().parse(turtle)
    before = set(graph)
    graph.update(update, initNs=STANDARD_PREFIXES)
    assert set(graph) != before

    conforms, report, _ = pyshacl.validate(graph, shacl_graph=shapes)
    prefix, _, name = path.partition(":")

    assert not conforms
    assert rdflib.URIRef(STANDARD_PREFIXES[prefix] + name) in {
        *report.objects(None, rdflib.SH.resultPath)
    }


def test_every_class_of_the_data_has_a_shape(turtle: Path, shapes: rdflib.Graph) -> None:
    classes = set(rdflib.Graph().parse(turtle).objects(None, rdflib.RDF.type))

    assert classes <= set(shapes.objects(None, rdflib.SH.targetClass))
