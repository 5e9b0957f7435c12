"""What a look-up gives out about a dossier: data, and the words for its state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from dossiers.states import State
from knowledge.texts import Texts, load_texts


@dataclass(frozen=True)
class Supplement:
    """What the applicant has to do now, in the officer's words."""

    text: str
    due_on: date | None


@dataclass(frozen=True)
class HistoryLine:
    """What an event told: the state at a time."""

    at: datetime | None
    state: State
    text: str
    step_name: str | None
    unit: str | None


@dataclass(frozen=True)
class DossierStatus:
    """Where a dossier stands. Whoever has this was entitled to it.

    ``due_on`` is the feed's, as on the receipt, or None. ``procedure`` is a knowledge entry,
    ``procedure_text`` what the feed calls it.
    """

    code: str
    state: State
    state_text: str
    procedure: str | None
    procedure_text: str | None
    unit: str | None
    received_on: date
    due_on: date | None
    step: int | None
    steps: int | None
    step_name: str | None
    supplement: Supplement | None
    result: str | None
    history: tuple[HistoryLine, ...]
    changed_at: datetime
    demo: bool

    def state_label(self, lang: str) -> str:
        """Return the state in words; one that no table knows in the feed's own words."""
        if self.state is State.UNKNOWN:
            return texts(lang)("state.unknown", text=self.state_text)
        return texts(lang)(f"state.{self.state}")


def texts(lang: str) -> Texts:
    """Return the catalogue of the dossiers in ``lang``."""
    return load_texts(Path(__file__).parent / "texts", lang)


def status_of(code: str, row: Any) -> DossierStatus:
    """Return the status out of a row of `dossiers.tables.Dossier`."""
    supplement = row["supplement"]
    return DossierStatus(
        code=code,
        state=State(row["state"]),
        supplement=Supplement(supplement["text"], _day(supplement["due_on"])) if supplement else None,
        history=tuple(_history_line(line) for line in row["history"]),
        **{name: row[name] for name in _AS_STORED},
    )


_AS_STORED = (
    *("state_text", "procedure", "procedure_text", "unit", "received_on", "due_on"),
    *("step", "steps", "step_name", "result", "changed_at", "demo"),
)


def _history_line(line: dict[str, Any]) -> HistoryLine:
    at = datetime.fromisoformat(line["at"]) if line["at"] else None
    return HistoryLine(at, State(line["state"]), line["text"], line["step_name"], line["unit"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
