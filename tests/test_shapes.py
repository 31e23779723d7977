"""The shapes, and both ways to validate by them."""

from pathlib import Path

import pyoxigraph
import pyshacl
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, Store
from rdflib import RDF, SH, XSD, Graph, URIRef

from kg.query import open_graph
from kg.validation import Finding, validate
from kg.validation.shapes import Constraint, load_shapes, read_constraints
from kg.vocabulary import STANDARD_PREFIXES
from tests.faults import FAULTS
from tests.graphs import update_store

CONSTRAINTS = read_constraints(load_shapes())
ADDRESS = "urn:test:{}"


def describe(constraint: Constraint) -> str:
    target = constraint.target
    cls = (*target.classes, *target.objects_of)[0].rpartition("#")[2]
    if constraint.component == "SPARQL":
        return f"{cls}: {constraint.message}"
    return f"{cls} {constraint.path} {constraint.component}"


@pytest.fixture(scope="module")
def seeds(seeds_output: Path) -> Store:
    return open_graph(seeds_output / "graph.ttl")


def test_shapes_are_valid_shacl(turtle: Path) -> None:
    conforms, _, report = pyshacl.validate(
        Graph().parse(turtle), shacl_graph=load_shapes(), meta_shacl=True
    )

    assert conforms, report


def test_every_class_of_the_data_has_a_shape(store: Store) -> None:
    type_ = NamedNode(str(RDF.type))
    classes = {quad.object.value for quad in store.quads_for_pattern(None, type_, None)}

    assert classes <= {str(cls) for cls in load_shapes().objects(None, SH.targetClass)}


@pytest.mark.parametrize("engine", ["pyshacl", "store"])
def test_small_graph_conforms(engine: str, store: Store) -> None:
    assert validate(store, engine) == []


@pytest.mark.parametrize("engine", ["pyshacl", "store"])
def test_seeds_conform(engine: str, seeds: Store) -> None:
    assert validate(seeds, engine) == []


@pytest.mark.parametrize(
    ("sparql", "path", "component"), [fault[1:] for fault in FAULTS], ids=[f[0] for f in FAULTS]
)
def test_fault_is_found_by_both_engines(
    sparql: str, path: str, component: str, store: Store
) -> None:
    update_store(store, sparql)
    findings = validate(store, "store")

    assert (path, component) in {(finding.path, finding.component) for finding in findings}
    assert validate(store, "pyshacl") == findings


def test_both_engines_find_the_same_faults_in_the_seeds(seeds_output: Path) -> None:
    store = open_graph(seeds_output / "graph.ttl")
    for sparql in (
        "DELETE { ?q oa:exact ?x } INSERT { ?q oa:exact 'nonsense' } WHERE { ?q oa:exact ?x }",
        "DELETE { ?s kg:confidence ?c } INSERT { ?s kg:confidence 1.5 }"
        " WHERE { ?s rdf:predicate kg:introduces ; kg:confidence ?c }",
        "DELETE { ?p kg:document ?d } WHERE { ?p kg:document ?d ; kg:line 2 }",
    ):
        update_store(store, sparql)
    findings = validate(store, "store")

    assert len(findings) > 100
    assert validate(store, "pyshacl") == findings


def test_every_sparql_constraint_has_a_fault(turtle: Path) -> None:
    found = set()
    for _, sparql, _, component in FAULTS:
        if component == "SPARQL":
            store = open_graph(turtle)
            update_store(store, sparql)
            found |= {f.message for f in validate(store, "store") if f.component == "SPARQL"}

    assert found == {c.message for c in CONSTRAINTS if c.component == "SPARQL"}


CORE = [constraint for constraint in CONSTRAINTS if constraint.component != "SPARQL"]


@pytest.fixture(scope="module")
def broken() -> Store:
    """A graph with a node for each constraint of SHACL Core, which violates it."""
    store = Store()
    for number, constraint in enumerate(CORE):
        for triple in break_constraint(constraint, ADDRESS.format(number)):
            store.add(Quad(*triple))
    return store


@pytest.fixture(scope="module")
def broken_findings(broken: Store) -> list[Finding]:
    return validate(broken, "store")


@pytest.mark.parametrize("number", range(len(CORE)), ids=map(describe, CORE))
def test_violation_of_the_constraint_is_found(number: int, broken_findings: list[Finding]) -> None:
    constraint = CORE[number]
    path = "kg:extraordinary" if constraint.component == "Closed" else constraint.path
    kinds = {
        (finding.path, finding.component)
        for finding in broken_findings
        if finding.focus in {ADDRESS.format(number), f"_:{number}"}
        or (constraint.component == "NodeKind" and constraint.path is None)
    }

    assert (None if path is None else str(path), constraint.component) in kinds


