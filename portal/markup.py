"""HTML pages as trees: everything that goes in is escaped on the way out, so no text becomes markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element, tostring

Child = Element | str | None


def h(tag: str, attributes: Mapping[str, str | None] | None = None, *children: Child) -> Element:
    """Make an element.

    Args:
        tag: its name.
        attributes: those that are None stay out.
        children: elements and texts; None stays out.
    """
    made = Element(tag, {name: value for name, value in (attributes or {}).items() if value is not None})
    for child in children:
        add(made, child)
    return made


def add(parent: Element, child: Child) -> None:
    """Append an element or a text to ``parent``."""
    if isinstance(child, Element):
        parent.append(child)
    elif child and len(parent):
        parent[-1].tail = (parent[-1].tail or "") + child
    elif child:
        parent.text = (parent.text or "") + child


def items(tag: str, children: Iterable[Child], attributes: Mapping[str, str | None] | None = None) -> Element:
    """Make a list of which each item holds one child."""
    return h(tag, attributes, *(h("li", None, child) for child in children))


def document(root: Element) -> str:
    """Return a whole page."""
    return "<!doctype html>\n" + tostring(root, encoding="unicode", method="html")
