"""Content negotiation (https://www.rfc-editor.org/rfc/rfc9110#name-accept)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_PART = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+', re.DOTALL)
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_RANGE = re.compile(rf"\s*({_TOKEN})/({_TOKEN})\s*(?:;(.*))?", re.DOTALL)
_QUALITY = re.compile(
    r"(?:^|;)\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?:;|$)", re.IGNORECASE
)


def choose_media_type(accept: str | None, offers: Iterable[str]) -> str | None:
    """The media type of `offers` that an Accept header likes best; of equals the first.

    Parameters other than the quality are not looked at. A header that says nothing that can be
    understood is as none, which takes anything.

    Returns:
        None where the header takes none of them.
    """
    ranges = list(_parse_ranges(accept or ""))
    best: tuple[float, str] | None = None
    for offer in offers:
        quality = _rate(offer, ranges) if ranges else 1.0
        if quality > 0 and (best is None or quality > best[0]):
            best = (quality, offer)
    return best and best[1]


def _parse_ranges(accept: str) -> Iterator[tuple[str, str, float]]:
    for part in _PART.findall(accept):
        match = _RANGE.fullmatch(part)
        if match is None:
            continue
        quality = _QUALITY.search(match[3] or "")
        yield match[1].lower(), match[2].lower(), float(quality[1]) if quality else 1.0


def _rate(offer: str, ranges: Iterable[tuple[str, str, float]]) -> float:
    """The quality that the most specific range gives; of equally specific ones the best."""
    kind, _, subtype = offer.partition("/")
    found = (-1, 0.0)
    for wanted_kind, wanted_subtype, quality in ranges:
        if wanted_kind in (kind, "*") and wanted_subtype in (subtype, "*"):
            specificity = (wanted_kind != "*") + (wanted_subtype != "*")
            found = max(found, (specificity, quality))
    return found[1]
