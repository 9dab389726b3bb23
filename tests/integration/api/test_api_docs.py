"""What docs/api.md tells people to type works as it stands there, and so do the examples of the OpenAPI document."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable

import pytest

from api.examples import BATCH_EXAMPLE, RESULTS
from tests.integration.api.serving import Server
from tests.support.commands import ROOT

Serve = Callable[..., Server]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
def test_every_command_of_the_document(serve: Serve) -> None:
    server = serve()
    text = (ROOT / "docs" / "api.md").read_text()
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    commands = [command for block in blocks for command in re.split(r"\n(?=curl )", block.strip())]
    assert len(commands) > 5
    for command in commands:
        done = (
            subprocess.run(
                ["bash", "-c", command.replace("http://127.0.0.1:8610", server.url)],
                capture_output=True,
                text=True,
                timeout=20,
                check=False,
            )
            if "/v1/live" not in command
            else None
        )
        if done is None:
            continue
        assert done.returncode == 0, command
        answer = json.loads(done.stdout)
        assert "urn:sundial:problem" not in done.stdout, f"{command}\n{done.stdout}"
        assert answer, command


def test_the_examples_of_the_openapi_document(server: Server) -> None:
    results = server.post(*BATCH_EXAMPLE)
    assert [set(result) for result in results] == [set(result) for result in RESULTS["results"]]
    assert {result["status"] for result in results} <= {"accepted", "duplicate"}
    document = server.get("/openapi.json")
    assert "CloudEvent" in document["components"]["schemas"]
    assert document["paths"]["/v1/events"]["post"]["requestBody"]["content"]
