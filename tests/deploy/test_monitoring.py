"""Alert rules and dashboard name figures that exist, and the rules a section that says what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from prometheus_client import CollectorRegistry
from promql_parser import AggregateExpr, Expr, VectorSelector, parse, walk
from sqlalchemy import create_engine

from knowledge.store import Store
from portal.figures import Figures
from portal.metrics import Metrics
from tests.deploy.images import ROOT

FOLDER = ROOT / "deploy" / "monitoring"
RULES: list[dict[str, Any]] = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"][0]["rules"]


def our_registry() -> CollectorRegistry:
    registry = Metrics().registry
    nothing = create_engine("sqlite://")
    Figures(registry, nothing, nothing, cast("Store", None), {})
    return registry


def metrics() -> set[str]:
    """The names under which samples of all our metrics appear, whether or not there is one yet."""
    return set(names(our_registry()))


def names(registry: CollectorRegistry) -> Iterator[str]:
    for family in registry.collect():
        suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(family.type, [""])
        yield from (family.name + suffix for suffix in suffixes)


def labels() -> dict[str, set[str]]:
    """The labels of each of them; the client keeps them to itself while there is no sample."""
    return {
        name: {"le", *getattr(collector, "_labelnames", ())}
        for name, collector in our_registry()._names_to_collectors.items()
    }


@dataclass(frozen=True)
class Read:
    """What Prometheus understands of an expression.

    Args:
        selected: names of metrics.
        labels: each label that is matched or grouped by, with the metrics below it.
    """

    selected: set[str]
    labels: list[tuple[str, set[str]]]


def read(expression: str) -> Read:
    """Parse an expression as Prometheus does, types and functions included.

    Raises:
        ValueError: Prometheus would refuse it.
    """
    found = Read(set(), [])

    def visit(node: Expr) -> None:
        if isinstance(node, VectorSelector):
            found.selected.add(str(node.name))
            found.labels.extend((matcher.name, {str(node.name)}) for matcher in node.matchers.matchers)
        if isinstance(node, AggregateExpr) and node.modifier:
            below = {str(n.name) for n in nodes(node.expr) if isinstance(n, VectorSelector)}
            found.labels.extend((label, below) for label in node.modifier.labels)

    walk(parse(expression), visit)
    return found


def nodes(expression: Expr) -> list[Expr]:
    found: list[Expr] = []
    walk(expression, found.append)
    return found


DASHBOARD = json.loads((FOLDER / "grafana.json").read_text())
EXPRESSIONS = [rule["expr"] for rule in RULES] + [
    target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_prometheus_understands_an_expression_and_has_what_it_names(expression: str) -> None:
    known, ours = labels(), metrics()
    understood = read(expression)
    assert understood.selected <= ours | {"up"}
    assert understood.selected
    for label, of in understood.labels:
        for name in of - {"up"}:
            assert label in known[name], f"{name} has no label {label}"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("rate(heza_turns_total)", "expected type matrix"),
        ("sum(rate(heza_turns_total[5m])", "unclosed left parenthesis"),
        ("histogram_quantil(0.9, heza_turn_seconds_bucket)", "unknown function"),
        ("heza_turns_total[5m] > 1", "must contain only scalar and instant vector"),
    ],
)
def test_what_prometheus_would_refuse_is_refused(wrong: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read(wrong)


def test_labels_are_found_with_what_they_are_of() -> None:
    understood = read('sum by (part) (heza_x{a="1"}) + on (b) group_left heza_y')
    assert understood.selected == {"heza_x", "heza_y"}
    assert understood.labels == [("part", {"heza_x"}), ("a", {"heza_x"})]


def named(expression: str) -> set[str]:
    return read(expression).selected - {"up"}


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"(?m)^#+ (.+)$", page.read_text())
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_a_rule_is_whole(rule: dict[str, Any]) -> None:
    assert set(rule) - {"for"} == {"alert", "expr", "labels", "annotations"}
    assert rule["labels"]["severity"] in {"page", "ticket"}
    page, anchor = rule["annotations"]["runbook"].split("#")
    assert anchor in anchors(ROOT / page)


def test_names_of_rules_are_unique() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES) > 10


def test_the_example_loads_the_rules() -> None:
    example = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    assert example["rule_files"] == ["alerts.yml"]
    assert {job["job_name"] for job in example["scrape_configs"]} == {"heza"}


def test_the_dashboard_shows_every_figure_and_no_other() -> None:
    shown = {
        name for panel in DASHBOARD["panels"] for target in panel["targets"] for name in named(target["expr"])
    }
    left_to_rules = {
        *("heza_figures_timestamp_seconds", "heza_outbox_failed", "heza_tickets_overdue"),
        *(name for name in metrics() if name.endswith(("_sum", "_count"))),
    }
    assert shown <= metrics()
    assert metrics() - shown == left_to_rules
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def test_the_documentation_names_every_figure() -> None:
    text = (ROOT / "docs" / "monitoring.md").read_text()
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in metrics()}
    assert {name for name in families if f"`{name}" not in text} == set()
