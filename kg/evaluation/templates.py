"""The templates of what an evaluation writes, in which all that comes from texts is escaped."""

from __future__ import annotations

from typing import Any

import jinja2


def render_template(name: str, **values: Any) -> str:
    """A template of this folder, filled in.

    Args:
        name: Its file name.
        values: What it names, all of it.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("kg.evaluation", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name).render(**values)
