"""The sources that a page's Content-Security-Policy allows."""

from __future__ import annotations

import base64
import hashlib


def hash_source(text: str) -> str:
    """The source expression that allows a script or style of just this text.

    Content Security Policy Level 3 (https://www.w3.org/TR/CSP3/), `hash-source`.
    """
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"
