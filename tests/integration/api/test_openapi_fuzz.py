"""Whatever is sent by the OpenAPI document, or against it: never a 500."""

from contextlib import suppress
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from tests.integration.api.serving import Server

EXAMPLES = 100
"""Requests per operation and mode; about a minute in all."""
STREAM = "/v1/live"
"""A stream without end; its tests are its own."""


@pytest.mark.timeout(240)
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_request_makes_it_fail(server: Server, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_url(f"{server.url}/openapi.json")
    tried = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path == STREAM:
            continue

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def fuzz(case: schemathesis.Case) -> None:
            answer = case.call(timeout=20)
            # a busy server may say of itself that it is not ready
            unready = case.operation.path == "/readyz" and answer.status_code == 503
            assert answer.status_code < 500 or unready, f"{case.as_curl_command()}\n{answer.text}"
            if answer.status_code >= 400:
                assert answer.headers["content-type"][0].startswith("application/problem+json")

        with suppress(schemathesis.errors.SchemathesisError, Unsatisfiable):
            fuzz()  # those: nothing can be wrong about a request without parameters
        tried.add(operation.label)
    assert len(tried) > 8


@pytest.mark.timeout(120)
def test_every_case_that_the_fuzz_left_can_be_asked_for(server: Server) -> None:
    """Runs after it, on the same server: what was taken must not make any answer fail, at any moment."""
    cursor, asked = None, 0
    while True:
        page = server.get("/v1/cases", limit=200, **({"cursor": cursor} if cursor else {}))
        for case in page["cases"]:
            path = f"/v1/cases/{quote(case['subject'], safe='')}"
            for parameters in ({}, {"at": "1990-01-01T00:00:00Z"}, {"at": "2150-01-01T00:00:00Z"}):
                answer = server.http.get(path, params=parameters)
                assert answer.status_code in (200, 404), f"{path} {parameters} {answer.text}"
                asked += 1
        cursor = page["next"]
        if cursor is None:
            break
    assert asked > 0
    assert server.get("/readyz")["status"] == "ready"
    assert server.get("/v1/wall")["figures"]
