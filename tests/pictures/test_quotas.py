from __future__ import annotations

import pytest

from rapidpro_simulator.pictures.quotas import draw_quota
from tests.pictures.reading import read

NONE = [0] * 60


@pytest.mark.parametrize(
    ("used", "limit", "fill", "numbers"),
    [
        (10, 2500, "fill-good", "10 of 2,500"),
        (2100, 2500, "fill-warn", "2,100 of 2,500"),
        (2500, 2500, "fill-bad", "2,500 of 2,500"),
        (7, None, "fill-good", "7, no limit"),
    ],
)
def test_meter(used: int, limit: int | None, fill: str, numbers: str) -> None:
    """The meter is as full as the quota is used, and says its numbers."""
    picture = read(draw_quota("Main", used, limit, NONE, NONE))
    _, meter = picture.all("rect")
    assert meter.get("class") == fill
    assert float(meter.get("width", "")) == pytest.approx(344 * min(used / limit, 1) if limit else 0, rel=1e-3)
    assert numbers in picture.texts()


def test_history() -> None:
    """Each minute with requests has a bar; refusals stand on what was answered."""
    answered, refused = [*NONE[:-1], 30], [*NONE[:-1], 10]
    picture = read(draw_quota("Main", 30, 30, answered, refused))
    good, bad = picture.all("rect")[2:]
    assert (good.get("class"), bad.get("class")) == ("fill-accent", "fill-bad")
    assert float(good.get("height", "")) == pytest.approx(3 * float(bad.get("height", "")))
    assert float(bad.get("y", "")) + float(bad.get("height", "")) == pytest.approx(float(good.get("y", "")))
    assert picture.title() == "Main: 30 of 30 in the last hour; 30 answered, 10 refused"


def test_within_a_page() -> None:
    """A picture within a page has no colours of its own."""
    assert read(draw_quota("Main", 1, 2, NONE, NONE, standalone=False)).all("style") == []
    assert len(read(draw_quota("Main", 1, 2, NONE, NONE)).all("style")) == 1
