"""What a constraint asks for, in words."""

from __future__ import annotations

from rdflib import URIRef
from rdflib.term import Node

from kg.validation.findings import shorten_iri
from kg.validation.shapes import Constraint


def describe_constraint(constraint: Constraint) -> str:
    """What is wrong with a node that violates the constraint."""
    if constraint.message is not None:
        return constraint.message
    what = "It" if constraint.path is None else str(constraint.path)
    values = [_write(value) for value in constraint.values]
    first = values[0] if values else ""
    last = values[-1] if values else ""
    listed = ", ".join(values)
    wording = {
        "Class": f"{what} is to be a {first}.",
        "Closed": f"This property has no place here; there are {listed}.",
        "Datatype": f"{what} is to be of the datatype {first}.",
        "Disjoint": f"{what} is not to have a value that {first} has.",
        "Equals": f"{what} is to have the values that {first} has.",
        "In": f"{what} is to be one of {listed}.",
        "LessThan": f"{what} is to be less than {first}.",
        "MaxCount": f"There is more than {first} {what}.",
        "MaxInclusive": f"{what} is to be at most {first}.",
        "MinCount": f"{what} is missing."
        if first == "1"
        else f"There are fewer than {first} {what}.",
        "MinExclusive": f"{what} is to be more than {first}.",
        "MinInclusive": f"{what} is to be at least {first}.",
        "MinLength": f"{what} is empty."
        if first == "1"
        else f"{what} is to have at least {first} characters.",
        "Node": f"{what} is to conform to {first}.",
        "NodeKind": f"{what} is to be an {first.removeprefix('sh:')}.",
        "Pattern": f"{what} is to match {first}.",
        "QualifiedMaxCount": f"There is more than {first} {what} that is a {last}.",
        "QualifiedMinCount": f"{what} is to have a {last}.",
    }
    return wording[constraint.component]


def _write(value: Node) -> str:
    if isinstance(value, URIRef):
        return shorten_iri(str(value)).replace("http://www.w3.org/ns/shacl#", "sh:")
    return str(value)
