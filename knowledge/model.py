"""The typed model of the knowledge base: what a content file may say.

An *entry* is one thing that people ask about (a park, a procedure, a tax rule,
a statistic). It has *facets* (time limit, fee, area…), and a facet has *rules*:
the statements that hold, each with its text in both languages, its figures, its
sources and the time and projects to which it applies.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from knowledge.dates import PartialDate, first_day, last_day


class Strict(BaseModel):
    """Immutable; a field that is not in the model is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Text(Strict):
    """One text in the two languages of the assistant."""

    vi: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def get(self, lang: str) -> str:
        """Return the text in ``lang`` (``vi`` or ``en``)."""
        return self.en if lang == "en" else self.vi


class TextList(Strict):
    """Any number of texts in each language (aliases, question forms)."""

    vi: list[str] = []
    en: list[str] = []

    def get(self, lang: str) -> list[str]:
        """Return the texts in ``lang`` (``vi`` or ``en``)."""
        return self.en if lang == "en" else self.vi


class Kind(StrEnum):
    """What an entry is about."""

    PROCEDURE = "procedure"
    INCENTIVE = "incentive"
    CUSTOMS = "customs"
    ZONE = "zone"
    STATISTIC = "statistic"
    AUTHORITY = "authority"
    DOCUMENT = "document"


