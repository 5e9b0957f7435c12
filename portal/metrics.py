"""Figures about the service for Prometheus, served on their own loopback port."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client import generate_latest as latest

from portal.workers import Workers

Stage = Literal["store", "rasa", "action", "finish"]
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_STAGE_BUCKETS = (0.001, 0.0025, 0.005, *_BUCKETS)


class Metrics:
    """Counts turns, refusals and open streams, and measures how long turns and their stages take."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._turns = Counter("heza_turns", "Turns by outcome.", ["outcome"], registry=self.registry)
        self._seconds = Histogram(
            "heza_turn_seconds", "Time from storing to answering.", buckets=_BUCKETS, registry=self.registry
        )
        self._stages = Histogram(
            "heza_stage_seconds",
            "Time by stage of a turn: store, rasa (with the action), action, finish.",
            ["stage"],
            buckets=_STAGE_BUCKETS,
            registry=self.registry,
        )
        self._refusals = Counter(
            "heza_refusals",
            "Calls refused with 401, 403 or 429, by problem.",
            ["problem"],
            registry=self.registry,
        )
        self._limited = Counter(
            "heza_limited", "Calls beyond a rate limit.", ["matter", "scope"], registry=self.registry
        )
        self._lookups = Counter(
            "heza_dossier_lookups", "Look-ups of dossiers by outcome.", ["outcome"], registry=self.registry
        )
        self._alarms = Counter(
            "heza_dossier_alarms", "Alarms: dossiers are being guessed.", ["alarm"], registry=self.registry
        )
        self._feedback = Counter("heza_feedback", "Feedback by value.", ["value"], registry=self.registry)
        self._mails = Counter(
            "heza_mails", "Attempts to send a mail.", ["kind", "outcome"], registry=self.registry
        )
        self._handoffs = Counter(
            "heza_handoffs", "Requests for a person, by where they led.", ["state"], registry=self.registry
        )
        self._streams = Gauge("heza_open_streams", "Event streams open now.", registry=self.registry)
        self._breaker = Gauge(
            "heza_rasa_breaker_open", "1 while Rasa is left alone, else 0.", registry=self.registry
        )
        self._away = Gauge(
            "heza_rasa_workers_away",
            "Rasa workers that did not answer when last asked.",
            registry=self.registry,
        )

    def count(self, outcome: str, seconds: float) -> None:
        """Count one turn."""
        self._turns.labels(outcome=str(outcome)).inc()
        self._seconds.observe(seconds)

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[None]:
        """Measure one stage of a turn."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self._stages.labels(stage=stage).observe(time.perf_counter() - started)

    def acted(self, seconds: float) -> None:
        """Measure an action, which Rasa calls within its stage."""
        self._stages.labels(stage="action").observe(seconds)

    @contextmanager
    def stream(self) -> Iterator[None]:
        """Count an event stream for as long as it is open."""
        with self._streams.track_inprogress():
            yield

    def refused(self, problem: str) -> None:
        """Count a call that was refused."""
        self._refusals.labels(problem=problem).inc()

    def limited(self, matter: str, scope: str) -> None:
        """Count a call beyond a rate limit."""
        self._limited.labels(matter=matter, scope=scope).inc()

    def rated(self, value: str) -> None:
        """Count a feedback."""
        self._feedback.labels(value=value).inc()

    def mailed(self, kind: str, outcome: str) -> None:
        """Count an attempt to send a mail."""
        self._mails.labels(kind=kind, outcome=outcome).inc()

    def looked_up(self, what: str) -> None:
        """Count what the dossier store tells: the outcome of a look-up, or an alarm."""
        kind, _, alarm = what.partition(".")
        if kind == "alarm":
            self._alarms.labels(alarm=alarm).inc()
        else:
            self._lookups.labels(outcome=kind).inc()

    def asked_person(self, state: str) -> None:
        """Count a request for a person."""
        self._handoffs.labels(state=state).inc()

    def watch_workers(self, workers: Workers) -> None:
        """Show whether Rasa is left alone, and how many of its workers are away."""
        self._breaker.set_function(lambda: workers.are_left_alone)
        self._away.set_function(lambda: workers.away)


def make_metrics_app(metrics: Metrics) -> web.Application:
    """Return the web application that serves ``/metrics``."""

    async def show(_request: web.Request) -> web.Response:
        return web.Response(body=latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/metrics", show)
    return app
