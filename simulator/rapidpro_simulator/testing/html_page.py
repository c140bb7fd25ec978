"""Reports as one page of HTML that needs nothing else: a template of the package that reports, filled in."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def html_page(package: str, template: str, **values: Any) -> str:
    """Return the page that `template`, a file in the folder `templates` of `package`, makes of `values`.

    Raises `jinja2.UndefinedError` where the template names a value that is not there.
    """
    templates = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return templates.get_template(template).render(**values)