class Confidence(StrEnum):
    """How well a fact is supported; ``low`` is shown only with a caveat."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class ConfirmAt(StrEnum):
    """Where a reader can have an unconfirmed fact confirmed."""

    HEZA = "heza"
    CUSTOMS = "customs"
    TAX = "tax"
    NATIONAL_PORTAL = "national_portal"
    DEVELOPER = "developer"


FACETS: dict[Kind, tuple[str, ...]] = {
    Kind.PROCEDURE: (
        "overview", "agency", "conditions", "components", "steps", "time_limit", "fee", "where", "result",
        "online", "legal_basis",
    ),
    Kind.ZONE: (
        "overview", "area", "developer", "location", "within", "sectors", "status", "established",
        "investment", "website", "parts",
    ),
    Kind.INCENTIVE: ("answer", "conditions", "duration", "documents"),
    Kind.CUSTOMS: ("answer", "conditions", "duration", "documents", "investor_action"),
    Kind.AUTHORITY: ("answer", "contact", "website"),
    Kind.STATISTIC: ("value",),
    Kind.DOCUMENT: ("overview", "effective", "status", "replacement"),
}  # fmt: skip
"""The facets that an entry of each kind may have, the most general one first."""

UNITS = (
    "percent", "point", "year", "month", "day", "working_day", "hour", "working_hour", "ha", "km2",
    "vnd_bn", "vnd_m", "usd_bn", "usd_m", "eur_m", "person", "project", "park", "enterprise", "count",
)  # fmt: skip
"""Units of figures; ``vnd_bn`` is tỷ đồng, ``usd_m`` triệu USD, ``point`` a percentage point or score."""

_FIGURE = re.compile(r"(-?\d+(?:\.\d+)?) (\w+)")


class Figure(Strict):
    """A number that a text states, with its unit."""

    value: Decimal
    unit: Literal[*UNITS]  # type: ignore[valid-type]


def _figure(raw: Any) -> Any:
    match = _FIGURE.fullmatch(raw) if isinstance(raw, str) else None
    if not match:
        return raw
    if match[2] not in UNITS:
        raise ValueError(f"unknown unit {match[2]!r} (known: {', '.join(UNITS)})")
    return {"value": match[1], "unit": match[2]}


FigureField = Annotated[Figure, BeforeValidator(_figure)]


class Source(Strict):
    """Where a statement stands: a document of the registry and the place in it."""

    document: str
    article: str | None = None


class Span(Strict):
    """A span of days, both ends included; an open end is null."""

    from_: PartialDate | None = Field(default=None, alias="from")
    to: PartialDate | None = None

    @property
    def pick(self) -> str | None:
        """Return a bound of the span, which stands for all of it when dates are compared."""
        return self.from_ or self.to

    def covers(self, day: date) -> bool:
        """Tell whether ``day`` lies in the span."""
        return (self.from_ is None or first_day(self.from_) <= day) and (
            self.to is None or day <= last_day(self.to)
        )


class Item(Strict):
    """One element of a list of dossier components or of steps."""

    vi: str = Field(min_length=1)
    en: str = Field(min_length=1)
    duration: Text | None = None

    def get(self, lang: str) -> str:
        """Return the text in ``lang`` (``vi`` or ``en``)."""
        return self.en if lang == "en" else self.vi


class Doubt(Strict):
    """What is not confirmed about a statement, and who can confirm it."""

    vi: str = Field(min_length=1)
    en: str = Field(min_length=1)
    confirm_at: ConfirmAt

    def get(self, lang: str) -> str:
        """Return the text in ``lang`` (``vi`` or ``en``)."""
        return self.en if lang == "en" else self.vi


class Terms(Strict):
    """What a tax regime gives, apart from its text, so that regimes can stand side by side in a table."""

    where: Text
    rate: Text
    holiday: Text

    def texts(self) -> tuple[Text, Text, Text]:
        """Return the terms in the order of the columns."""
        return self.where, self.rate, self.holiday


class Rule(Strict):
    """One statement with its support and the time and projects it holds for.

    ``effective_from``/``effective_to`` bound the days on which the law is read
    so; ``licensed`` bounds the licence dates of the projects to which it applies
    and is used only where a transition clause says so (name it in ``sources``).
    ``period`` is the time that a statistic describes.
    """

    text: Text
    items: list[Item] = []
    details: Text | None = None
    scope: Text | None = None
    terms: Terms | None = None
    figures: list[FigureField] = []
    dates: list[PartialDate] = []
    period: str | None = None
    effective_from: PartialDate | None = None
    effective_to: PartialDate | None = None
    licensed: Span | None = None
    sources: list[Source] = []
    confidence: Confidence | None = None
    unconfirmed: Doubt | None = None
    disagreement: Doubt | None = None

    @model_validator(mode="after")
    def _dates_are_in_order(self) -> Rule:
        span = Span.model_validate({"from": self.effective_from, "to": self.effective_to})
        if span.from_ and span.to and span.from_ > span.to:
            raise ValueError(f"effective_from {span.from_} is after effective_to {span.to}")
        return self


class Facet(Strict):
    """What is known under one heading of an entry, and how people ask for it."""

    asks: TextList = TextList()
    rules: list[Rule] = Field(min_length=1)


class ZoneType(StrEnum):
    """What kind of area a zone is in law."""

    ECONOMIC_ZONE = "economic_zone"
    FREE_TRADE_ZONE = "free_trade_zone"
    INDUSTRIAL_PARK = "industrial_park"
    CLUSTER = "cluster"


class ZoneStatus(StrEnum):
    """How far a zone has come."""

    OPERATING = "operating"
    UNDER_CONSTRUCTION = "under_construction"
    ESTABLISHED = "established"
    PLANNED = "planned"


SECTORS = (
    "electronics", "machinery", "automotive", "petrochemicals", "logistics", "seaport", "high_tech",
    "supporting_industry", "light_industry", "consumer_goods", "plastics", "recycling", "renewable_energy",
    "energy", "non_tariff", "multi_sector",
)  # fmt: skip
"""Sectors by which parks can be listed; their names are in the text catalogues."""


class ZoneProperties(Strict):
    """What a zone or park is like; absent means not known."""

    type: ZoneType
    area_ha: Decimal | None = None
    area_note: Text | None = None
    established: PartialDate | None = None
    developer: Text | None = None
    group: str | None = None
    location: Text | None = None
    within: str | None = None
    sectors: list[Literal[*SECTORS]] = []  # type: ignore[valid-type]
    focus: Text | None = None
    status: ZoneStatus | None = None
    status_note: Text | None = None
    investment: Text | None = None
    website: str | None = None
    eco_park: bool = False
    doubts: dict[str, Doubt] = {}
    figures: list[FigureField] = []
    dates: list[PartialDate] = []


class Entry(Strict):
    """One thing that people ask about. See ``docs/knowledge-format.md``."""

    id: str = Field(pattern=r"^[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*$")
    kind: Kind
    name: Text
    aliases: TextList = TextList()
    asks: TextList = TextList()
    facts: list[str] = Field(min_length=1)
    provenance: str
    confidence: Confidence
    sources: list[Source] = Field(min_length=1)
    collected_on: date
    verified_on: date | None = None
    review_by: date
    owner: str
    related: list[str] = []
    zone: ZoneProperties | None = None
    facets: dict[str, Facet] = {}

    @model_validator(mode="after")
    def _kind_fits(self) -> Entry:
        if self.id.split(".")[0] != self.kind:
            raise ValueError(f"id {self.id!r} must begin with '{self.kind}.'")
        unknown = set(self.facets) - set(FACETS[self.kind])
        if unknown:
            raise ValueError(f"a {self.kind} has no facet {', '.join(sorted(unknown))}")
        if (self.kind is Kind.ZONE) != (self.zone is not None):
            raise ValueError("the block 'zone' belongs to entries of kind zone, and to each of them")
        if not self.facets and self.zone is None:
            raise ValueError("an entry needs at least one facet")
        return self

    def is_doubtful(self, rule: Rule) -> bool:
        """Tell whether one of its statements should be confirmed before anyone relies on it."""
        return rule.unconfirmed is not None or (rule.confidence or self.confidence) is Confidence.LOW


class DocumentStatus(StrEnum):
    """Whether a document is in force on the day it was collected."""

    IN_FORCE = "in_force"
    PARTLY_EXPIRED = "partly_expired"
    EXPIRED = "expired"
    UNVERIFIED = "unverified"


class CitationKind(StrEnum):
    """What a citation points to (contract)."""

    LAW = "law"
    DECISION = "decision"
    REPORT = "report"
    WEB = "web"


class Document(Strict):
    """An entry of the registry of legal documents, reports and sites."""

    number: str
    kind: CitationKind
    title: Text
    issuer: Text | None = None
    issued_on: PartialDate | None = None
    effective_from: PartialDate | None = None
    effective_to: PartialDate | None = None
    status: DocumentStatus
    supersedes: list[str] = []
    superseded_by: list[str] = []
    amended_by: list[str] = []
    implements: list[str] = []
    aliases: TextList = TextList()
    asks: TextList = TextList()
    note: Text | None = None
    url: str | None = None
    facts: list[str] = []
    provenance: str
    confidence: Confidence
    collected_on: date
