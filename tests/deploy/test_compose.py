"""compose.yml against its schema, and against the files and settings that it relies on."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.conftest import program
from tests.deploy.images import ROOT, Stage

FILE = ROOT / "compose.yml"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load(FILE.read_text())
    return parsed


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose["services"]
    return found


def test_it_follows_the_compose_specification() -> None:
    command = [program("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_broken_file_does_not_follow_it(tmp_path: Path) -> None:
    broken = tmp_path / "compose.yml"
    broken.write_text(FILE.read_text().replace("init: true", "inito: true", 1))
    command = [program("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(broken)]
    assert subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 1


def test_what_starts_by_default_and_what_at_scale(services: dict[str, dict[str, Any]]) -> None:
    default = {name for name, service in services.items() if "profiles" not in service}
    assert default == {"content", "portal", "rasa"}
    assert {name for name in services if name not in default} == {
        *("content-scale", "portal-1", "portal-2", "rasa-1", "rasa-2", "balancer", "database", "redis"),
        "backup",
    }


def test_the_balancer_brings_everything_at_scale(services: dict[str, dict[str, Any]]) -> None:
    found: set[str] = set()
    waiting = {"balancer"}
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= set(services[name].get("depends_on", {})) - found
    assert found == {name for name, service in services.items() if service.get("profiles") == ["scale"]}


def test_every_service_has_few_rights(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        if name != "database":  # its start-up script changes to its own user
            assert service["cap_drop"] == ["ALL"], name


def test_only_the_door_is_published_and_only_to_this_machine(services: dict[str, dict[str, Any]]) -> None:
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published == {name: ["127.0.0.1:${HEZA_PORT:-8080}:8080"] for name in ("portal", "balancer")}


def test_rasa_database_and_redis_reach_nothing_outside(compose: dict[str, Any]) -> None:
    assert compose["networks"]["private"]["internal"] is True
    for name in ("rasa", "rasa-1", "rasa-2", "database", "redis"):
        assert compose["services"][name]["networks"] == ["private"], name


def test_bases_are_exact(services: dict[str, dict[str, Any]]) -> None:
    others = {s["image"] for s in services.values() if "build" not in s}
    assert len(others) == 3
    for image in others:
        assert re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?-bookworm", image)


def test_what_it_builds_and_mounts_exists(
    services: dict[str, dict[str, Any]], stages: dict[str, Stage]
) -> None:
    for service in services.values():
        if "build" in service:
            assert service["build"]["target"] in stages
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert not source.startswith("./") or (ROOT / source).is_file(), source


def test_secrets_are_files_that_the_start_script_reads(compose: dict[str, Any]) -> None:
    script = (ROOT / "deploy" / "with-secrets").read_text()
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if name.endswith("_FILE"):
                assert value.removeprefix("/run/secrets/") in service["secrets"]
                assert name.startswith("POSTGRES_") or re.search(rf"\b{name.removesuffix('_FILE')}\b", script)
            assert not re.search(r"SECRET$|PASSWORD$|KEY$|DATABASE_URL$", name)
    assert all(s["file"].startswith("deploy/secrets/") for s in compose["secrets"].values())
    assert "/deploy/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
