"""What validation finds."""

from __future__ import annotations

from dataclasses import dataclass

from kg.vocabulary import STANDARD_PREFIXES


@dataclass(frozen=True, slots=True)
class Finding:
    """A violation of a shape.

    Attributes:
        focus: IRI of the node that is not as it should be.
        path: The property concerned, as `kg:text`, or `^kg:hasPlace` against its direction.
        value: The value that is wrong: an IRI or the text of a literal; nothing where a value
            is missing or there are too many.
        component: What kind of constraint it violates, such as `MinCount`.
        message: What is wrong, in words.
    """

    focus: str
    path: str | None
    value: str | None
    component: str
    message: str

    @property
    def key(self) -> tuple[str, ...]:
        """Where it comes in a list of findings."""
        return (self.focus, self.path or "", self.component, self.message, self.value or "")


def shorten_iri(iri: str) -> str:
    """An IRI with the prefix of its vocabulary, where it is of one that kg uses."""
    for prefix, namespace in STANDARD_PREFIXES.items():
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
