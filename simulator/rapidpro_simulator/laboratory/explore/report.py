"""What a search has found: a table for the terminal, JUnit for CI, and a page of HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from rapidpro_simulator.world.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .causes import Cause
    from .corpus import Corpus

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.45 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85rem; }
table { border-collapse: collapse; } th, td { padding: .3rem .8rem; text-align: left; border-bottom: 1px solid #8884; }
"""


def summary(corpus: Corpus) -> str:
    """Return how many worlds there were, and in how many something broke."""
    visits = corpus.visits.values()
    broken = sum(bool(visit.causes) for visit in visits)
    untold = sum(not visit.told for visit in visits)
    parts = [f"{counted(len(visits), 'world')}", f"{broken} with a broken rule", counted(len(corpus.causes), "cause")]
    return ", ".join(parts + ([f"{untold} could not be told to the end"] if untold else []))


def table(corpus: Corpus) -> Iterator[str]:
    """Yield a line for each cause: in which world it was seen first, in how many in all, and what it is."""
    if corpus.causes:
        yield "first world  worlds  what broke: what it takes"
    for cause in corpus.causes:
        yield f"{cause.world:>11}  {corpus.count(cause):>6}  {cause.title}"


def junit(corpus: Corpus, gateway: str) -> str:
    """Return the report as JUnit XML: a failed case for each cause, and one for the worlds that were well."""
    well = sum(not visit.causes for visit in corpus.visits.values())
    tests, failures = str(len(corpus.causes) + 1), str(len(corpus.causes))
    suite = ElementTree.Element("testsuite", name=f"explore {gateway}", tests=tests, failures=failures)
    ElementTree.SubElement(suite, "testcase", classname=gateway, name=f"{counted(well, 'world')} without a broken rule")
    for cause in corpus.causes:
        case = ElementTree.SubElement(suite, "testcase", classname=gateway, name=cause.title)
        failure = ElementTree.SubElement(case, "failure", message=cause.what.splitlines()[0])
        failure.text = cause.feature or cause.what
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def page(corpus: Corpus, gateway: str) -> str:
    """Return the report as one HTML page that needs nothing else."""
    title = f"Random worlds of {escape(gateway)}"
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>",
            f"<h1>{title}</h1>\n<p>{escape(summary(corpus))}</p>",
            "<table>\n<tr><th>first world</th><th>worlds</th><th>what broke: what it takes</th></tr>",
            *(_row(corpus, cause) for cause in corpus.causes),
            "</table>",
            *(_details(cause) for cause in corpus.causes),
            "</body>\n</html>\n",
        ]
    )


def _row(corpus: Corpus, cause: Cause) -> str:
    return f"<tr><td>{cause.world}</td><td>{corpus.count(cause)}</td><td>{escape(cause.title)}</td></tr>"


def _details(cause: Cause) -> str:
    return f"<h2>{escape(cause.title)}</h2>\n<p>{escape(cause.what)}</p>\n<pre>{escape(cause.feature)}</pre>"
