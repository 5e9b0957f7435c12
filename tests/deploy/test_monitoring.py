"""Alert rules and dashboard name figures that exist, and the rules a section that says what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from prometheus_client import CollectorRegistry
from sqlalchemy import create_engine

from knowledge.store import Store
from portal.figures import Figures
from portal.metrics import Metrics
from tests.deploy.images import ROOT

FOLDER = ROOT / "deploy" / "monitoring"
RULES: list[dict[str, Any]] = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"][0]["rules"]


def metrics() -> set[str]:
    """The names under which samples of all our metrics appear, whether or not there is one yet."""
    registry = Metrics().registry
    nothing = create_engine("sqlite://")
    Figures(registry, nothing, nothing, cast("Store", None), {})
    return set(names(registry))


def names(registry: CollectorRegistry) -> Iterator[str]:
    for family in registry.collect():
        suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(family.type, [""])
        yield from (family.name + suffix for suffix in suffixes)


def named(expression: str) -> set[str]:
    return set(re.findall(r"\bheza_\w+", expression))


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"(?m)^#+ (.+)$", page.read_text())
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_a_rule_is_whole(rule: dict[str, Any]) -> None:
    assert set(rule) - {"for"} == {"alert", "expr", "labels", "annotations"}
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert named(rule["expr"]) <= metrics()
    assert named(rule["expr"]) or rule["expr"].startswith("up{")
    for opening, closing in ("()", "[]", "{}"):
        assert rule["expr"].count(opening) == rule["expr"].count(closing)
    page, anchor = rule["annotations"]["runbook"].split("#")
    assert anchor in anchors(ROOT / page)


def test_names_of_rules_are_unique() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES) > 10


def test_the_example_loads_the_rules() -> None:
    example = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    assert example["rule_files"] == ["alerts.yml"]
    assert {job["job_name"] for job in example["scrape_configs"]} == {"heza"}


def test_the_dashboard_shows_every_figure_and_no_other() -> None:
    dashboard = json.loads((FOLDER / "grafana.json").read_text())
    shown = {
        name for panel in dashboard["panels"] for target in panel["targets"] for name in named(target["expr"])
    }
    left_to_rules = {
        *("heza_figures_timestamp_seconds", "heza_outbox_failed", "heza_tickets_overdue"),
        *(name for name in metrics() if name.endswith(("_sum", "_count"))),
    }
    assert shown <= metrics()
    assert metrics() - shown == left_to_rules
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def test_the_documentation_names_every_figure() -> None:
    text = (ROOT / "docs" / "monitoring.md").read_text()
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in metrics()}
    assert {name for name in families if f"`{name}" not in text} == set()
