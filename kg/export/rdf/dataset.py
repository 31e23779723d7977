"""The graph as a dataset: its title, what it holds and who made it.

In the words of VoID (https://www.w3.org/TR/void/), DCAT (https://www.w3.org/TR/vocab-dcat-3/)
and PROV-O (https://www.w3.org/TR/prov-o/).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from kg.export.rdf.sorting import read_rows
from kg.export.rdf.terms import (
    DATASET,
    LABEL,
    TYPE,
    Description,
    Literal,
    Name,
    Property,
    make_integer,
    name_node,
    state,
    state_all,
)
from kg.export.registry import ExportOptions
from kg.tables import Tables
from kg.vocabulary import ONTOLOGY_IRI, SHAPES_IRI

PROGRAM = "kg-abstracts"

# The IRIs of the ontologies themselves, which need not be those of their namespaces.
_VOCABULARIES = (
    f"<{ONTOLOGY_IRI}>",
    "<http://purl.org/dc/terms/>",
    "<http://purl.org/ontology/bibo/>",
    "<http://www.w3.org/1999/02/22-rdf-syntax-ns#>",
    "<http://www.w3.org/2004/02/skos/core>",
    "<http://www.w3.org/ns/dcat>",
    "<http://www.w3.org/ns/oa#>",
    "<http://www.w3.org/ns/prov#>",
)
_EXAMPLES = ("kg:Abstract", "kg:Result", "kg:Statement")
_DESCRIPTION = (
    "What research abstracts name, state and report, read from their texts by a program: "
    "every statement has a confidence and leads back to the passage that it was read from."
)


class Census:
    """Counts descriptions as they pass.

    Attributes:
        triples: How many there were.
        classes: How many resources there were of each class.
        examples: The first resource of each class.
        properties: The properties that were stated.
    """

    def __init__(self) -> None:
        self.triples = 0
        self.classes: Counter[Name] = Counter()
        self.examples: dict[Name, Name] = {}
        self.properties: set[Name] = set()

    def watch(self, descriptions: Iterable[Description]) -> Iterator[Description]:
        """The descriptions, each counted before it is passed on; each has one type, first."""
        for description in descriptions:
            subject, properties = description
            type = properties[0][1][0]
            assert isinstance(type, str)
            if type not in self.classes:
                self.examples[type] = subject
            self.classes[type] += 1
            for predicate, values in properties:
                self.triples += len(values)
                self.properties.add(predicate)
            yield description


def describe_dataset(
    tables: Tables, options: ExportOptions, census: Census
) -> Iterator[Description]:
    """The graph as a dataset, the parts that its classes make, and the programs that made it.

    Args:
        tables: The graph.
        options: What else is known of it.
        census: Counts of all that was said of its resources; these descriptions are not counted.
    """
    agents = [*_describe_agents(options)]
    classes = sorted(census.classes)
    yield Description(
        DATASET,
        [
            (TYPE, ["void:Dataset", "dcat:Dataset"]),
            *state("dcterms:title", Literal(options.title)),
            *state("dcterms:description", Literal(_DESCRIPTION)),
            *state("dcterms:conformsTo", f"<{SHAPES_IRI}>"),
            *state("void:uriSpace", Literal(options.base_iri)),
            *state_all("void:vocabulary", _VOCABULARIES),
            *state("void:triples", make_integer(census.triples)),
            *state("void:distinctSubjects", make_integer(census.classes.total())),
            *state("void:classes", make_integer(len(classes))),
            *state("void:properties", make_integer(len(census.properties))),
            *state_all("void:exampleResource", _choose_examples(tables, census)),
            *state_all("void:classPartition", map(_name_partition, classes)),
            *state_all("prov:wasAttributedTo", (agent.subject for agent in agents)),
        ],
    )
    for name in classes:
        properties: list[Property] = [
            *state("void:class", name),
            *state("void:entities", make_integer(census.classes[name])),
        ]
        yield Description(_name_partition(name), properties)
    yield from agents


def _describe_agents(options: ExportOptions) -> Iterator[Description]:
    """The program and its trained pipeline, of those that are known."""
    if options.program is not None:
        yield Description(
            f"agent:{PROGRAM}-{options.program}",
            [
                (TYPE, ["prov:SoftwareAgent"]),
                (LABEL, [Literal(PROGRAM)]),
                *state("schema:softwareVersion", Literal(options.program)),
            ],
        )
    if options.pipeline is not None:
        name, _, version = options.pipeline.partition("-")
        yield Description(
            f"agent:{options.pipeline}",
            [
                (TYPE, ["prov:SoftwareAgent"]),
                (LABEL, [Literal(f"{name} (spaCy pipeline)")]),
                *state("schema:softwareVersion", Literal(version)),
                *state("dcterms:identifier", Literal(options.pipeline)),
            ],
        )


def _choose_examples(tables: Tables, census: Census) -> Iterator[Name]:
    """The entity that most abstracts name, and the first of what else a reader looks for."""
    entities = read_rows(tables.batches("entities", ["id", "abstracts"]))
    most = max(entities, key=lambda row: row[1] or 0, default=None)
    if most is not None:
        yield name_node(most[0])
    for name in _EXAMPLES:
        if name in census.examples:
            yield census.examples[name]


def _name_partition(name: Name) -> Name:
    return f"partition:{name.partition(':')[2]}"
