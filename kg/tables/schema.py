"""The graph at rest: Parquet tables that hold every node, statement and piece of evidence.

All ids are node ids, unique across kinds: `abstract/<key>`, `document/<hash>`,
`repository/<host>/<owner>/<name>`, `person/<slug>`, `<type>/<slug>` for entities,
`statement/<hash>`, `result/<hash>`. Rows are sorted by id (mentions and hyperlinks by
abstract and start), so that the same graph gives the same bytes. Exporters read these
tables and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

_TEXT = pa.string()
_SPAN = [pa.field("start", pa.int32()), pa.field("end", pa.int32())]
_SENTENCE = [pa.field("sentence_start", pa.int32()), pa.field("sentence_end", pa.int32())]
_LAYOUT = [pa.field("importance", pa.float64()), pa.field("community", pa.int32())]


def _schema(*fields: pa.Field | tuple[str, pa.DataType]) -> pa.Schema:
    return pa.schema(
        [field if isinstance(field, pa.Field) else pa.field(*field) for field in fields]
    )


SCHEMAS: Mapping[str, pa.Schema] = {
    # One row a distinct text. `label` is what a picture shows: title, or what it introduces.
    "abstracts": _schema(
        ("id", _TEXT),
        ("text", _TEXT),
        ("label", _TEXT),
        ("title", _TEXT),
        ("year", pa.int32()),
        ("venue", _TEXT),
        ("doi", _TEXT),
        ("url", _TEXT),
        ("authors", pa.list_(_TEXT)),
        ("affiliations", pa.list_(_TEXT)),
        ("keywords", pa.list_(_TEXT)),
        ("extra", _TEXT),  # JSON object of the input's other fields
        ("sentences", pa.list_(pa.struct(_SPAN))),
        *_LAYOUT,
    ),
    "documents": _schema(
        ("id", _TEXT), ("path", _TEXT), ("sha256", _TEXT), ("format", _TEXT), ("label", _TEXT)
    ),
    # Where each abstract stood, and the id that the input gave it there.
    "places": _schema(
        ("abstract", _TEXT), ("document", _TEXT), ("line", pa.int32()), ("input_id", _TEXT)
    ),
    "entities": _schema(
        ("id", _TEXT),
        ("type", _TEXT),
        ("name", _TEXT),
        ("aliases", pa.list_(_TEXT)),
        ("abstracts", pa.int32()),  # how many name it
        ("mentions", pa.int32()),
        *_LAYOUT,
    ),
    "persons": _schema(("id", _TEXT), ("name", _TEXT), ("abstracts", pa.int32())),
    "repositories": _schema(
        ("id", _TEXT), ("host", _TEXT), ("owner", _TEXT), ("name", _TEXT), ("url", _TEXT)
    ),
    "communities": _schema(
        ("id", pa.int32()), ("name", _TEXT), ("abstracts", pa.int32()), ("entities", pa.int32())
    ),
    "mentions": _schema(
        ("abstract", _TEXT),
        ("entity", _TEXT),
        *_SPAN,
        ("form", _TEXT),
        ("type", _TEXT),  # as extracted there; the entity's type is the majority's
        ("confidence", pa.float64()),
        *_SENTENCE,
    ),
    "hyperlinks": _schema(
        ("abstract", _TEXT),
        *_SPAN,
        ("form", _TEXT),
        ("url", _TEXT),
        ("kind", _TEXT),
        ("host", _TEXT),
        ("owner", _TEXT),
        ("name", _TEXT),
        ("repository", _TEXT),  # node id where kind is `repository`
    ),
    # Every edge of the graph. `category`: role (abstract to entity), relation (entity to
    # entity), link (abstract to abstract), metadata (appearsIn, hasAuthor, hasAffiliation,
    # hasRepository: abstract to document, person, organization, repository).
    "statements": _schema(
        ("id", _TEXT),
        ("subject", _TEXT),
        ("predicate", _TEXT),
        ("object", _TEXT),
        ("category", _TEXT),
        ("confidence", pa.float64()),
        ("weight", pa.float64()),
        ("via", pa.list_(_TEXT)),  # the shared entities that a link rests on
        ("evidence", pa.int32()),  # how many rows of `evidence`
    ),
    # What a statement was read from. A link has rows in both abstracts, with the `entity`
    # that connects them. Metadata has an abstract and no span, save hasRepository.
    "evidence": _schema(
        ("statement", _TEXT),
        ("abstract", _TEXT),
        ("entity", _TEXT),
        *_SPAN,
        *_SENTENCE,
        ("confidence", pa.float64()),
    ),
    "results": _schema(
        ("id", _TEXT),
        ("abstract", _TEXT),
        ("of", _TEXT),
        ("on", _TEXT),
        ("metric", _TEXT),
        ("value", _TEXT),
        ("number", pa.float64()),
        ("unit", _TEXT),
        ("confidence", pa.float64()),
        *_SPAN,  # of the value
        *_SENTENCE,
    ),
}
