import runpy
from pathlib import Path

import owlrl
import pytest
import rdflib
from rdflib import DCAT, DCTERMS, OWL, PROV, RDF, RDFS, SDO, SKOS, VOID

from kg.export.registry import DEFAULT_BASE_IRI
from kg.records import ENTITY_TYPES, LINK_PREDICATES, RELATION_PREDICATES, ROLES
from kg.vocabulary import (
    ONTOLOGY_IRI,
    STANDARD_PREFIXES,
    SYMMETRIC_PREDICATES,
    data_prefixes,
    ontology_folder,
)
from tests.conftest import ROOT
from tests.graphs import write_small_graph, write_turtle

KG = rdflib.Namespace(STANDARD_PREFIXES["kg"])
CLASSES = {OWL.Class, RDFS.Datatype}
PROPERTIES = {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(ontology_folder() / "kg.ttl")


@pytest.fixture(scope="module")
def own_terms(ontology: rdflib.Graph) -> list[rdflib.URIRef]:
    return sorted({s for s in ontology.subjects() if isinstance(s, rdflib.URIRef) and s in KG})


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> rdflib.Graph:
    folder = tmp_path_factory.mktemp("small")
    return rdflib.Graph().parse(write_turtle(write_small_graph(folder), folder / "graph.ttl"))


def test_ontology_has_version_and_licence(ontology: rdflib.Graph) -> None:
    (iri,) = ontology.subjects(RDF.type, OWL.Ontology)

    assert str(iri) == ONTOLOGY_IRI
    assert ontology.value(iri, OWL.versionIRI) == rdflib.URIRef(
        f"{ONTOLOGY_IRI}/{ontology.value(iri, OWL.versionInfo)}"
    )
    assert ontology.value(iri, DCTERMS.license) == rdflib.URIRef("https://spdx.org/licenses/MIT")


@pytest.mark.parametrize("name", ENTITY_TYPES)
def test_each_type_is_a_class_of_entities(name: str, ontology: rdflib.Graph) -> None:
    assert (KG[name], RDF.type, OWL.Class) in ontology
    assert (KG[name], RDFS.subClassOf, KG.Entity) in ontology


@pytest.mark.parametrize(
    "name",
    sorted(
        {*ROLES, *RELATION_PREDICATES, *LINK_PREDICATES}
        | {"appearsIn", "hasAuthor", "hasAffiliation", "hasRepository"}
    ),
)
def test_each_predicate_is_an_object_property(name: str, ontology: rdflib.Graph) -> None:
    assert (KG[name], RDF.type, OWL.ObjectProperty) in ontology
    assert ontology.value(KG[name], RDFS.domain) is not None
    assert ontology.value(KG[name], RDFS.range) is not None


def test_symmetric_predicates_are_those_written_in_both_directions(
    ontology: rdflib.Graph,
) -> None:
    assert set(ontology.subjects(RDF.type, OWL.SymmetricProperty)) == {
        KG[name] for name in SYMMETRIC_PREDICATES
    }


def test_every_own_term_is_explained(
    ontology: rdflib.Graph, own_terms: list[rdflib.URIRef]
) -> None:
    for term in own_terms:
        assert ontology.value(term, RDFS.label) is not None, term
        assert str(ontology.value(term, SKOS.definition)).endswith("."), term
        assert ontology.value(term, RDFS.isDefinedBy) == rdflib.URIRef(ONTOLOGY_IRI), term


def test_every_own_property_has_a_domain_and_a_range(
    ontology: rdflib.Graph, own_terms: list[rdflib.URIRef]
) -> None:
    for term in own_terms:
        if PROPERTIES & set(ontology.objects(term, RDF.type)):
            assert ontology.value(term, RDFS.domain) is not None, term
            assert ontology.value(term, RDFS.range) is not None, term


def read_examples(ontology: rdflib.Graph, term: rdflib.URIRef) -> rdflib.Graph:
    """The Turtle of a term's example, with the prefixes that the data has."""
    example = ontology.value(term, SKOS.example)
    assert example is not None, term
    prefixes = {**STANDARD_PREFIXES, **data_prefixes(DEFAULT_BASE_IRI)}
    header = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes.items())
    return rdflib.Graph().parse(data=f"{header}{example}", format="turtle")


def test_every_own_term_has_an_example_that_uses_it(
    ontology: rdflib.Graph, own_terms: list[rdflib.URIRef]
) -> None:
    for term in own_terms:
        example = read_examples(ontology, term)
        assert term in {*example.predicates(), *example.objects(None, RDF.type)}, term


def test_examples_do_not_contradict_the_ontology(
    ontology: rdflib.Graph, own_terms: list[rdflib.URIRef]
) -> None:
    graph = rdflib.Graph() + ontology
    for term in own_terms:
        graph += read_examples(ontology, term)

    assert find_contradictions(graph) == []


