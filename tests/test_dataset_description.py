"""The graph describes itself, in the words of VoID, DCAT and PROV-O."""

from collections import Counter
from importlib.metadata import version
from pathlib import Path

import pytest
import rdflib
from rdflib import DCAT, DCTERMS, OWL, PROV, RDF, SDO, SKOS, VOID, Literal, URIRef

import kg
from kg.export.registry import DEFAULT_BASE_IRI, ExportOptions
from kg.output import read_manifest
from kg.vocabulary import ONTOLOGY_IRI, SHAPES_IRI, STANDARD_PREFIXES, ontology_folder
from tests.graphs import write_small_graph, write_turtle

KG = rdflib.Namespace(STANDARD_PREFIXES["kg"])
DATASET = URIRef(DEFAULT_BASE_IRI)


@pytest.fixture(scope="module")
def seeds(seeds_output: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(seeds_output / "graph.ttl")


@pytest.fixture(scope="module")
def resources(seeds: rdflib.Graph) -> rdflib.Graph:
    """The graph without the description of itself."""
    own = {
        DATASET,
        *seeds.objects(DATASET, VOID.classPartition),
        *seeds.objects(DATASET, PROV.wasAttributedTo),
    }
    graph = rdflib.Graph()
    graph += (triple for triple in seeds if triple[0] not in own)
    return graph


def test_dataset_has_title_and_description(seeds: rdflib.Graph) -> None:
    assert set(seeds.objects(DATASET, RDF.type)) == {VOID.Dataset, DCAT.Dataset}
    assert seeds.value(DATASET, DCTERMS.title) == Literal("Knowledge graph")
    assert "read from their texts" in str(seeds.value(DATASET, DCTERMS.description))


def test_counts_are_those_of_the_graph(seeds: rdflib.Graph, resources: rdflib.Graph) -> None:
    def read(predicate: URIRef) -> object:
        value = seeds.value(DATASET, predicate)
        assert isinstance(value, Literal)
        return value.toPython()

    assert read(VOID.triples) == len(resources)
    assert read(VOID.distinctSubjects) == len({*resources.subjects()})
    assert read(VOID.classes) == len({*resources.objects(None, RDF.type)})
    assert read(VOID.properties) == len({*resources.predicates()})


def test_partitions_count_the_resources_of_each_class(
    seeds: rdflib.Graph, resources: rdflib.Graph
) -> None:
    partitions = {
        seeds.value(partition, VOID["class"]): seeds.value(partition, VOID.entities)
        for partition in seeds.objects(DATASET, VOID.classPartition)
    }
    counts = Counter(resources.objects(None, RDF.type))

    assert partitions == {type: Literal(count) for type, count in counts.items()}


def test_vocabularies_are_named_by_their_ontologies(seeds: rdflib.Graph) -> None:
    named = {*seeds.objects(DATASET, VOID.vocabulary)}
    ontology = rdflib.Graph().parse(ontology_folder() / "kg.ttl")
    shapes = rdflib.Graph().parse(ontology_folder() / "shapes.ttl")

    assert URIRef(ONTOLOGY_IRI) in named
    assert URIRef(ONTOLOGY_IRI) in {*ontology.subjects(RDF.type, OWL.Ontology)}
    assert seeds.value(DATASET, DCTERMS.conformsTo) == URIRef(SHAPES_IRI)
    assert URIRef(SHAPES_IRI) in {*shapes.subjects(RDF.type, OWL.Ontology)}


def test_vocabularies_are_those_that_the_data_uses(
    seeds: rdflib.Graph, resources: rdflib.Graph
) -> None:
    used = {*resources.predicates(), *resources.objects(None, RDF.type)}
    for vocabulary in seeds.objects(DATASET, VOID.vocabulary):
        namespace = str(vocabulary).rstrip("#")
        if not any(str(term).startswith(namespace) for term in used):
            # What the metadata of the seeds does not have: DOIs, keywords.
            assert namespace in ("http://purl.org/ontology/bibo/", "http://www.w3.org/ns/dcat")


def test_example_resources_are_resources_of_several_classes(
    seeds: rdflib.Graph, resources: rdflib.Graph
) -> None:
    examples = {*seeds.objects(DATASET, VOID.exampleResource)}
    classes = {resources.value(example, RDF.type) for example in examples}

    assert {KG.Abstract, KG.Result, KG.Statement} < classes
    assert len(examples) == 4


def test_program_and_pipeline_are_its_agents(seeds: rdflib.Graph, seeds_output: Path) -> None:
    agents = {*seeds.objects(DATASET, PROV.wasAttributedTo)}
    described = {
        (str(seeds.value(agent, SKOS.prefLabel)), str(seeds.value(agent, SDO.softwareVersion)))
        for agent in agents
    }
    fingerprint = read_manifest(seeds_output)["pipeline"]

    assert {seeds.value(agent, RDF.type) for agent in agents} == {PROV.SoftwareAgent}
    assert ("kg-abstracts", version("kg-abstracts")) in described
    assert {*seeds.subjects(DCTERMS.identifier, Literal(fingerprint))} < agents


def test_graph_of_unknown_origin_has_no_agents(tmp_path: Path) -> None:
    graph = rdflib.Graph().parse(write_turtle(write_small_graph(tmp_path), tmp_path / "graph.ttl"))

    assert graph.value(None, PROV.wasAttributedTo) is None


def test_turtle_tells_what_the_manifest_does(seeds_output: Path) -> None:
    from_folder = kg.load(seeds_output)
    from_turtle = kg.load(seeds_output / "graph.ttl")

    assert from_turtle.options == from_folder.options
    assert from_turtle.options.program == version("kg-abstracts")


def test_export_again_has_the_same_bytes(seeds_output: Path, tmp_path: Path) -> None:
    kg.load(seeds_output).to_turtle(tmp_path / "again.ttl")

    assert (tmp_path / "again.ttl").read_bytes() == (seeds_output / "graph.ttl").read_bytes()


def test_title_and_namespace_are_those_asked_for(tmp_path: Path) -> None:
    options = ExportOptions(base_iri="https://example.org/kg/", title="Mine")
    path = write_turtle(write_small_graph(tmp_path), tmp_path / "graph.ttl", options)
    graph = rdflib.Graph().parse(path)
    dataset = URIRef("https://example.org/kg/")

    assert graph.value(dataset, DCTERMS.title) == Literal("Mine")
    assert graph.value(dataset, VOID.uriSpace) == Literal("https://example.org/kg/")


def test_repository_belongs_to_an_account(seeds: rdflib.Graph) -> None:
    repository = URIRef(f"{DEFAULT_BASE_IRI}repository/github.com/openai/mle-bench")
    account = seeds.value(repository, KG.ownedBy)

    assert account == URIRef(f"{DEFAULT_BASE_IRI}account/github.com/openai")
    assert seeds.value(account, RDF.type) == KG.Account
    # Hosts do not tell `OpenAI` from `openai`.
    assert str(seeds.value(account, SKOS.prefLabel)).lower() == "openai"
    assert str(seeds.value(repository, KG.owner)).lower() == "openai"
    assert len([*seeds.subjects(KG.ownedBy, account)]) > 1
