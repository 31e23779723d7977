"""Text that XML 1.0 can hold (https://www.w3.org/TR/xml/#charsets)."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def replace_forbidden(text: str) -> tuple[str, int]:
    """The text with U+FFFD for each character that XML cannot hold, and how many there were."""
    return _FORBIDDEN.subn("\ufffd", text)
