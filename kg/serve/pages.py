"""The pages for a browser.

They load nothing but this server's own style and script, which a Content-Security-Policy
enforces; what comes from the graph is escaped by the templates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jinja2

from kg.serve.addresses import EXPLORER_PATH, find_address, find_explorer
from kg.serve.limits import Limits
from kg.vocabulary import ontology_folder

PAGE_HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
}

_FIRST_EXAMPLE = (
    "What is in the graph?",
    """\
SELECT ?type (COUNT(?thing) AS ?things)
WHERE { ?thing a ?type }
GROUP BY ?type
ORDER BY DESC(?things)
""",
)


class Pages:
    """Renders the pages."""

    def __init__(self) -> None:
        self._environment = jinja2.Environment(
            loader=jinja2.PackageLoader("kg.serve", "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._examples = list(_list_examples())

    def show_query(self, facts: Mapping[str, Any], limits: Limits) -> str:
        """The page to ask queries at.

        Args:
            facts: What the workers found out about the graph.
            limits: What a query may take.
        """
        return self._environment.get_template("query.html.jinja").render(
            title=facts["title"] or "Graph",
            prefixes=sorted(facts["prefixes"].items()),
            examples=self._examples,
            limits=limits,
            explorer=None if facts["base_iri"] is None else EXPLORER_PATH,
        )

    def show_resource(self, description: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
        """The page about one resource.

        Args:
            description: As `kg.serve.descriptions.describe_resource` makes it.
            facts: What the workers found out about the graph.
        """
        base_iri = facts["base_iri"]

        def find_link(iri: str) -> str | None:
            """Where a value leads: within the graph to its page, else to the place on the web."""
            if base_iri is None or iri.startswith(base_iri):
                return find_address(iri, base_iri)
            return iri if iri.startswith(("http://", "https://")) else None

        return self._environment.get_template("resource.html.jinja").render(
            description=description,
            title=facts["title"] or "Graph",
            find_link=find_link,
            find_address=lambda iri: find_address(iri, base_iri),
            explorer=find_explorer(description["iri"], base_iri),
        )


def _list_examples() -> Iterator[tuple[str, str]]:
    """Queries to begin with, each with its question: those that come with the ontology."""
    yield _FIRST_EXAMPLE
    for path in sorted((ontology_folder() / "queries").glob("*.rq")):
        query = path.read_text(encoding="utf-8")
        lines = query.splitlines()
        comments = [line.lstrip("# ") for line in lines if line.startswith("#")]
        yield (comments[0] if comments else path.stem), query
