"""Where the model and the full simulation disagree about one incident."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rapidpro_simulator.laboratory.forecast.full.simulate import simulate
from rapidpro_simulator.laboratory.forecast.model.play import play

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rapidpro_simulator.laboratory.forecast.figures import Figures
    from rapidpro_simulator.laboratory.forecast.incident import Incident, Remedy

# Who gets a slot of a quota that is used up is decided within milliseconds, which both draw at random: how far this
# luck goes is what the seeds of the model say, so the simulation has to lie among them, or as near as this.
SEEDS = 10
OF_AN_HOUR = 0.06  # of the requests of an hour that are answered
OF_ALL = 0.03  # of all answered requests
REFUSED = 0.08  # of a consumer's refused requests: a message more or less that waits is one a minute
MESSAGES = 0.04  # of the messages there are
FEW = 3  # requests, or messages


class Disagreement(NamedTuple):
    """A figure of the simulation's that is outside of what the seeds of the model say."""

    what: str
    simulated: float
    modelled: list[float]

    @property
    def direction(self) -> tuple[str, bool]:
        return self.what, self.simulated > self.modelled[0]


def disagreements(incident: Incident, remedy: Remedy, seed: int = 1) -> list[Disagreement]:
    """Play an incident both ways, and return the figures that differ."""
    full, circumstances = simulate(incident, remedy, seed)
    model = [play(incident, remedy, each, circumstances) for each in range(1, SEEDS + 1)]
    assert all(len(each.hours) == len(full.hours) == incident.days * 24 for each in model)
    return [*_requests(full, model), *_messages(incident.open_count, full, model)]


def repeated_disagreements(incident: Incident, remedy: Remedy) -> list[Disagreement]:
    """Return the figures that differ in the same direction whatever the seed of the simulation.

    One message that is asked about a moment before or after its report may cost a dozen requests more: luck, which
    does not come thrice.
    """
    found = disagreements(incident, remedy)
    for seed in (2, 3):
        if found:
            again = {each.direction for each in disagreements(incident, remedy, seed)}
            found = [each for each in found if each.direction in again]
    return found


def _requests(full: Figures, model: list[Figures]) -> Iterator[Disagreement]:
    who_asks = {who for each in [full, *model] for who in each.consumers}
    totals = [sum(each) for each in zip(*[full.requests_of(who, "answered") for who in who_asks], strict=True)]
    for who in sorted(who_asks):
        wanted, found = full.requests_of(who, "answered"), [each.requests_of(who, "answered") for each in model]
        for hour, total in enumerate(totals):
            yield from _among(wanted[hour], [each[hour] for each in found], OF_AN_HOUR * total, f"{who} in hour {hour}")
        yield from _among(sum(wanted), map(sum, found), OF_ALL * sum(totals), who)
        refused = sum(full.requests_of(who, "refused"))
        by_model = [sum(each.requests_of(who, "refused")) for each in model]
        yield from _among(refused, by_model, REFUSED * refused, f"{who} refused")


def _messages(count: int, full: Figures, model: list[Figures]) -> Iterator[Disagreement]:
    for hour, wanted in enumerate(full.hours):
        found = [each.hours[hour] for each in model]
        yield from _among(wanted.open, [each.open for each in found], MESSAGES * count, f"open after hour {hour}")
        waiting = [each.waiting for each in found]
        yield from _among(wanted.waiting, waiting, MESSAGES * count, f"waiting after hour {hour}")
    new_open = [each.new_open for each in model]
    yield from _among(full.new_open, new_open, MESSAGES * len(full.new), "new messages that are open at the end")
    wanted_prompt, *prompt = (sum(delay <= 300 for delay in each.delays(0, 99)) for each in [full, *model])
    yield from _among(wanted_prompt, prompt, MESSAGES * len(full.new), "messages within five minutes")


def _among(wanted: float, found: Iterable[float], slack: float, what: str) -> Iterator[Disagreement]:
    """Yield the simulation's number where it is not among those of the model's seeds, or not near them."""
    ordered = sorted(found)
    slack = max(FEW, slack)
    if not ordered[0] - slack <= wanted <= ordered[-1] + slack:
        yield Disagreement(what, wanted, ordered)
