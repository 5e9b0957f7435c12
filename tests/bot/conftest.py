from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.training_data import TrainingData

from benchmarks.postgresql import Postgresql, PostgresqlMissing, postgresql

EXPORT = {
    "names": [
        ["zone", "zone.trang-due", "KCN Tràng Duệ"],
        ["zone", "zone.trang-due", "Tràng Duệ"],
        ["facet", "area", "rộng"],
    ],
    "forms": [
        [f"{kind}.{name}", facet, f"{ask} {spelled}"]
        for kind, name, spelled in (
            ("procedure", "work-permit", "giấy phép lao động"),
            ("procedure", "eia", "đánh giá tác động môi trường"),
            ("zone", "trang-due", "khu Tràng Duệ"),
        )
        for facet, ask in (
            ("fee", "lệ phí bao nhiêu của"),
            ("fee", "có mất phí không khi làm"),
            ("time_limit", "mất mấy ngày"),
            ("time_limit", "thời hạn bao lâu của"),
        )
    ],
    "titles": {
        "procedure.work-permit": {"vi": "giấy phép lao động", "en": "work permit"},
        "zone.trang-due": {"vi": "khu Tràng Duệ", "en": "Trang Due"},
    },
    "texts": {
        "vi": [
            "Giấy phép lao động được cấp trong mười ngày",
            "Hồ sơ gồm những giấy tờ nào",
            "Lệ phí là bao nhiêu",
        ]
        * 2,
        "en": [
            "The work permit is issued within ten days",
            "Which documents are needed",
            "How much is the fee",
        ]
        * 2,
    },
}


@pytest.fixture(scope="module")
def server() -> Iterator[Postgresql]:
    """A private PostgreSQL server; without one, skip (on a developer's machine only)."""
    try:
        with postgresql() as running:
            yield running
    except PostgresqlMissing as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))


@pytest.fixture
def export_file(tmp_path: Path) -> Path:
    """The export of a small knowledge base."""
    path = tmp_path / "nlu-export.json"
    path.write_text(json.dumps(EXPORT), encoding="utf-8")
    return path


class Training:
    """Trains a component of the pipeline, packs it into a model and loads it again, as Rasa does."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._storage = LocalModelStorage(folder)
        self._resource = Resource("component")
        self._context = ExecutionContext(GraphSchema({}), node_name="component")

    def train_and_load(
        self, component: Any, config: dict[str, Any], examples: TrainingData | None = None
    ) -> Any:
        made = component.create(config, self._storage, self._resource, self._context)
        made.train(examples or TrainingData())
        return component.load(config, self._storage, self._resource, self._context)


@pytest.fixture
def training(tmp_path: Path) -> Training:
    return Training(tmp_path / "model")
