"""The errors that a user can meet, each with a message that says what to do."""

from __future__ import annotations


class KgError(Exception):
    """Base of all errors of the project; the command line shows them as one line."""


class SourceError(KgError):
    """An input that cannot be read, with the place where it went wrong.

    Args:
        path: The file, as the user named it.
        problem: What is wrong and what to do, without the place.
        line: Line from 1, where there is one.
        byte: Offset in bytes from the start of the (decompressed) file, where that says more.
    """

    def __init__(
        self, path: str, problem: str, *, line: int | None = None, byte: int | None = None
    ) -> None:
        self.path, self.problem, self.line, self.byte = path, problem, line, byte
        place = path
        if line is not None:
            place += f":{line}"
        if byte is not None:
            place += f" (byte {byte})"
        super().__init__(f"{place}: {problem}")


class FilterError(KgError):
    """A filter of the input or of the graph that cannot be understood."""


class CorrectionsError(KgError):
    """A corrections file that cannot be understood or does not apply."""


class ExtractionsError(KgError):
    """Extraction records that are not in the corpus format."""


class ModelError(KgError):
    """A trained pipeline that is missing or does not fit."""


class OutputError(KgError):
    """An output that cannot be written, or a folder that holds something else."""


class GraphError(KgError):
    """A graph folder or file that is missing, damaged or of another version."""


class FormatError(KgError):
    """A format that is not known; the message lists those that are."""


class QueryError(KgError):
    """A query that does not parse or cannot be answered."""


class EvaluationError(KgError):
    """Predictions that cannot be compared with the annotation."""
