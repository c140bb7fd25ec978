"""SVG from small parts: elements with attributes, escaped as XML wants it."""

from __future__ import annotations

from xml.etree.ElementTree import Element, tostring

NAMESPACE = "http://www.w3.org/2000/svg"
# Light and dark, by what the reader prefers; the page that embeds a picture may say otherwise by its own variables.
STYLE = """
svg{--ink:#1d2733;--soft:#5d6b7a;--line:#c9d2dc;--ground:#ffffff;--raised:#eef2f6;--good:#1a6f4b;--bad:#b3261e;
--warn:#8a5a00;--accent:#1f5fa8;background:var(--ground);font:12px system-ui,sans-serif}
@media(prefers-color-scheme:dark){svg{--ink:#e6ebf0;--soft:#a3b0bd;--line:#3a4653;--ground:#12181f;--raised:#1c252f;
--good:#6fd0a1;--bad:#ff8a80;--warn:#f2c14e;--accent:#8ab8f0}}
text{fill:var(--ink)}.soft{fill:var(--soft)}.line{stroke:var(--line);fill:none}.ink{stroke:var(--ink);fill:none}
.box{fill:var(--raised);stroke:var(--line)}.good{stroke:var(--good)}.bad{stroke:var(--bad)}.warn{stroke:var(--warn)}
text.good{fill:var(--good);stroke:none}text.bad{fill:var(--bad);stroke:none}text.warn{fill:var(--warn);stroke:none}
.fill-good{fill:var(--good)}.fill-bad{fill:var(--bad)}.fill-warn{fill:var(--warn)}.fill-accent{fill:var(--accent)}.fill-ink{fill:var(--ink)}
.middle{text-anchor:middle}.end{text-anchor:end}.strong{font-weight:600}
"""


def element(kind: str, *children: Element | str, **attributes: object) -> Element:
    """Return an element; underscores of attributes' names become hyphens, `class_` is `class`."""
    names = {name.removesuffix("_").replace("_", "-"): _shown(value) for name, value in attributes.items()}
    made = Element(kind, names)
    last: Element | None = None
    for child in children:
        if isinstance(child, Element):
            made.append(child)
            last = child
        elif last is None:
            made.text = (made.text or "") + child
        else:
            last.tail = (last.tail or "") + child
    return made


def picture(
    width: float, height: float, title: str, *parts: Element, standalone: bool = True, role: str = "img"
) -> str:
    """Return an SVG of a size in pixels, which `title` describes to who cannot see it.

    One that stands alone brings its colours; within a page it takes those of the page's stylesheet. `role` is ARIA's:
    what is in an `img` cannot be told from each other by who cannot see it, what is in a `group` can.
    """
    head = [element("title", title), *([element("style", STYLE)] if standalone else [])]
    size = {"viewBox": f"0 0 {_shown(width)} {_shown(height)}", "width": _shown(width), "height": _shown(height)}
    return tostring(element("svg", *head, *parts, xmlns=NAMESPACE, role=role, **size), encoding="unicode")


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _shown(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
