"""The constraints that a SHACL shapes graph states (https://www.w3.org/TR/shacl/).

Of SHACL, what `ontology/shapes.ttl` needs: targets by class or as objects of a property, paths
of one property in either direction, and the constraints of `Component`. Anything else is an
error rather than passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import rdflib
from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kg.validation.findings import shorten_iri
from kg.vocabulary import ontology_folder

Component = Literal[
    "Class",
    "Closed",
    "Datatype",
    "Disjoint",
    "Equals",
    "In",
    "LessThan",
    "MaxCount",
    "MaxInclusive",
    "MinCount",
    "MinExclusive",
    "MinInclusive",
    "MinLength",
    "Node",
    "NodeKind",
    "Pattern",
    "QualifiedMaxCount",
    "QualifiedMinCount",
    "SPARQL",
]

_SINGLE: dict[Node, Component] = {
    SH["class"]: "Class",
    SH.datatype: "Datatype",
    SH.disjoint: "Disjoint",
    SH.equals: "Equals",
    SH.lessThan: "LessThan",
    SH.maxCount: "MaxCount",
    SH.maxInclusive: "MaxInclusive",
    SH.minCount: "MinCount",
    SH.minExclusive: "MinExclusive",
    SH.minInclusive: "MinInclusive",
    SH.minLength: "MinLength",
    SH.nodeKind: "NodeKind",
    SH.pattern: "Pattern",
    SH.qualifiedMaxCount: "QualifiedMaxCount",
    SH.qualifiedMinCount: "QualifiedMinCount",
}
_OTHER = {
    *(
        RDF.type,
        SH.targetClass,
        SH.targetObjectsOf,
        SH.path,
        SH.property,
        SH.message,
        SH.node,
        SH.closed,
    ),
    *(SH.ignoredProperties, SH.qualifiedValueShape, SH.sparql, SH["in"]),
}


@dataclass(frozen=True, slots=True)
class Path:
    """A property, against its direction where `inverse` is set."""

    iri: URIRef
    inverse: bool = False

    def __str__(self) -> str:
        return f"{'^' * self.inverse}{shorten_iri(str(self.iri))}"


@dataclass(frozen=True, slots=True)
class Target:
    """The nodes that a shape is of: those of some classes, and objects of some properties."""

    classes: tuple[URIRef, ...] = ()
    objects_of: tuple[URIRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint on some nodes.

    Attributes:
        component: Its kind.
        source: The shape that has it; for SPARQL, the constraint itself.
        target: The nodes that it is on; none where it is part of another's `nested`.
        path: Whose values it is on; the nodes themselves where absent.
        values: What it asks for, such as the number, the class or the list of values.
        nested: For `Node`, the constraints that each value has to meet.
        message: What the shape says to somebody who violates it.
    """

    component: Component
    source: Node
    target: Target
    path: Path | None
    values: tuple[Node, ...] = ()
    nested: tuple[Constraint, ...] = ()
    message: str | None = None
    select: str = field(default="", repr=False)


@cache
def load_shapes() -> Graph:
    """The shapes that come with kg."""
    return Graph().parse(ontology_folder() / "shapes.ttl")


def read_constraints(shapes: Graph) -> tuple[Constraint, ...]:
    """All constraints of the shapes that have a target.

    Raises:
        ValueError: A shape uses what is not supported here.
    """
    found: list[Constraint] = []
    targeted = {*shapes.subjects(SH.targetClass), *shapes.subjects(SH.targetObjectsOf)}
    for shape in sorted(targeted, key=str):
        target = Target(
            _list_iris(shapes, shape, SH.targetClass), _list_iris(shapes, shape, SH.targetObjectsOf)
        )
        found += _read_node_shape(shapes, shape, target)
    return tuple(found)


def _list_iris(shapes: Graph, shape: Node, predicate: Node) -> tuple[URIRef, ...]:
    return tuple(sorted(iri for iri in shapes.objects(shape, predicate) if isinstance(iri, URIRef)))


def _read_node_shape(shapes: Graph, shape: Node, target: Target) -> Iterator[Constraint]:
    yield from _read_shape(shapes, shape, target, None)
    for property in shapes.objects(shape, SH.property):
        yield from _read_shape(shapes, property, target, _read_path(shapes, property))


def _read_shape(
    shapes: Graph, shape: Node, target: Target, path: Path | None
) -> Iterator[Constraint]:
    message = shapes.value(shape, SH.message)
    text = None if message is None else str(message)
    for predicate, value in shapes.predicate_objects(shape):
        component = _SINGLE.get(predicate)
        if component is not None:
            values = [value]
            if component.startswith("Qualified"):
                values.append(_read_qualified_class(shapes, shape))
            yield Constraint(component, shape, target, path, tuple(values), message=text)
        elif predicate == SH["in"]:
            items = tuple(Collection(shapes, value))
            yield Constraint("In", shape, target, path, items, message=text)
        elif predicate == SH.node:
            nested = tuple(_read_node_shape(shapes, value, Target()))
            inner = next((c.message for c in nested if c.message), None)
            yield Constraint("Node", shape, target, path, (value,), nested, text or inner)
        elif predicate == SH.closed:
            yield Constraint(
                "Closed", shape, target, path, tuple(sorted(_list_allowed(shapes, shape)))
            )
        elif predicate == SH.sparql:
            yield _read_sparql(shapes, value, target)
        elif predicate not in _OTHER:
            raise ValueError(f"{shape} uses {predicate}, which is not supported")


def _read_sparql(shapes: Graph, source: Node, target: Target) -> Constraint:
    prefixes = "".join(
        f"PREFIX {shapes.value(declaration, SH.prefix)}: "
        f"<{shapes.value(declaration, SH.namespace)}>\n"
        for declared in shapes.objects(source, SH.prefixes)
        for declaration in sorted(shapes.objects(declared, SH.declare), key=str)
    )
    return Constraint(
        "SPARQL",
        source,
        target,
        None,
        message=str(shapes.value(source, SH.message)),
        select=prefixes + str(shapes.value(source, SH.select)),
    )


def _read_path(shapes: Graph, property: Node) -> Path:
    path = shapes.value(property, SH.path)
    inverse = shapes.value(path, SH.inversePath) if isinstance(path, BNode) else None
    iri = path if inverse is None else inverse
    if not isinstance(iri, URIRef):
        raise ValueError(f"the path of {property} is not supported")
    return Path(iri, inverse is not None)


def _read_qualified_class(shapes: Graph, shape: Node) -> Node:
    qualified = shapes.value(shape, SH.qualifiedValueShape)
    asked = shapes.value(qualified, SH["class"])
    if asked is None:
        raise ValueError(f"the qualified value shape of {shape} is not supported")
    return asked


def _list_allowed(shapes: Graph, shape: Node) -> Iterator[URIRef]:
    """The properties that a node of a closed shape may have."""
    for ignored in shapes.objects(shape, SH.ignoredProperties):
        yield from (iri for iri in Collection(shapes, ignored) if isinstance(iri, rdflib.URIRef))
    for property in shapes.objects(shape, SH.property):
        path = shapes.value(property, SH.path)
        if isinstance(path, URIRef):
            yield path
