"""SPARQL over a graph, on pyoxigraph."""

from kg.query.cookbook import Recipe, find_recipe, list_recipes, parse_settings
from kg.query.evaluation import run_query
from kg.query.restoration import restore_tables
from kg.query.results import RESULT_FORMATS, QueryResult, ResultFormat
from kg.query.store import (
    find_agents,
    find_base_iri,
    find_prefixes,
    find_title,
    open_graph,
    open_store,
)

__all__ = [
    "RESULT_FORMATS",
    "QueryResult",
    "Recipe",
    "ResultFormat",
    "find_agents",
    "find_base_iri",
    "find_prefixes",
    "find_recipe",
    "find_title",
    "list_recipes",
    "open_graph",
    "open_store",
    "parse_settings",
    "restore_tables",
    "run_query",
]
