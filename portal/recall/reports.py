"""The incident report of a recall: what was wrong, who saw it, what was done; figures, and no visitor."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from knowledge.dates import HANOI
from knowledge.texts import Texts
from portal.handoff.tables import tickets
from portal.problems import Problem, portal_texts
from portal.recall.tables import recall_sessions, recall_tickets, recalls
from portal.staff.access import Principal, Staff
from portal.staff.audit import audit
from portal.staff.tables import staff_calls

TICKET_STATES = ("mailing", "mailed", "call", "called", "unreachable", "erased")
_MOST = 200


class Recalls:
    """The recalls as the staff sees them.

    Args:
        staff: database of the portal.
    """

    def __init__(self, staff: Staff) -> None:
        self._staff = staff

    def all(self) -> list[dict[str, Any]]:
        """Return all recalls, latest first."""
        with self._staff.reading() as connection:
            rows = connection.execute(recalls.select().order_by(recalls.c.id.desc()).limit(_MOST)).all()
            return [_report(connection, row) for row in rows]

    def report(self, recall: str) -> dict[str, Any]:
        """Return the report of one recall.

        Raises:
            Problem: 404, no such recall.
        """
        with self._staff.reading() as connection:
            row = connection.execute(recalls.select().where(recalls.c.id == recall)).first()
            if row is None:
                raise Problem(404, "unknown_recall")
            return _report(connection, row)

    def to_call(self) -> list[dict[str, Any]]:
        """Return the tickets whose owners an officer has to tell, longest waiting first; no contacts."""
        query = (
            select(recall_tickets, recalls.c.entry, recalls.c.name, recalls.c.text, tickets.c.code)
            .join(recalls, recalls.c.id == recall_tickets.c.recall)
            .join(tickets, tickets.c.id == recall_tickets.c.ticket)
            .where(recall_tickets.c.state == "call", tickets.c.contact.is_not(None))
            .order_by(recall_tickets.c.at, recall_tickets.c.id)
            .limit(_MOST)
        )
        with self._staff.reading() as connection:
            return [
                {
                    "id": row.id,
                    "recall": row.recall,
                    "ticket": row.ticket,
                    "code": row.code,
                    "lang": row.lang,
                    "entry": row.entry,
                    "name": row.name[row.lang],
                    "text": row.text[row.lang],
                    "since": _iso(row.at),
                }
                for row in connection.execute(query)
            ]

    def called(self, principal: Principal, correction: str) -> None:
        """Note that an officer has told the owner of a ticket; repeated, it changes nothing.

        Raises:
            Problem: 404, nobody has to be called for that.
        """
        with self._staff.writing() as connection:
            this = recall_tickets.c.id == correction
            state = connection.execute(select(recall_tickets.c.state).where(this).with_for_update()).scalar()
            if state == "called":
                return
            if state != "call":
                raise Problem(404, "unknown_ticket")
            told = {"state": "called", "told_at": datetime.now(UTC), "told_by": principal.name}
            connection.execute(recall_tickets.update().where(this).values(told))
            audit(connection, principal, "entry.withdraw.called", correction)


def markdown(report: dict[str, Any], lang: str) -> str:
    """Return a report as Markdown, in the language of who reads it."""
    t = portal_texts(lang)
    seen, tickets_ = report["seen"], report["tickets"]
    versions = ", ".join(str(number) for number in report["versions"])
    facts = {
        "entry": f"{report['name'][lang]} (`{report['entry']}`)",
        "versions": versions,
        "since": _shown(report["since"]),
        "withdrawn": t("incident.by", who=report["by"], when=_shown(report["at"])),
        "state": t(f"incident.states.{report['state']}"),
    }
    figures = {
        "sessions": seen["sessions"],
        "turns": seen["turns"],
        "vi": seen["languages"]["vi"],
        "en": seen["languages"]["en"],
        "told": seen["told"],
        "calls": sum(report["calls"].values()),
        **{f"tickets_{state}": tickets_[state] for state in TICKET_STATES},
    }
    return "\n".join(
        [
            f"# {t('incident.title')} {report['id']}",
            "",
            *_table(t, facts, "facts"),
            "",
            *_section(t, "wrong", report["reason"]),
            *_section(t, "done", _done(t, report)),
            *_section(t, "said", f"> {report['text']['vi']}\n>\n> {report['text']['en']}"),
            f"## {t('incident.seen')}",
            "",
            *_table(t, figures, "figures"),
            "",
            t("incident.note"),
            "",
        ]
    )


def _done(t: Texts, report: dict[str, Any]) -> str:
    """Say what was done to the knowledge, and when."""
    if report["state"] == "failed":
        return t("incident.acts.failed", reason=report["failure"])
    when = _shown(report["acted_at"]) if report["acted_at"] else "…"
    values = {"target": report["target"], "now": report["version_now"], "when": when}
    return t(f"incident.acts.{report['act']}", **values)


def _section(t: Texts, key: str, text: str) -> list[str]:
    return [f"## {t(f'incident.{key}')}", "", text, ""]


def _table(t: Texts, values: dict[str, Any], group: str) -> list[str]:
    rows = [f"| {t(f'incident.{group}.{key}')} | {_cell(value)} |" for key, value in values.items()]
    return ["| | |", "|---|---|", *rows]


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def _report(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    called = (staff_calls.c.entry == row.entry) & staff_calls.c.version.in_(row.versions)
    by_lang = select(staff_calls.c.lang, func.count()).where(called).group_by(staff_calls.c.lang)
    of_tickets = (
        select(recall_tickets.c.state, func.count())
        .where(recall_tickets.c.recall == row.id)
        .group_by(recall_tickets.c.state)
    )
    states: dict[str, int] = dict(connection.execute(of_tickets).all())
    calls: dict[str, int] = dict(connection.execute(by_lang).all())
    return {
        "id": row.id,
        "entry": row.entry,
        "name": row.name,
        "versions": row.versions,
        "reason": row.reason,
        "text": row.text,
        "since": _iso(row.since),
        "act": row.act,
        "target": row.target,
        "by": row.by,
        "at": _iso(row.at),
        "state": row.state,
        "failure": row.failure,
        "version_now": row.version_now,
        "acted_at": _iso(row.acted_at),
        "done_at": _iso(row.done_at),
        "seen": _seen(connection, row.id),
        "calls": {lang: calls.get(lang, 0) for lang in ("vi", "en")},
        "tickets": {state: states.get(state, 0) for state in TICKET_STATES},
    }


def _seen(connection: Connection, recall: str) -> dict[str, Any]:
    """Return how many saw what was withdrawn, and how many of them were told in the conversation."""
    query = select(recall_sessions.c.lang, recall_sessions.c.turns, recall_sessions.c.told)
    rows = connection.execute(query.where(recall_sessions.c.recall == recall)).all()
    return {
        "sessions": len(rows),
        "turns": sum(row.turns for row in rows),
        "languages": {lang: sum(row.lang == lang for row in rows) for lang in ("vi", "en")},
        "told": sum(row.told for row in rows),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _shown(iso: str) -> str:
    """Return a time as the staff reads it, in Viet Nam."""
    return f"{datetime.fromisoformat(iso).astimezone(HANOI):%d/%m/%Y %H:%M}"
