"""`kg_links`: addresses in the text, and what they lead to.

linkify-it finds the addresses; this module takes from what it finds what is no address
(`ASP.net`, `etc.In`), undoes LaTeX, and reads owner and name out of the path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from linkify_it import LinkifyIt
from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.annotations import set_hyperlinks
from kg.records import Hyperlink, HyperlinkKind

Target = tuple[HyperlinkKind, str | None, str | None]

_SCHEMES = ("http:", "https:", "ftp:")
# What no address holds, save in LaTeX's escapes. Where a list of addresses is written without
# white space, the comma ends one too.
_ENDS = re.compile(
    r"[,;|](?=(?:\w+:)?https?://)|[{}<>|^`]|\\(?![_%&#~-]|sim\$)|(?<!\\sim)\$(?!\\sim\$)|\*\*|\]\("
)
_GLUED = re.compile(r"(?<=\w)(?=https?://)")
_HINT = re.compile(r"://|[A-Za-z0-9]\.[a-z]{2}")
_TRAILING = re.compile(r"(?:[.,;:!?*_~\\'\"’”»)\]]|[。，；：！？、）】」』])+$")
_PLAIN_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_PAGE: Target = ("page", None, None)


@Language.factory("kg_links", assigns=["doc._.kg_links"])
def create_links(nlp: Language, name: str) -> LinkFinder:  # noqa: ARG001
    """The component, with no settings."""
    return LinkFinder()


class LinkFinder:
    """Leaves the addresses of a `Doc` in `doc._.kg_links`."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the addresses in `doc` and leave them there."""
        set_hyperlinks(doc, list(find_hyperlinks(doc.text)))
        return doc


@lru_cache(maxsize=1)
def _linkifier() -> LinkifyIt:
    linkifier = LinkifyIt(options={"fuzzy_email": False, "fuzzy_ip": False})
    linkifier.add("mailto:", None)
    linkifier.add("//", None)
    return linkifier


def find_hyperlinks(text: str) -> Iterator[Hyperlink]:
    r"""The addresses in `text`, in order, with their exact spans.

    Trailing punctuation, unbalanced brackets and what wraps the address (`\url{…}`, `<…>`,
    Markdown) are no part of it. Without a scheme, it must be in lower case up to the host's
    end and have a path, `www.` or a third part in the host.
    """
    if not _HINT.search(text):
        return
    offset = 0
    for part in _GLUED.split(_ENDS.sub(_blank, text)):
        for found in _linkifier().match(part) or ():
            start = offset + found.index
            form = _trim(text[start : offset + found.last_index])
            link = _hyperlink(start, form, found.schema)
            if link is not None:
                yield link
        offset += len(part)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _trim(form: str) -> str:
    while tail := _TRAILING.search(form):
        keep = tail.start()
        # A closing bracket belongs to the address where the address opens it.
        for index, char in enumerate(form[keep:], keep):
            opening = {")": "(", "]": "["}.get(char)
            opened = opening and form.count(opening, 0, index) > form.count(char, 0, index)
            if opened or (char == "_" and index == keep and not form[index:].strip("_")):
                keep = index + 1
        if keep == len(form):
            break
        form = form[:keep]
        if keep > tail.start():
            break
    return form


def _hyperlink(start: int, form: str, schema: str) -> Hyperlink | None:
    if schema not in ("", *_SCHEMES):
        return None
    address = re.sub(r"\\([_%&#~-])", r"\1", form.replace(r"$\sim$", "~"))
    url = address if schema else f"https://{address}"
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    if not host or "." not in host:
        return None
    if not schema:
        authority = address.split("/", 1)[0]
        named = authority.startswith("www.") or "/" in address or authority.count(".") > 1
        if "@" in address or not named or not _PLAIN_HOST.fullmatch(authority):
            return None
    host = host.removeprefix("www.")
    kind, owner, name = _read_target(host, [unquote(p) for p in parts.path.split("/") if p])
    return Hyperlink(start, start + len(form), form, url, kind, host, owner, name)


