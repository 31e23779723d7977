"""The records that travel between the stages.

Every stage takes and gives these and nothing else. They are immutable, hold plain
values, and know nothing of spaCy, networkx or any file format. All character offsets
count Unicode code points from the start of the abstract's text, end exclusive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

EntityType = Literal["Model", "Dataset", "Organization", "Technique", "Task", "Metric", "Software"]
Role = Literal[
    "introduces", "uses", "evaluatesOn", "comparesWith", "addresses", "studies", "mentions"
]
RelationPredicate = Literal[
    "developedBy",
    "variantOf",
    "partOf",
    "uses",
    "trainedOn",
    "evaluatedOn",
    "appliedTo",
    "measuredBy",
    "outperforms",
    "comparedWith",
    "benchmarkFor",
]
LinkPredicate = Literal["buildsOn", "comparesWith", "sharesEntity"]
StatementCategory = Literal["role", "relation", "link", "metadata"]
HyperlinkKind = Literal["repository", "dataset", "model", "page"]
JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]

ENTITY_TYPES: tuple[EntityType, ...] = get_args(EntityType)
ROLES: tuple[Role, ...] = get_args(Role)
RELATION_PREDICATES: tuple[RelationPredicate, ...] = get_args(RelationPredicate)
LINK_PREDICATES: tuple[LinkPredicate, ...] = get_args(LinkPredicate)


@dataclass(frozen=True, slots=True)
class Document:
    """A file that abstracts were read from: a path and a content.

    Attributes:
        path: The path below (and including) the name of the input that was given, with
            forward slashes; `-` for standard input.
        sha256: Hash of the file's bytes as they lie on disk, in hexadecimal.
        format: Name of the source format that read it.
        label: What the file calls itself, such as the header line of a seed.
    """

    path: str
    sha256: str
    format: str
    label: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where an abstract stood: document, line (from 1), and the id given there, if any."""

    document: str
    sha256: str
    line: int
    id: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Abstract:
    """An abstract as it came, with the metadata that came with it.

    A source gives one `Abstract` for each place; `kg.sources.duplicates` makes one of
    those that have the same text.

    Attributes:
        key: Hash of the folded text: the identity of the abstract's node.
        text: The text, never stripped or normalised.
        places: Where it stood, sorted; never empty.
        extra: Fields of the input that have no attribute here.
    """

    key: str
    text: str
    places: tuple[Place, ...]
    title: str | None = None
    authors: tuple[str, ...] = ()
    affiliations: tuple[str, ...] = ()
    year: int | None = None
    venue: str | None = None
    doi: str | None = None
    url: str | None = None
    keywords: tuple[str, ...] = ()
    extra: Mapping[str, JsonValue] = field(default_factory=dict, hash=False)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids that the input gave it, sorted; its key where the input gave none."""
        given = {place.id for place in self.places if place.id is not None}
        return tuple(sorted(given)) or (self.key,)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of an abstract's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """One place in the text that names an entity; `text[start:end] == form`."""

    start: int
    end: int
    form: str


@dataclass(frozen=True, slots=True)
class ExtractedEntity:
    """A thing that one abstract names, before it is known from other abstracts.

    Attributes:
        id: Unique within its extraction, such as `e1`.
        name: The fullest name that the abstract gives it.
        mentions: In the order of the text; never empty, never overlapping.
        role: The part it plays in the abstract.
        confidence: How sure the extraction is of the mentions and the type, 0 to 1.
        role_confidence: How sure it is of the role, 0 to 1.
        role_evidence: The sentence from which the role was read.
    """

    id: str
    type: EntityType
    name: str
    mentions: tuple[Mention, ...]
    role: Role
    confidence: float = 1.0
    role_confidence: float = 1.0
    role_evidence: Span | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation between two entities of an extraction, stated in the text at `evidence`."""

    subject: str
    predicate: RelationPredicate
    object: str
    confidence: float = 1.0
    evidence: Span | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A numeric result that the text reports.

    Attributes:
        of: Entity whose result it is.
        value: As written, with its unit.
        on: Dataset or task, where the text names one.
        metric: Metric, where the text names one.
        number: The value as a number, where it is one.
        unit: `%`, `x`, …, where there is one.
    """

    of: str
    value: str
    on: str | None = None
    metric: str | None = None
    number: float | None = None
    unit: str | None = None
    confidence: float = 1.0
    evidence: Span | None = None


@dataclass(frozen=True, slots=True)
class Hyperlink:
    """An address in the text.

    Attributes:
        form: As it stands in the text, without trailing punctuation.
        url: With scheme, as a browser would open it.
        kind: A code repository, a page of a dataset or model, or any other page.
        host: Lower case, without `www.`.
        owner: The account, for all kinds but `page`, where there is one.
        name: The repository, dataset or model, for all kinds but `page`.
    """

    start: int
    end: int
    form: str
    url: str
    kind: HyperlinkKind
    host: str
    owner: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was read from one abstract.

    Attributes:
        key: The abstract's key.
        text: The text that all spans count in.
        sentences: Spans of the sentences, in order.
        entities: In the order of their first mention.
    """

    key: str
    text: str
    sentences: tuple[Span, ...] = ()
    entities: tuple[ExtractedEntity, ...] = ()
    relations: tuple[Relation, ...] = ()
    results: tuple[Result, ...] = ()
    hyperlinks: tuple[Hyperlink, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing, known from all the abstracts that name it.

    Attributes:
        id: From type and canonical name, such as `model/gpt-4o`.
        name: Preferred name, as written in an abstract.
        aliases: The other forms under which it appears, sorted.
    """

    id: str
    type: EntityType
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """Which entity each extracted entity is.

    Attributes:
        entities: Sorted by id.
        nodes: From (extraction key, extracted entity id) to entity id; an extracted entity
            that the corrections ban is absent.
        organizations: From an affiliation as the metadata writes it to the id of its
            organization.
        notes: A sentence for each of the user's corrections that could not be applied.
    """

    entities: tuple[Entity, ...]
    nodes: Mapping[tuple[str, str], str]
    organizations: Mapping[str, str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something of the input that was left out, and why."""

    document: str
    reason: str
    line: int | None = None
    byte: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """An edge of the graph, between two node ids.

    Attributes:
        id: From subject, predicate and object.
        weight: How strong it is; 1 but for `sharesEntity`.
        via: Ids of the entities that a link between abstracts rests on, rarest first.
    """

    id: str
    subject: str
    predicate: str
    object: str
    category: StatementCategory
    confidence: float = 1.0
    weight: float = 1.0
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a statement was read.

    Attributes:
        statement: Its id.
        abstract: Node id of the abstract.
        span: The words that state it; absent where metadata does.
        sentence: The sentence around them.
        entity: For a link, the entity that connects the two abstracts here.
    """

    statement: str
    abstract: str
    span: Span | None = None
    sentence: Span | None = None
    entity: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Person:
    """An author: one for each name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Repository:
    """A code repository."""

    id: str
    host: str
    owner: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Community:
    """Nodes that belong together more than with the rest, named by their chief entities."""

    id: int
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportedResult:
    """A `Result` whose ends are nodes of the graph."""

    id: str
    abstract: str
    of: str
    value: str
    on: str | None
    metric: str | None
    number: float | None
    unit: str | None
    confidence: float
    span: Span | None
    sentence: Span | None


@dataclass(frozen=True, slots=True)
class Linkage:
    """All that linking adds to abstracts and entities.

    Attributes:
        statements: Sorted by id.
        evidence: Sorted by statement, abstract and place.
        results: Sorted by id.
        persons: Sorted by id.
        repositories: Sorted by id.
        labels: From the node id of each abstract to what a picture calls it.
        importance: From the node id of each abstract and entity to its importance, 1 on average.
        communities: Largest first; each abstract and entity is in one.
    """

    statements: tuple[Statement, ...]
    evidence: tuple[Evidence, ...]
    results: tuple[ReportedResult, ...]
    persons: tuple[Person, ...]
    repositories: tuple[Repository, ...]
    labels: Mapping[str, str]
    importance: Mapping[str, float]
    communities: tuple[Community, ...]
