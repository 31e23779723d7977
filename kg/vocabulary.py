"""The namespaces of the RDF: the project's ontology, the standard vocabularies, the data.

The ontology itself is `ontology/kg.ttl`. Its IRI is a name that no server answers: the file
comes with the package.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from kg.errors import FormatError
from kg.records import ENTITY_TYPES

ONTOLOGY_IRI = "https://w3id.org/kg-abstracts/ontology"
SHAPES_IRI = "https://w3id.org/kg-abstracts/shapes"

STANDARD_PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "bibo": "http://purl.org/ontology/bibo/",
        "dcat": "http://www.w3.org/ns/dcat#",
        "dcterms": "http://purl.org/dc/terms/",
        "kg": f"{ONTOLOGY_IRI}#",
        "oa": "http://www.w3.org/ns/oa#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "prov": "http://www.w3.org/ns/prov#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "void": "http://rdfs.org/ns/void#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)

# What stands before the first `/` of a node id; each is a prefix of the data.
NODE_KINDS: tuple[str, ...] = (
    "abstract",
    "account",
    "agent",
    "community",
    "document",
    "hyperlink",
    "partition",
    "person",
    "place",
    "position",
    "quote",
    "repository",
    "result",
    "span",
    "statement",
    *(type.lower() for type in ENTITY_TYPES),
)

# Properties that hold in both directions. Their triples are written in both, so that a query
# finds them from either end; the statement stands once.
SYMMETRIC_PREDICATES = frozenset({"comparedWith", "sharesEntity"})

_PLAIN = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")
_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~/-")


def data_prefixes(base_iri: str) -> dict[str, str]:
    """The prefix of each kind of node, such as `model:` for `<base_iri>model/`."""
    return {kind: f"{base_iri}{kind}/" for kind in NODE_KINDS}


def encode_local_name(local: str) -> str:
    """The part of a node id after its kind, as it stands in an IRI.

    ASCII letters, digits and `-._~/` and the letters and digits of all other scripts stay; the
    bytes of everything else are percent-encoded (RFC 3987), so that two names that differ stay
    different. A segment of dots is encoded too, since a parser would resolve it away.
    """
    if _PLAIN.fullmatch(local):
        return local
    encoded = "".join(c if _is_safe(c) else _percent_encode(c) for c in local)
    if "." not in encoded:
        return encoded
    return "/".join(
        segment.replace(".", "%2E") if segment in {".", ".."} else segment
        for segment in encoded.split("/")
    )


def is_base_iri(text: str) -> bool:
    """Whether data can have this as its namespace: an absolute IRI that ends in `/` or `#`."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    parts = urlsplit(text)
    hierarchical = parts.scheme not in ("http", "https") or bool(parts.netloc)
    return hierarchical and text.endswith(("/", "#"))


def check_base_iri(base_iri: str) -> None:
    """Raise an error unless data can have `base_iri` as its namespace.

    Raises:
        FormatError: It is not an absolute IRI that ends in `/` or `#`.
    """
    if not is_base_iri(base_iri):
        raise FormatError(
            f"{base_iri!r} cannot be the base IRI; "
            "give an absolute IRI that ends in / or #, such as https://example.org/kg/"
        )


def ontology_folder() -> Path:
    """The folder of the ontology, the shapes and what else describes the RDF."""
    installed = Path(__file__).parent / "ontology"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "ontology"


def _is_safe(character: str) -> bool:
    return character in _SAFE or (not character.isascii() and character.isalnum())


def _percent_encode(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())
