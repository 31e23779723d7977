"""Constraints as SPARQL queries that find all their violations at once.

A SHACL processor asks each node after the other; here the store is asked once a constraint.
The queries follow the definitions of https://www.w3.org/TR/shacl/#core-components.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rdflib import XSD, Literal, URIRef
from rdflib.term import Node

from kg.validation.shapes import Constraint, Path, Target

_NUMBERS = {XSD.integer, XSD.decimal, XSD.double}
_COMPARISONS = {"MinInclusive": ">=", "MinExclusive": ">", "MaxInclusive": "<="}
_SELECT = re.compile(r"\bSELECT\s+\$this\b", re.IGNORECASE)
_BODY = re.compile(r"\bWHERE\s*\{", re.IGNORECASE)


def write_queries(constraint: Constraint) -> Iterator[str]:
    """Queries for all violations of a constraint.

    Each selects `?this`, the node, and where there are such `?value`, the value that is wrong,
    and `?path`, a property other than that of the constraint.
    """
    target = _write_target(constraint.target)
    path, component = constraint.path, constraint.component
    if component == "SPARQL":
        # What the shape says of one node, said of all nodes of its classes.
        select = _SELECT.sub("SELECT DISTINCT ?this", constraint.select, count=1)
        yield _BODY.sub(f"WHERE {{ {target} ", select, count=1).replace("$this", "?this")
    elif component == "Closed":
        allowed = ", ".join(map(_write, constraint.values))
        yield (
            f"SELECT DISTINCT ?this ?path ?value {{ {target} ?this ?path ?value "
            f"FILTER (?path NOT IN ({allowed})) }}"
        )
    elif component == "QualifiedMaxCount":
        assert path is not None
        count, cls = map(_write, constraint.values)
        yield (
            f"SELECT ?this {{ {target} {_write_values(path, '?this', '?value')} ?value a {cls} }} "
            f"GROUP BY ?this HAVING (COUNT(DISTINCT ?value) > {count})"
        )
    elif component in {"MinCount", "MaxCount", "QualifiedMinCount"}:
        yield f"SELECT DISTINCT ?this {{ {target} FILTER ({_fail_count(constraint, '?this')}) }}"
    elif component in {"Equals", "LessThan"}:
        assert path is not None
        (other,) = map(_write, constraint.values)
        values = _write_values(path, "?this", "?value")
        if component == "LessThan":
            yield (
                f"SELECT DISTINCT ?this ?value {{ {target} {values} ?this {other} ?bound "
                "FILTER (!COALESCE(?value < ?bound, false)) }"
            )
            return
        for there, not_there in (
            (values, f"?this {other} ?value"),
            (f"?this {other} ?value .", values),
        ):
            yield (
                f"SELECT DISTINCT ?this ?value {{ {target} {there} "
                f"FILTER NOT EXISTS {{ {not_there} }} }}"
            )
    else:
        values = "" if path is None else _write_values(path, "?this", "?value")
        value = "?this" if path is None else "?value"
        selected = "?this (?this AS ?value)" if path is None else "?this ?value"
        test = _fail_value(constraint, "?this", value)
        yield f"SELECT DISTINCT {selected} {{ {target} {values} FILTER ({test}) }}"


def _write_target(target: Target) -> str:
    patterns = [
        *(f"?this a {_write(cls)} ." for cls in target.classes),
        *(f"[] {_write(property)} ?this ." for property in target.objects_of),
    ]
    return patterns[0] if len(patterns) == 1 else f"{{ {' } UNION { '.join(patterns)} }}"


def _write_values(path: Path, this: str, value: str) -> str:
    ends = (value, this) if path.inverse else (this, value)
    return f"{ends[0]} {_write(path.iri)} {ends[1]} ."


def _fail(constraint: Constraint, this: str) -> str:
    """An expression that holds where the node `this` violates the constraint."""
    if constraint.component in {"MinCount", "MaxCount", "QualifiedMinCount"}:
        return _fail_count(constraint, this)
    if constraint.path is None:
        return _fail_value(constraint, this, this)
    value = f"{this}_value"
    values = _write_values(constraint.path, this, value)
    return f"EXISTS {{ {values} FILTER ({_fail_value(constraint, this, value)}) }}"


def _fail_count(constraint: Constraint, this: str) -> str:
    assert constraint.path is not None
    count = int(str(constraint.values[0]))
    names = [f"{this}_{number}" for number in range(count + 1)]
    # As many different values as break the rule.
    needed = names if constraint.component == "MaxCount" else names[:count]
    values = "".join(_write_values(constraint.path, this, name) for name in needed)
    if constraint.component == "QualifiedMinCount":
        # In a filter, so that the engine does not begin with all nodes of the class.
        cls = _write(constraint.values[1])
        values += "".join(f"FILTER EXISTS {{ {name} a {cls} }}" for name in needed)
    different = "".join(
        f"FILTER (!sameTerm({one}, {other}))"
        for number, one in enumerate(needed)
        for other in needed[:number]
    )
    word = "EXISTS" if constraint.component == "MaxCount" else "NOT EXISTS"
    return f"{word} {{ {values} {different} }}"


def _fail_value(constraint: Constraint, this: str, value: str) -> str:
    """An expression that holds where `value` violates the constraint."""
    asked = [_write(node) for node in constraint.values]
    match constraint.component:
        case "Class":
            return f"NOT EXISTS {{ {value} a {asked[0]} }}"
        case "Datatype":
            return f"!COALESCE({_match_datatype(constraint.values[0], value)}, false)"
        case "Disjoint":
            return f"EXISTS {{ {this} {asked[0]} {value} }}"
        case "In":
            return f"!COALESCE({value} IN ({', '.join(asked)}), false)"
        case "MinInclusive" | "MinExclusive" | "MaxInclusive":
            operator = _COMPARISONS[constraint.component]
            return f"!COALESCE({value} {operator} {asked[0]}, false)"
        case "MinLength":
            return f"STRLEN(STR({value})) < {asked[0]}"
        case "Node":
            return " || ".join(f"({_fail(nested, value)})" for nested in constraint.nested)
        case "NodeKind":
            if not asked[0].endswith("#IRI>"):
                raise ValueError(f"{asked[0]} is not supported")
            return f"!isIRI({value})"
        case "Pattern":
            return f"!REGEX(STR({value}), {asked[0]})"
    raise ValueError(f"{constraint.component} is not supported inside another constraint")


def _match_datatype(datatype: Node, value: str) -> str:
    """Whether a value is of a datatype, and well-formed where SPARQL can tell."""
    same = f"datatype({value}) = {_write(datatype)}"
    if datatype in _NUMBERS:
        return f"{same} && isNumeric({value})"
    return same


def _write(node: Node) -> str:
    if isinstance(node, Literal) and node.datatype in _NUMBERS:
        return str(node)
    assert isinstance(node, URIRef | Literal)
    return node.n3()