def _read_target(host: str, path: list[str]) -> Target:
    reader = _READERS.get(host)
    if reader is not None:
        return reader(path)
    if host.startswith(("gitlab.", "git.")):
        return _repository(path)
    if host.endswith("figshare.com") or host.startswith("dataverse."):
        return ("dataset", None, path[-1]) if path else _PAGE
    return _PAGE


def _name(part: str) -> str:
    return part.removesuffix(".git")


def _repository(path: list[str]) -> Target:
    if len(path) < 2 or path[0] in ("topics", "orgs", "features", "search", "settings"):
        return _PAGE
    return "repository", path[0], _name(path[1])


def _gitlab(path: list[str]) -> Target:
    path = path[: path.index("-")] if "-" in path else path
    for marker in ("tree", "blob"):
        if marker in path[2:]:
            path = path[: path.index(marker, 2)]
    if len(path) < 2:
        return _PAGE
    return "repository", "/".join(path[:-1]), _name(path[-1])


def _anonymous(path: list[str]) -> Target:
    return ("repository", None, path[1]) if len(path) > 1 and path[0] in ("r", "w") else _PAGE


def _sourceforge(path: list[str]) -> Target:
    return ("repository", None, path[1]) if len(path) > 1 and path[0] == "projects" else _PAGE


def _owned(kind: HyperlinkKind, path: list[str]) -> Target:
    if not path:
        return _PAGE
    return (kind, path[0], path[1]) if len(path) > 1 else (kind, None, path[0])


_HUB_PAGES = frozenset(
    {"papers", "docs", "blog", "collections", "organizations", "tasks", "models", "learn", "join"}
)


def _hub(path: list[str]) -> Target:
    if path[:1] == ["datasets"]:
        return _owned("dataset", path[1:])
    if path[:1] == ["spaces"]:
        return _repository(path[1:])
    if len(path) < 2 or path[0] in _HUB_PAGES:
        return _PAGE
    return "model", path[0], path[1]


def _kaggle(path: list[str]) -> Target:
    if path[:1] == ["models"]:
        return _owned("model", path[1:])
    if path[:1] == ["datasets"]:
        return _owned("dataset", path[1:])
    if path[:1] in (["c"], ["competitions"]) and len(path) > 1:
        return "dataset", None, path[1]
    return _owned("dataset", path) if len(path) == 2 and path[0] not in ("code", "learn") else _PAGE


def _modelscope(path: list[str]) -> Target:
    if path[:1] == ["datasets"]:
        return _owned("dataset", path[1:])
    return _owned("model", path[1:]) if path[:1] == ["models"] else _PAGE


def _numbered(path: list[str]) -> Target:
    return ("dataset", None, path[1]) if len(path) > 1 else _PAGE


def _last(path: list[str]) -> Target:
    return ("dataset", None, path[-1]) if len(path) > 1 else _PAGE


def _doi(path: list[str]) -> Target:
    # Prefixes of the archives that hold data: Zenodo, Dryad, Dataverse, Mendeley Data.
    if len(path) > 1 and path[0] in ("10.5281", "10.5061", "10.7910", "10.17632"):
        return "dataset", None, "/".join(path[1:])
    return _PAGE


def _gist(path: list[str]) -> Target:
    return ("repository", path[0], path[1]) if len(path) > 1 else _PAGE


_READERS: dict[str, Callable[[list[str]], Target]] = {
    "github.com": _repository,
    "gist.github.com": _gist,
    "gitlab.com": _gitlab,
    "bitbucket.org": _repository,
    "codeberg.org": _repository,
    "gitee.com": _repository,
    "git.sr.ht": _repository,
    "sourceforge.net": _sourceforge,
    "anonymous.4open.science": _anonymous,
    "anon-github.automl.cc": _anonymous,
    "huggingface.co": _hub,
    "hf.co": _hub,
    "kaggle.com": _kaggle,
    "modelscope.cn": _modelscope,
    "zenodo.org": _numbered,
    "openml.org": _numbered,
    "physionet.org": _numbered,
    "paperswithcode.com": lambda path: _last(path) if path[:1] == ["dataset"] else _PAGE,
    "archive.ics.uci.edu": _last,
    "doi.org": _doi,
}
