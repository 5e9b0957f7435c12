"""Figures about the service for Prometheus, served on their own loopback port."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """Counts turns by outcome and measures how long they take."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._turns = Counter("heza_turns", "Turns by outcome.", ["outcome"], registry=self.registry)
        self._seconds = Histogram(
            "heza_turn_seconds", "Time from storing to answering.", buckets=_BUCKETS, registry=self.registry
        )

    def count(self, outcome: str, seconds: float) -> None:
        """Count one turn."""
        self._turns.labels(outcome=str(outcome)).inc()
        self._seconds.observe(seconds)


def make_metrics_app(metrics: Metrics) -> web.Application:
    """Return the web application that serves ``/metrics``."""

    async def show(_request: web.Request) -> web.Response:
        return web.Response(
            body=generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    app = web.Application()
    app.router.add_get("/metrics", show)
    return app
