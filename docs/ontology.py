"""Writes docs/ontology.md, the readable page of ontology/kg.ttl.

python docs/ontology.py
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, BNode, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "ontology.md"
KG = Namespace("https://w3id.org/kg-abstracts/ontology#")
SCHEMA = Namespace("https://schema.org/")

_SECTIONS = (
    ("Classes", OWL.Class),
    ("Properties between nodes", OWL.ObjectProperty),
    ("Properties with values", OWL.DatatypeProperty),
)
_FACTS = (
    ("Subclass of", RDFS.subClassOf),
    ("Subproperty of", RDFS.subPropertyOf),
    ("Domain", RDFS.domain),
    ("Domain mostly", SCHEMA.domainIncludes),
    ("Range", RDFS.range),
    ("Range mostly", SCHEMA.rangeIncludes),
    ("Inverse of", OWL.inverseOf),
    ("Means nearly", SKOS.closeMatch),
)
_CHARACTERISTICS = {
    OWL.FunctionalProperty: "has one value at most",
    OWL.InverseFunctionalProperty: "each value belongs to one node",
    OWL.IrreflexiveProperty: "never of a node to itself",
    OWL.SymmetricProperty: "holds in both directions",
}


def render_page(ontology: Graph) -> str:
    """The page, as Markdown."""
    return "\n".join(_list_lines(ontology)) + "\n"


def _list_lines(ontology: Graph) -> Iterator[str]:
    iri = next(iter(ontology.subjects(RDF.type, OWL.Ontology)))
    yield f"# {ontology.value(iri, DCTERMS.title)}"
    yield ""
    yield str(ontology.value(iri, DCTERMS.description))
    yield ""
    yield f"- IRI: `{iri}`, version {ontology.value(iri, OWL.versionInfo)}"
    yield f"- Licence: <{ontology.value(iri, DCTERMS.license)}>"
    yield f"- {ontology.value(iri, RDFS.comment)}"
    yield "- The source of this page is [ontology/kg.ttl](../ontology/kg.ttl); the shapes that the"
    yield "  data conforms to are in [ontology/shapes.ttl](../ontology/shapes.ttl)."
    for title, kind in _SECTIONS:
        terms = sorted(term for term in _list_terms(ontology, kind))
        yield ""
        yield f"## {title}"
        yield ""
        yield ", ".join(f"[{_name(term)}](#{_anchor(term)})" for term in terms)
        for term in terms:
            yield from _describe(ontology, term)
    yield ""
    yield "## What excludes what"
    for group in ontology.subjects(RDF.type, OWL.AllDisjointClasses):
        members = _list_members(ontology, ontology.value(group, OWL.members))
        yield ""
        yield f"No node is of two of these classes: {_join(ontology, members)}."
    for whole, parts in ontology.subject_objects(OWL.disjointUnionOf):
        yield ""
        yield (
            f"Every {_link(ontology, whole)} is of exactly one of these classes: "
            f"{_join(ontology, _list_members(ontology, parts))}."
        )


def _describe(ontology: Graph, term: URIRef) -> Iterator[str]:
    yield ""
    yield f"### {_name(term)}"
    yield ""
    yield f'<a id="{_anchor(term)}"></a>**{ontology.value(term, RDFS.label)}**:'
    yield str(ontology.value(term, SKOS.definition))
    facts = [*_list_facts(ontology, term)]
    if facts:
        yield ""
        yield from facts
    yield ""
    yield "```turtle"
    yield str(ontology.value(term, SKOS.example))
    yield "```"


def _list_facts(ontology: Graph, term: URIRef) -> Iterator[str]:
    for title, predicate in _FACTS:
        values = [*ontology.objects(term, predicate)]
        if values:
            yield f"- {title} {_join(ontology, values)}"
    for type, words in _CHARACTERISTICS.items():
        if (term, RDF.type, type) in ontology:
            yield f"- It {words}"


def _list_terms(ontology: Graph, kind: URIRef) -> Iterator[URIRef]:
    for term in ontology.subjects(RDF.type, kind):
        if isinstance(term, URIRef) and term in KG:
            yield term


def _join(ontology: Graph, nodes: Iterable[Node]) -> str:
    return ", ".join(sorted(_link(ontology, node) for node in nodes))


def _link(ontology: Graph, node: Node) -> str:
    """A term as a link to its place on the page, a class of several as its members."""
    if isinstance(node, BNode):
        union = ontology.value(node, OWL.unionOf)
        if union is not None:
            return " or ".join(_link(ontology, item) for item in _list_members(ontology, union))
        values = _list_members(ontology, ontology.value(node, OWL.oneOf))
        return " or ".join(f"`{value}`" for value in values)
    if isinstance(node, URIRef) and node in KG:
        return f"[{_name(node)}](#{_anchor(node)})"
    return f"`{ontology.namespace_manager.curie(str(node))}`"


def _list_members(ontology: Graph, head: Node | None) -> list[Node]:
    return [] if head is None else [*Collection(ontology, head)]


def _name(term: Node) -> str:
    return f"kg:{str(term).removeprefix(KG)}"


def _anchor(term: Node) -> str:
    # Anchors may be compared without regard to case, where kg:Community is not kg:community.
    name = str(term).removeprefix(KG)
    return f"{'class' if name[0].isupper() else 'property'}-{name}"


def main() -> None:
    """Write the page."""
    ontology = Graph().parse(ROOT / "ontology" / "kg.ttl")
    PAGE.write_text(render_page(ontology), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
