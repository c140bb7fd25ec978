"""The picture of what open messages cost is a picture, and says what was measured."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from benchmarks.chart import picture

SVG = "{http://www.w3.org/2000/svg}"


def test_every_gateway_has_a_line_and_its_cost() -> None:
    """A point for each hour, from 0 to the end, inside the frame; beside it, requests a message."""
    root = ET.fromstring(picture({"cht:5.2": [0, 2500, 5000], "a <gateway>": [0, 120, 150]}, 100))
    lines = [line.attrib["points"].split() for line in root.iter(f"{SVG}polyline")]
    assert [len(points) for points in lines] == [3, 3]
    assert lines[0][0] == lines[1][0]
    assert all(0 <= float(number) <= 720 for points in lines for point in points for number in point.split(","))
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert {"a <gateway>", "50.00 a message", "1.50 a message", "0 h"} <= set(words)
    assert "100 messages" in str(words[0])
