"""SPARQL over a graph, on pyoxigraph."""

from kg.query.evaluation import run_query
from kg.query.restoration import restore_tables
from kg.query.results import RESULT_FORMATS, QueryResult, ResultFormat
from kg.query.store import find_agents, find_base_iri, find_prefixes, find_title, open_graph

__all__ = [
    "RESULT_FORMATS",
    "QueryResult",
    "ResultFormat",
    "find_agents",
    "find_base_iri",
    "find_prefixes",
    "find_title",
    "open_graph",
    "restore_tables",
    "run_query",
]
