"""Every refusal has a slug that is part of the contract."""

import re
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient

import api
from api import problems
from api.problems import TITLES, Problem
from projections.statements import StoreUnreachable


def test_every_slug_that_is_raised_has_a_title() -> None:
    sources = "".join(file.read_text() for file in Path(api.__file__).parent.glob("*.py"))
    raised = set(re.findall(r"Problem\(\s*\d{3},\s*\"([a-z-]+)\"", sources))
    assert len(raised) > 8
    assert raised <= set(TITLES)


def test_the_document_leaves_out_a_place_that_is_not_known() -> None:
    assert Problem(404, "not-found", "no such case").document() == {
        "type": "urn:sundial:problem:not-found",
        "title": "There is no such thing",
        "status": 404,
        "detail": "no such case",
    }


def test_a_read_store_that_is_away_is_no_failure_of_sundial() -> None:
    app = FastAPI()
    problems.install(app)

    @app.get("/cases")
    def ask() -> None:
        raise StoreUnreachable("ch1:9000/sundial: the read store does not answer")

    answer = TestClient(app).get("/cases")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json()["type"] == "urn:sundial:problem:not-ready"
    assert "ch1:9000/sundial" in answer.json()["detail"]
