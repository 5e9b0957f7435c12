"""The description held to the code by calls that it allows, and by calls that it does not.

Bounded and seeded: the same calls at every run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from portal.openapi import describe
from tests.portal.conftest import MakePortal
from tests.portal.stubs import Portal

CALLS = 30
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
ENDLESS = "/v1/stream"
"""Answers with a valid token for as long as the client stays: called without one."""
OPERATIONS = [(path, method) for path, calls in describe()["paths"].items() for method in calls]


@pytest.fixture
async def answering(make_portal: MakePortal) -> Portal:
    """A portal in which a session has asked something already."""
    return await make_portal()


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=[f"{m} {p}" for p, m in OPERATIONS])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_every_call_does_what_the_description_says(answering: Portal, path: str, method: str) -> None:
    token = await answering.session()
    turn = await answering.ask(token)
    fitting = {
        "/v1/session": {"lang": "en"},
        "/v1/messages": {"text": "lệ phí"},
        "/v1/feedback": {"turn": turn["id"], "value": "up"},
    }
    headers = {} if path == ENDLESS else {"Authorization": f"Bearer {token}"}
    base = str(answering.client.make_url("")).rstrip("/")
    await asyncio.to_thread(calls(path, method, base, headers, fitting.get(path)))


def calls(
    path: str, method: str, base: str, headers: dict[str, str], fitting: dict[str, Any] | None
) -> Callable[[], None]:
    """Return what makes the calls of one operation and checks the responses.

    Args:
        fitting: a body that is taken; few generated ones are.
    """
    schema = schemathesis.openapi.from_dict(describe())
    schema.config.update(base_url=base)
    operation = schema[path][method.upper()]
    allowed, not_allowed = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

    @given(case=allowed | not_allowed)
    @settings(
        max_examples=CALLS,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def call(case: Any) -> None:
        response = case.call(headers=headers, timeout=10)
        case.validate_response(response, checks=CHECKS, headers=headers)
        body = case.meta.components.get(ParameterLocation.BODY)
        if body and body.mode is GenerationMode.NEGATIVE:
            assert 400 <= response.status_code < 500, "a body that the description forbids was taken"

    def all_calls() -> None:
        if method == "post" and fitting is not None:
            case = operation.Case(body=fitting, media_type="application/json")
            response = case.call(headers=headers, timeout=10)
            assert response.status_code < 300
            case.validate_response(response, checks=CHECKS, headers=headers)
        call()

    return all_calls
