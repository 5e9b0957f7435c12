"""Where the time of a turn goes: what client, portal, Rasa and actions noted of the same turns."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from aiohttp import ClientSession

from benchmarks.turns.systems import System

_STAGES = re.compile(r'^heza_stage_seconds_(sum|count)\{stage="(\w+)"\} (\S+)', re.MULTILINE)
_ACTIONS = re.compile(r"'action_\w+' in (\d+) ms")
_INSIDE = ("nlu", "policies", "action", "store")


@dataclass(frozen=True)
class Mark:
    """How far the notes of a system had come."""

    times: int
    actions: int
    stages: dict[str, tuple[float, float]]


async def mark(system: System, http: ClientSession) -> Mark:
    """Remember how far the notes of a system have come."""
    return Mark(_size(system.times), _size(system.actions_log), await _stages(system, http))


async def since(before: Mark, system: System, http: ClientSession) -> tuple[list[dict[str, float]], Noted]:
    """Return what was noted since: parts of each turn inside Rasa, and what others noted."""
    rows = [json.loads(line) for line in _tail(system.times, before.times).splitlines()]
    acted = [float(ms) for ms in _ACTIONS.findall(_tail(system.actions_log, before.actions))]
    stages = {}
    for stage, (total, count) in (await _stages(system, http)).items():
        earlier = before.stages.get(stage, (0.0, 0.0))
        if count > earlier[1]:
            stages[stage] = 1000 * (total - earlier[0]) / (count - earlier[1])
    return rows, Noted(acted, stages)


@dataclass(frozen=True)
class Noted:
    """Milliseconds of each action; of each stage of the portal on average."""

    actions: list[float]
    stages: dict[str, float]


def shares(turns: list[float], rows: list[dict[str, float]], noted: Noted) -> dict[str, float]:
    """Return the parts of a turn in milliseconds on average; together they are the whole.

    Args:
        turns: milliseconds of each turn, as the visitor saw it.
        rows: its parts inside Rasa.
        noted: what portal and actions noted.
    """
    whole = fmean(turns)
    inside = {part: fmean(row.get(part, 0.0) for row in rows) for part in _INSIDE}
    rasa, action = fmean(row["rasa"] for row in rows), fmean(noted.actions or [0.0])
    stages = noted.stages
    asked = stages.get("rasa", whole)
    store = stages.get("store", 0.0) + stages.get("finish", 0.0)
    return {
        "portal: HTTP, session, masking, order": whole - asked - store,
        "portal: store": store,
        "Rasa: HTTP and channel": asked - rasa,
        "Rasa: NLU": inside["nlu"],
        "Rasa: policies": inside["policies"],
        "Rasa: tracker store": inside["store"],
        "Rasa: rest (events, logging)": rasa - sum(inside.values()),
        "action: call (HTTP, checks)": inside["action"] - action,
        "action: itself": action,
    }


async def _stages(system: System, http: ClientSession) -> dict[str, tuple[float, float]]:
    if not system.metrics:
        return {}
    async with http.get(system.metrics) as response:
        page = await response.text()
    return read_stages(page)


def read_stages(page: str) -> dict[str, tuple[float, float]]:
    """Return total seconds and number of each stage, out of the portal's figures."""
    found: dict[str, dict[str, float]] = {}
    for kind, stage, value in _STAGES.findall(page):
        found.setdefault(stage, {})[kind] = float(value)
    return {stage: (values["sum"], values["count"]) for stage, values in found.items()}


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _tail(file: Path, start: int) -> str:
    with file.open("rb") as stream:
        stream.seek(start)
        return stream.read().decode(errors="replace")
