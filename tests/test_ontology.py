from pathlib import Path

import owlrl
import pytest
import rdflib
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS

from kg.records import ENTITY_TYPES, LINK_PREDICATES, RELATION_PREDICATES, ROLES
from kg.vocabulary import (
    ONTOLOGY_IRI,
    STANDARD_PREFIXES,
    SYMMETRIC_PREDICATES,
    ontology_folder,
)
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
        assert str(ontology.value(term, RDFS.comment)).endswith("."), term
        assert ontology.value(term, RDFS.isDefinedBy) == rdflib.URIRef(ONTOLOGY_IRI), term


def test_ontology_has_no_term_that_the_data_never_uses(
    small: rdflib.Graph, own_terms: list[rdflib.URIRef]
) -> None:
    used = {*small.predicates(), *small.objects(None, RDF.type)}
    words = {*ENTITY_TYPES, *ROLES, *RELATION_PREDICATES, *LINK_PREDICATES}

    assert {*own_terms} - used - {KG[word] for word in words} == {KG.Entity}


def test_data_uses_no_term_that_the_ontology_lacks(
    small: rdflib.Graph, ontology: rdflib.Graph
) -> None:
    classes = {s for type in CLASSES for s in ontology.subjects(RDF.type, type)}
    properties = {s for type in PROPERTIES for s in ontology.subjects(RDF.type, type)}
    of_others = (str(RDF), STANDARD_PREFIXES["void"])
    used = {p for p in small.predicates() if not str(p).startswith(of_others)}
    typed = {c for c in small.objects(None, RDF.type) if not str(c).startswith(of_others)}

    assert used <= properties
    assert typed <= classes
    assert SKOS.prefLabel in used


def find_contradictions(graph: rdflib.Graph) -> list[str]:
    """What an OWL 2 RL reasoner reports of a graph with its ontology; the graph is expanded."""
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return [str(message) for message in graph.objects(None, owlrl.Namespaces.ERRNS.error)]


def test_data_does_not_contradict_the_ontology(small: rdflib.Graph, ontology: rdflib.Graph) -> None:
    assert find_contradictions(small + ontology) == []


def test_seeds_do_not_contradict_the_ontology(seeds_output: Path, ontology: rdflib.Graph) -> None:
    graph = rdflib.Graph().parse(seeds_output / "graph.ttl")
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
