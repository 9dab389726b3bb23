"""Whatever is sent by the OpenAPI document, or against it: never a 500."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error

from tests.integration.api.serving import Server

EXAMPLES = 60
"""Requests per operation; about a minute in all."""


@pytest.fixture(scope="session")
def openapi(server: Server) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{server.url}/openapi.json")


schema = schemathesis.pytest.from_fixture("openapi").exclude(path="/v1/live")


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@pytest.mark.timeout(120)
def test_no_request_makes_it_fail(case: schemathesis.Case) -> None:
    case.call_and_validate(checks=[not_a_server_error], timeout=20)
