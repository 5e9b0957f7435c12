"""The tables of unanswered questions, beside the portal's own (`portal.tables`)."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from knowledge.tables import UtcDateTime
from portal.tables import metadata

officer_remarks = Table(
    "officer_remarks",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("account", ForeignKey("staff_accounts.id"), nullable=False),
    Column("lang", String, nullable=False),
    # wrong, missing, unclear
    Column("kind", String, nullable=False),
    # What was asked, and what the officer says about the answer: both masked.
    Column("question", String, nullable=False),
    Column("remark", String),
    Column("entry", String),
    Column("version", Integer),
)
Index("officer_remarks_by_time", officer_remarks.c.at)
proposals = Table(
    "proposals",
    metadata,
    Column("id", String, primary_key=True),
    # entry, alias, question_form, example, out_of_scope
    Column("kind", String, nullable=False),
    # Below the folder of its state.
    Column("file", String, nullable=False),
    Column("about", String, nullable=False),
    Column("state", String, nullable=False),
    Column("account", ForeignKey("staff_accounts.id"), nullable=False),
    Column("by", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("decided_by", String),
    Column("decided_at", UtcDateTime),
)
Index("proposals_by_state", proposals.c.state, proposals.c.at)
question_decisions = Table(
    "question_decisions",
    metadata,
    # Keyed hash of a question's words: which question it was cannot be read from it.
    Column("question", String, primary_key=True),
    Column("decision", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("proposal", ForeignKey("proposals.id")),
)
