"""The Dockerfile: what it names is there, and what it makes runs with little rights."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from tests.deploy.conftest import program
from tests.deploy.images import ROOT, Stage, arguments, in_build

IMAGES = ("app", "bot")


def test_the_linter_finds_nothing() -> None:
    done = subprocess.run(
        [program("hadolint"), "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_every_base_is_an_argument_with_an_exact_release_or_an_earlier_stage(
    stages: dict[str, Stage],
) -> None:
    earlier: set[str] = set()
    bases = arguments()
    for stage in stages.values():
        if stage.base not in earlier:
            tag = bases[stage.base.strip("${}")]
            assert re.fullmatch(r"[a-z]+:\d+\.\d+\.\d+-[a-z-]+", tag)
        earlier.add(stage.name)


def test_every_source_exists_and_is_part_of_the_build(stages: dict[str, Stage]) -> None:
    sources = [
        source
        for stage in stages.values()
        for copy in stage.copies()
        if copy.stage is None
        for source in copy.sources
    ]
    assert len(sources) > 30
    for source in sources:
        assert (ROOT / source).exists(), source
        assert in_build(source), source


def test_what_a_stage_takes_from_another_is_made_there(stages: dict[str, Stage]) -> None:
    """By a name that stands in a command of it, or under the folder that a command of it makes."""
    names = list(stages)
    taken = [(stage, copy) for stage in stages.values() for copy in stage.copies() if copy.stage]
    assert len(taken) == 6
    for stage, copy in taken:
        assert copy.stage is not None
        assert names.index(copy.stage) < names.index(stage.name)
        commands = " ".join(stages[copy.stage].all("RUN"))
        for source in copy.sources:
            made = source.removeprefix("/heza/")
            assert made in commands or made == "var/www", source  # the front end's build says where it writes


def test_commands_find_the_files_that_they_name(stages: dict[str, Stage]) -> None:
    for stage in stages.values():
        here = {
            copy.target + source if copy.target.endswith("/") else copy.target
            for copy in stage.copies()
            for source in ([s.rsplit("/", 1)[-1] for s in copy.sources])
        }
        here |= {source for copy in stage.copies() for source in copy.sources}
        for command in stage.all("RUN"):
            for named in re.findall(r"(?:-r |--require-hashes )(requirements/\S+\.txt)", command):
                assert named in here, (stage.name, named)


def test_every_part_of_the_front_end_is_copied(stages: dict[str, Stage]) -> None:
    workspaces = json.loads((ROOT / "package.json").read_text())["workspaces"]
    copied = {source for copy in stages["front-end"].copies() for source in copy.sources}
    assert {*workspaces, "package.json", "package-lock.json", ".npmrc"} <= copied


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_runs_without_rights_and_tells_its_health(stages: dict[str, Stage], name: str) -> None:
    stage = stages[name]
    assert int(stage.last("USER")) > 1000
    assert [step for step, _ in stage.steps].index("USER") > max(
        number for number, (step, _) in enumerate(stage.steps) if step in {"COPY", "RUN"}
    )
    assert "deploy/healthy.py" in stage.last("HEALTHCHECK")
    assert stage.command("ENTRYPOINT") == ["deploy/with-secrets"]


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_holds_no_secret_and_nothing_of_tests(stages: dict[str, Stage], name: str) -> None:
    assert not [key for key in stages[name].environment() if re.search("SECRET|KEY|PASSWORD|TOKEN", key)]
    sources = {source for copy in stages[name].copies() for source in copy.sources}
    assert not sources & {"tests", "evaluation", "benchmarks", "docs", "var"}


@pytest.mark.parametrize(
    "path",
    [
        *("var/privacy-key", ".git/config", "tests/conftest.py", "deploy/secrets/heza_secret"),
        *("widget/node_modules/x", "portal/__pycache__/app.pyc", "knowledge/content/new.sqlite-wal"),
    ],
)
def test_what_has_no_business_in_a_build_stays_out(path: str) -> None:
    assert not in_build(path)
