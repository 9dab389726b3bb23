"""Every refusal has a slug that is part of the contract."""

import re
from pathlib import Path

import api
from api.problems import TITLES, Problem


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