def test_both_engines_find_the_same_violations(
    broken: Store, broken_findings: list[Finding]
) -> None:
    assert len(broken_findings) > len(CORE)
    assert without_blank(validate(broken, "pyshacl")) == without_blank(broken_findings)


def without_blank(findings: list[Finding]) -> set[tuple[str, ...]]:
    """The findings, those of blank nodes without their names: parsers give them as they like."""
    return {f.key if f.focus.startswith("urn:") else (f.component, f.message) for f in findings}


def break_constraint(constraint: Constraint, address: str) -> list[tuple[object, ...]]:
    """Triples about a node that violates a constraint of SHACL Core."""
    node: NamedNode | pyoxigraph.BlankNode = NamedNode(address)
    if constraint.component == "NodeKind" and constraint.path is None:
        node = pyoxigraph.BlankNode()
    type_ = NamedNode(str(RDF.type))
    triples: list[tuple[object, ...]] = [
        *((node, type_, NamedNode(str(cls))) for cls in constraint.target.classes[:1]),
        *((type_, NamedNode(str(iri)), node) for iri in constraint.target.objects_of[:1]),
    ]
    if constraint.component == "Closed":
        triples.append((node, NamedNode(f"{STANDARD_PREFIXES['kg']}extraordinary"), Literal("x")))
    if constraint.component == "Node" and constraint.path is None:
        triples.append((node, type_, NamedNode("urn:test:type")))
    if constraint.path is None:
        return triples
    path = NamedNode(str(constraint.path.iri))
    triples += (
        (value, path, node) if constraint.path.inverse else (node, path, value)
        for value in list_wrong_values(constraint, address)
    )
    asked = constraint.values[0]
    if constraint.component == "Disjoint":
        triples.append((node, NamedNode(str(asked)), Literal("both")))
    if constraint.component == "LessThan":
        triples.append((node, NamedNode(str(asked)), make_integer(5)))
    if constraint.component == "QualifiedMaxCount":
        cls = NamedNode(str(constraint.values[1]))
        triples += [(value, type_, cls) for value in list_wrong_values(constraint, address)]
    return triples


def list_wrong_values(constraint: Constraint, address: str) -> list[NamedNode | Literal]:
    """Values that violate a constraint."""
    match constraint.component:
        case "MinCount" | "QualifiedMinCount":
            return []
        case "MaxCount" | "QualifiedMaxCount":
            count = int(str(constraint.values[0])) + 1
            return [NamedNode(f"{address}:{number}") for number in range(count)]
        case "Class" | "Node":
            return [NamedNode(f"{address}:nothing")]
        case "LessThan":
            return [make_integer(5)]
        case "MinInclusive" | "MinExclusive":
            return [make_integer(-1)]
        case "MaxInclusive":
            return [make_integer(2)]
        case "MinLength":
            return [Literal("")]
        case "Disjoint":
            return [Literal("both")]
        case "Datatype" if constraint.values[0] == XSD.string:
            return [Literal("wrong", language="en")]
        case _:
            return [Literal("wrong")]


def make_integer(number: int) -> Literal:
    return Literal(str(number), datatype=NamedNode(str(XSD.integer)))


@pytest.mark.parametrize(
    ("datatype", "text"),
    [("integer", "five"), ("decimal", "1.5.2"), ("double", "x")],
)
def test_literal_that_is_not_well_formed_is_found(datatype: str, text: str) -> None:
    (constraint, *_) = (
        c for c in CORE if c.component == "Datatype" and c.values[0] == XSD[datatype]
    )
    store = Store()
    node, cls = NamedNode("urn:x"), NamedNode(str(constraint.target.classes[0]))
    store.add(Quad(node, NamedNode(str(RDF.type)), cls))
    value = Literal(text, datatype=NamedNode(str(XSD[datatype])))
    store.add(Quad(node, NamedNode(str(constraint.path and constraint.path.iri)), value))
    findings = validate(store, "store")

    assert (text, "Datatype") in {(finding.value, finding.component) for finding in findings}
    assert validate(store, "pyshacl") == findings


def test_shape_of_a_kind_that_is_not_supported_is_no_silence() -> None:
    shapes = Graph().parse(
        data="""@prefix sh: <http://www.w3.org/ns/shacl#> .
                <urn:s> sh:targetClass <urn:c> ;
                    sh:property [ sh:path <urn:p> ; sh:maxLength 3 ] .""",
        format="turtle",
    )
    with pytest.raises(ValueError, match="maxLength, which is not supported"):
        read_constraints(shapes)


def test_rdflib_keeps_the_names_of_shapes() -> None:
    # By them the findings of pySHACL are told apart.
    shapes = load_shapes()
    assert all((c.source, None, None) in shapes for c in CONSTRAINTS)
    assert all(isinstance(c, URIRef) for c in shapes.subjects(SH.targetClass))
    assert isinstance(shapes, rdflib.Graph)
