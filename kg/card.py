"""Everything known of one node, with its evidence, as a page of text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from kg.records import ROLES
from kg.tables import Row, Tables
from kg.terminal import style_text

EVIDENCE_SHOWN = 3

# What an entity's page shows of each: reading the rest of millions of rows takes time.
_STATEMENT = ("id", "subject", "predicate", "object", "category", "confidence")
_EVIDENCE = ("statement", "abstract", "start", "end", "sentence_start", "sentence_end")


def render_card(tables: Tables, id: str, console: Console) -> None:
    """Print all that is known of the node `id`."""
    if id.startswith("abstract/"):
        _render_abstract(tables, id, console)
    else:
        _render_entity(tables, id, console)


def _render_entity(tables: Tables, id: str, console: Console) -> None:
    (entity,) = tables.select("entities", id=id)
    console.print(style_text((entity["name"], "bold"), f"  {entity['type']}  {id}"))
    if entity["aliases"]:
        console.print(style_text("also " + ", ".join(entity["aliases"])))
    console.print(
        f"mentions: {entity['mentions']:,}, abstracts: {entity['abstracts']:,},"
        f" importance: {entity['importance']:.1f}"
    )
    incoming = list(tables.rows_where("statements", {"object": [id]}, _STATEMENT))
    outgoing = list(tables.rows_where("statements", {"subject": [id]}, _STATEMENT))
    results = tables.select("results", of=id)
    stated = [s["id"] for s in incoming + outgoing]
    evidence = _group(tables.rows_where("evidence", {"statement": stated}, _EVIDENCE), "statement")
    names = _name_nodes(
        tables,
        {s["subject"] for s in incoming}
        | {s["object"] for s in outgoing}
        | {r[end] for r in results for end in ("abstract", "on", "metric") if r[end]},
    )
    texts = _read_texts(tables, evidence, results)
    for role in (*ROLES, "hasAffiliation"):
        rows = [s for s in incoming if s["predicate"] == role and s["category"] != "relation"]
        _render_statements(role, rows, "subject", names, evidence, texts, console)
    relations = [s for s in incoming if s["category"] == "relation"]
    for predicate, rows in sorted(_group(outgoing, "predicate").items()):
        _render_statements(f"{predicate} →", rows, "object", names, evidence, texts, console)
    for predicate, rows in sorted(_group(relations, "predicate").items()):
        _render_statements(f"← {predicate}", rows, "subject", names, evidence, texts, console)
    _render_results(results, names, console)


def _render_abstract(tables: Tables, id: str, console: Console) -> None:
    (abstract,) = tables.select("abstracts", id=id)
    console.print(style_text((abstract["label"], "bold"), f"  {id}"))
    for line in _describe_publication(abstract):
        console.print(style_text(line))
    outgoing = tables.select("statements", subject=id)
    incoming = tables.select("statements", object=id)
    results = tables.select("results", abstract=id)
    names = _name_nodes(
        tables,
        {s["object"] for s in outgoing}
        | {s["subject"] for s in incoming}
        | {via for s in outgoing + incoming for via in s["via"]}
        | {r[end] for r in results for end in ("of", "on", "metric") if r[end]},
    )
    for place in tables.select("places", abstract=id):
        given = f", there {place['input_id']}" if place["input_id"] else ""
        console.print(style_text(f"in {names[place['document']]}:{place['line']}{given}"))
    console.print(_highlight_mentions(abstract["text"], tables.select("mentions", abstract=id)))
    by_predicate = _group((s for s in outgoing if s["category"] == "role"), "predicate")
    for role in ROLES:
        named = [names[s["object"]] for s in by_predicate.get(role, ())]
        if named:
            console.print(style_text((role, "bold"), "  " + ", ".join(sorted(named))))
    for statement in outgoing:
        if statement["predicate"] == "hasRepository":
            console.print(style_text(("code", "bold"), f"  {names[statement['object']]}"))
    links = [(s, "object", s["predicate"]) for s in outgoing if s["category"] == "link"]
    links += [
        (
            s,
            "subject",
            s["predicate"] if s["predicate"] == "sharesEntity" else f"← {s['predicate']}",
        )
        for s in incoming
        if s["category"] == "link"
    ]
    for statement, end, predicate in sorted(
        links, key=lambda link: (link[2], -link[0]["weight"], link[0][link[1]])
    ):
        via = ", ".join(names[entity] for entity in statement["via"])
        console.print(
            style_text((predicate, "bold"), f"  {names[statement[end]]}", (f"  by {via}", "dim"))
        )
    _render_results(results, names, console)


def _describe_publication(abstract: Row) -> Iterable[str]:
    if abstract["authors"]:
        yield ", ".join(abstract["authors"])
    if abstract["affiliations"]:
        yield ", ".join(abstract["affiliations"])
    known = [abstract["venue"], abstract["year"], abstract["doi"], abstract["url"]]
    if any(known):
        yield ", ".join(str(value) for value in known if value)
    if abstract["keywords"]:
        yield "keywords: " + ", ".join(abstract["keywords"])


def _render_statements(
    heading: str,
    statements: Iterable[Row],
    end: str,
    names: Mapping[str, str],
    evidence: Mapping[str, list[Row]],
    texts: Mapping[str, str],
    console: Console,
) -> None:
    ordered = sorted(statements, key=lambda s: (names[s[end]].casefold(), s[end]))
    if ordered:
        console.print(style_text((heading, "bold")))
    for statement in ordered:
        console.print(
            Padding(
                style_text(names[statement[end]], (f"  {statement['confidence']:.2f}", "dim")),
                (0, 0, 0, 2),
            )
        )
        for item in evidence.get(statement["id"], [])[:EVIDENCE_SHOWN]:
            if item["start"] is not None:
                console.print(Padding(_quote(texts[item["abstract"]], item), (0, 0, 0, 4)))


def _render_results(results: Iterable[Row], names: Mapping[str, str], console: Console) -> None:
    for number, result in enumerate(results):
        if not number:
            console.print(style_text(("results", "bold")))
        parts = [names.get(result[end], "") for end in ("of", "metric", "on")]
        line = ", ".join(part for part in parts if part)
        console.print(Padding(style_text(f"{result['value']}  {line}"), (0, 0, 0, 2)))


def _quote(text: str, evidence: Row) -> Text:
    """The sentence, with the words that count in it made bold."""
    start = evidence["sentence_start"]
    if start is None:
        return style_text((text[evidence["start"] : evidence["end"]], "italic"))
    quote = style_text((text[start : evidence["sentence_end"]], "italic"))
    quote.stylize("bold", evidence["start"] - start, evidence["end"] - start)
    return quote


def _highlight_mentions(text: str, mentions: Iterable[Row]) -> Text:
    shown = style_text(text)
    for mention in mentions:
        shown.stylize("bold", mention["start"], mention["end"])
    return shown


def _read_texts(
    tables: Tables, evidence: Mapping[str, list[Row]], results: Iterable[Row]
) -> dict[str, str]:
    ids = {item["abstract"] for items in evidence.values() for item in items}
    ids |= {result["abstract"] for result in results}
    rows = tables.rows_where("abstracts", {"id": ids}, ("id", "text"))
    return {row["id"]: row["text"] for row in rows}


def _name_nodes(tables: Tables, ids: Iterable[str]) -> dict[str, str]:
    wanted = set(ids)
    names: dict[str, str] = {}
    for table, column in (
        ("abstracts", "label"),
        ("entities", "name"),
        ("documents", "path"),
        ("persons", "name"),
        ("repositories", "url"),
    ):
        rows = tables.rows_where(table, {"id": wanted}, ("id", column))
        names.update((row["id"], row[column]) for row in rows)
    return names


def _group(rows: Iterable[Row], column: str) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups
