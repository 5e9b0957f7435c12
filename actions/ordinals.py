"""Which of the things told of before a message points at: "the second one", "cái đầu", "2"."""

from __future__ import annotations

import re

from actions.message import Message, Topic

KEPT = 3
"""So many things told of one after the other can be pointed at."""
_THING = r"(?:cai|khu|kcn|loai|thu tuc|giay|van ban|luat|truong hop|muc|y|cau|lua chon)"
_POINTS = {
    0: rf"\b{_THING} (?:thu nhat|dau tien|dau\W*$)|\bthe (?:first|1st) (?:one|of)\b"
    r"|\bthe (?:first|former)\W*$",
    1: rf"\b{_THING} thu (?:hai|2)\b|\bthe (?:second|2nd) (?:one|of)\b|\bthe second\W*$",
    2: rf"\b{_THING} thu (?:ba|3)\b|\bthe (?:third|3rd) (?:one|of)\b|\bthe third\W*$",
    -1: rf"\b{_THING} (?:cuoi cung|(?:cuoi|sau)\W*$)|\bthe last (?:one|of)\b|\bthe latter\b",
}
"""Folded, "đầu" begins "đầu tư" and "sau" is "after", so at most at the end of a message do they point."""
_CHOICE = re.compile(r"^\W*(?:so|no|number|option)?\W*([1-3])\W*$")


def pointed_at(message: Message) -> str | None:
    """Return the entry that a message points at by its place among those told of, if it names none.

    Args:
        message: the message with its understanding and the topic of the conversation.
    """
    shown = message.topic.shown if message.topic else ()
    if len(shown) < 2 or message.named:
        return None
    place = _place(message, answered=bool(message.topic and message.topic.entry))
    return shown[place] if place is not None and place < len(shown) else None


def _place(message: Message, answered: bool) -> int | None:
    choice = None if answered else _CHOICE.match(message.plain)
    if choice:  # choices were offered, and a bare number takes one of them
        return int(choice[1]) - 1
    return next((place for place, points in _POINTS.items() if re.search(points, message.plain)), None)


def told_of(before: Topic | None, topic: Topic) -> tuple[str, ...]:
    """Return what can be pointed at next: what an answer tells of, after what was told of its kind."""
    if topic.shown:
        return topic.shown
    kind = topic.entry.partition(".")[0]
    earlier = before.shown if before else ()
    akin = [e for e in earlier if e.partition(".")[0] == kind and e != topic.entry]
    return (*akin, topic.entry)[-KEPT:]