def test_ontology_has_no_term_that_the_data_never_uses(
    small: rdflib.Graph, ontology: rdflib.Graph, own_terms: list[rdflib.URIRef]
) -> None:
    used = {*small.predicates(), *small.objects(None, RDF.type)}
    words = {*ENTITY_TYPES, *ROLES, *RELATION_PREDICATES, *LINK_PREDICATES}
    inverses = {*ontology.subjects(OWL.inverseOf)}

    assert {*own_terms} - used - {KG[word] for word in words} == {KG.Entity, *inverses}


def test_inverses_are_of_properties_that_the_data_uses(ontology: rdflib.Graph) -> None:
    inverses = {*ontology.subject_objects(OWL.inverseOf)}

    assert (KG.introducedBy, KG.introduces) in inverses
    for inverse, property in inverses:
        assert ontology.value(inverse, RDFS.range) == ontology.value(property, RDFS.domain)
        assert ontology.value(inverse, RDFS.domain) == ontology.value(property, RDFS.range)


@pytest.mark.parametrize("subject", [KG.Model, KG.Technique])
def test_entity_that_is_an_abstract_too_contradicts_the_ontology(
    subject: rdflib.URIRef, ontology: rdflib.Graph
) -> None:
    graph = rdflib.Graph() + ontology
    graph.add((KG.something, RDF.type, subject))
    graph.add((KG.something, RDF.type, KG.Abstract))

    assert find_contradictions(graph) != []


def test_terms_of_others_are_those_that_they_define(ontology: rdflib.Graph) -> None:
    """rdflib knows the terms of the vocabularies that it has as closed namespaces."""
    closed = {
        DCAT: STANDARD_PREFIXES["dcat"],
        DCTERMS: STANDARD_PREFIXES["dcterms"],
        PROV: STANDARD_PREFIXES["prov"],
        SDO: STANDARD_PREFIXES["schema"],
        SKOS: STANDARD_PREFIXES["skos"],
        VOID: STANDARD_PREFIXES["void"],
    }
    terms = {term for triple in ontology for term in triple if isinstance(term, rdflib.URIRef)}
    for namespace, iri in closed.items():
        assert str(namespace) == iri
        for term in terms:
            if str(term).startswith(iri):
                assert term in namespace, term


@pytest.fixture(scope="module")
def seeds(seeds_output: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(seeds_output / "graph.ttl")


@pytest.mark.parametrize("data", ["small", "seeds"])
def test_data_uses_no_term_that_the_ontology_lacks(
    data: str, ontology: rdflib.Graph, request: pytest.FixtureRequest
) -> None:
    graph = request.getfixturevalue(data)
    classes = {s for type in CLASSES for s in ontology.subjects(RDF.type, type)}
    properties = {s for type in PROPERTIES for s in ontology.subjects(RDF.type, type)}

    assert {*graph.predicates()} - {RDF.type} <= properties
    assert {*graph.objects(None, RDF.type)} <= classes
    assert {*graph.objects(None, RDF.predicate)} <= properties
    assert {*graph.objects(None, VOID["class"])} <= classes
    assert SKOS.prefLabel in properties


def find_contradictions(graph: rdflib.Graph) -> list[str]:
    """What an OWL 2 RL reasoner reports of a graph with its ontology; the graph is expanded."""
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return [str(message) for message in graph.objects(None, owlrl.Namespaces.ERRNS.error)]


def test_data_does_not_contradict_the_ontology(small: rdflib.Graph, ontology: rdflib.Graph) -> None:
    assert find_contradictions(small + ontology) == []


def test_seeds_do_not_contradict_the_ontology(seeds: rdflib.Graph, ontology: rdflib.Graph) -> None:
    graph = rdflib.Graph() + seeds
    # owlrl 7 takes a double of zero for an invalid one.
    graph.remove((None, KG.number, rdflib.Literal(0.0)))

    assert find_contradictions(graph + ontology) == []


def test_person_that_is_trained_on_something_contradicts_the_ontology(
    small: rdflib.Graph, ontology: rdflib.Graph
) -> None:
    graph = small + ontology
    person, dataset = (
        graph.value(None, RDF.type, KG.Person),
        graph.value(None, RDF.type, KG.Dataset),
    )
    graph.add((person, KG.trainedOn, dataset))

    assert find_contradictions(graph) != []


def test_page_of_the_ontology_is_up_to_date(ontology: rdflib.Graph) -> None:
    page = runpy.run_path(str(ROOT / "docs" / "ontology.py"))

    assert page["PAGE"].read_text(encoding="utf-8") == page["render_page"](ontology), (
        "run `python docs/ontology.py`"
    )


def test_page_explains_every_term(own_terms: list[rdflib.URIRef]) -> None:
    page = (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8")
    headings = {line.removeprefix("### ") for line in page.splitlines() if line.startswith("### ")}

    assert headings == {f"kg:{term.removeprefix(KG)}" for term in own_terms}
