"""SVG as a test reads it."""

from __future__ import annotations

from xml.etree import ElementTree as Tree

NAMESPACE = "{http://www.w3.org/2000/svg}"


class Picture:
    """A picture that was parsed: what is no XML fails."""

    def __init__(self, text: str) -> None:
        self.root = Tree.fromstring(text)

    def all(self, kind: str) -> list[Tree.Element]:
        return list(self.root.iter(NAMESPACE + kind))

    def texts(self) -> list[str]:
        return [each.text or "" for each in self.all("text")]

    def title(self) -> str:
        return self.root.findtext(f"{NAMESPACE}title") or ""


def read(text: str) -> Picture:
    return Picture(text)
