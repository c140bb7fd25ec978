"""What a search has found: a table for the terminal, JUnit for CI, and a page of HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from rapidpro_simulator.testing.html_page import html_page
from rapidpro_simulator.world.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .corpus import Corpus
    from .searching import Plan

MOST_SHOWN = 5  # numbers of worlds


def summary(corpus: Corpus) -> str:
    """Return how many worlds there were, and in how many something broke."""
    visits = corpus.visits.values()
    broken = sum(bool(visit.causes) for visit in visits)
    failed = sum(map(len, corpus.errors().values()))
    parts = [f"{counted(len(visits), 'world')}", f"{broken} with a broken rule", counted(len(corpus.causes), "cause")]
    return ", ".join(parts + ([f"{failed} not lived through, by a defect of the simulator"] if failed else []))


def exit_code(corpus: Corpus) -> int:
    """Return 1 where a rule was broken, 3 where no more than the simulator has failed, and else 0."""
    return 1 if corpus.causes else 3 if corpus.errors() else 0


def table(corpus: Corpus) -> Iterator[str]:
    """Yield a line for each cause: in which world it was seen first, in how many in all, and what it is."""
    if corpus.causes:
        yield "first world  worlds  what broke: what it takes"
    for cause in corpus.causes:
        yield f"{cause.world:>11}  {corpus.count(cause):>6}  {cause.title}"
    for error, numbers in corpus.errors().items():
        yield f"{numbers[0]:>11}  {len(numbers):>6}  error: {error}"


def junit(corpus: Corpus, plan: Plan) -> str:
    """Return the report as JUnit XML: a case for each cause and each error, and one for the worlds that were well."""
    gateway = plan.gateway
    well = sum(not visit.causes and not visit.error for visit in corpus.visits.values())
    failed = corpus.errors()
    counts = {"tests": len(corpus.causes) + len(failed) + 1, "failures": len(corpus.causes), "errors": len(failed)}
    suite = ElementTree.Element("testsuite", name=f"explore {gateway} seed {plan.seed}")
    for name, count in counts.items():
        suite.set(name, str(count))
    ElementTree.SubElement(suite, "testcase", classname=gateway, name=f"{counted(well, 'world')} without a broken rule")
    for cause in corpus.causes:
        case = ElementTree.SubElement(suite, "testcase", classname=gateway, name=cause.title)
        failure = ElementTree.SubElement(case, "failure", message=cause.what.partition("\n")[0])
        failure.text = cause.feature or cause.what
    for error, numbers in failed.items():
        case = ElementTree.SubElement(suite, "testcase", classname=gateway, name=_worlds(numbers))
        ElementTree.SubElement(case, "error", message=error)
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def page(corpus: Corpus, plan: Plan) -> str:
    """Return the report as one HTML page that needs nothing else."""
    return html_page(
        "rapidpro_simulator.laboratory.explore", "search.html", corpus=corpus, plan=plan, summary=summary(corpus)
    )


def _worlds(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:MOST_SHOWN])) + (" …" if len(numbers) > MOST_SHOWN else "")
    return f"world {shown}" if len(numbers) == 1 else f"worlds {shown}"
