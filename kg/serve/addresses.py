"""Where on this server a resource of the graph is described."""

from __future__ import annotations

from urllib.parse import quote, unquote

from kg.records import ENTITY_TYPES
from kg.vocabulary import NODE_KINDS, encode_local_name

EXPLORER_PATH = "/explore"
NEIGHBOURHOOD_PATH = f"{EXPLORER_PATH}/neighbourhood"
SEARCH_PATH = f"{EXPLORER_PATH}/search"

_EXPLORED_KINDS = frozenset(("abstract", "repository", *map(str.lower, ENTITY_TYPES)))


def find_address(iri: str, base_iri: str | None) -> str:
    """The path of the page about a resource.

    A node of the graph is at the path that its IRI has below the data's namespace, whatever
    host the namespace names; anything else at `/resource?iri=`.

    Args:
        iri: The resource.
        base_iri: Namespace of the data, where it is known.
    """
    if base_iri is not None and iri.startswith(base_iri):
        id = unquote(iri.removeprefix(base_iri))
        kind, _, name = id.partition("/")
        # A browser would resolve a segment of dots away.
        stable = not {".", ".."} & set(id.split("/"))
        if kind in NODE_KINDS and name and stable and base_iri + encode_local_name(id) == iri:
            return f"/{quote(id)}"
    return f"/resource?iri={quote(iri, safe='')}"


def find_explorer(iri: str, base_iri: str | None) -> str | None:
    """The address at which the explorer opens with this resource, if it shows such."""
    if base_iri is None or not iri.startswith(base_iri):
        return None
    id = unquote(iri.removeprefix(base_iri))
    if id.partition("/")[0] not in _EXPLORED_KINDS:
        return None
    return f"{EXPLORER_PATH}#selected={quote(id, safe='')}"
