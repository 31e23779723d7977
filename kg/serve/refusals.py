"""Requests that the server does not fulfil, each with its status and a message for its sender."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

RETRY_AFTER: Mapping[str, str] = MappingProxyType({"retry-after": "5"})


class RefusalError(Exception):
    """A request is refused.

    Args:
        status: Of HTTP (https://www.rfc-editor.org/rfc/rfc9110#name-status-codes).
        message: What is wrong and what to do.
        headers: Further headers of the answer.
    """

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, dict(headers or {})
