"""The dossier of a case over HTTP and by the command, beside a running server and without one."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.api.serving import Server, event
from tests.support.commands import ROOT

AT = {"at": "2026-03-21T12:00:00+08:00", "known_at": "2027-01-01T00:00:00Z"}


@pytest.fixture(scope="session")
def case(server: Server) -> str:
    server.post(
        event("case.accepted", "heard/1", "2026-03-02T10:00:00+08:00", item="permit", hall="county", officer="o-1"),
        event(
            "case.suspended", "heard/1", "2026-03-04T10:00:00+08:00",
            kind="hearing", span="s", notice_no="N-7 #x", approver="o-2", basis="art. 45",
        ),
        event("case.resumed", "heard/1", "2026-03-06T10:00:00+08:00", span="s"),
        event("case.completed", "heard/1", "2026-03-20T15:00:00+08:00", result="approved"),
    )  # fmt: skip
    return "heard/1"


def command(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sundial", "dossier", *options],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_the_document_carries_the_lines_of_the_case_itself(server: Server, case: str) -> None:
    verdict: dict[str, Any] = server.get(f"/v1/cases/{case}", **AT)["verdict"]
    document = server.get(f"/v1/cases/{case}/dossier", **AT, lang="en")
    assert document["digest"] == verdict["digest"]
    for ledger in document["ledgers"]:
        lines = verdict["clocks"][ledger["key"]]["ledger"]
        assert all(line.items() <= shown.items() for line, shown in zip(lines, ledger["lines"], strict=True))
    said = [
        note["en"] for one in document["ledgers"] for line in one["lines"] for note in line.get("notes", [])
    ]
    assert any("notice: N-7 #x" in text and "basis: art. 45" in text for text in said)


def test_as_pdf_by_accept_or_by_format(server: Server, case: str) -> None:
    path = f"/v1/cases/{case}/dossier"
    for answer in (
        server.http.get(path, params=AT, headers={"Accept": "application/pdf"}),
        server.http.get(path, params={**AT, "format": "pdf", "lang": "en", "annex": "true"}),
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/pdf"
        assert 'filename="dossier-heard-1.pdf"' in answer.headers["content-disposition"]
        assert answer.content.startswith(b"%PDF-")
    stated = server.http.get(path, params={**AT, "format": "json"}, headers={"Accept": "application/pdf"})
    assert stated.json()["subject"] == case


def test_an_unknown_case_and_a_wrong_language_are_refused(server: Server, case: str) -> None:
    assert server.http.get("/v1/cases/nobody/dossier").status_code == 404
    assert server.http.get(f"/v1/cases/{case}/dossier", params={"lang": "fr"}).status_code == 422


def test_the_command_beside_a_running_server_and_on_the_folder_alone(
    server: Server, case: str, tmp_path: Path
) -> None:
    times = ("--at", AT["at"], "--known-at", AT["known_at"])
    beside = command(case, "--data", str(server.data), *times, "--json")
    assert beside.returncode == 0, beside.stderr
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in server.data.glob("*.db*"):
        shutil.copy(file, copy)
    alone = command(case, "--data", str(copy), *times, "--json")
    assert alone.returncode == 0, alone.stderr
    assert json.loads(beside.stdout) == json.loads(alone.stdout)
    target = tmp_path / "out.pdf"
    printed = command(case, "--data", str(copy), *times, "-o", str(target))
    assert printed.returncode == 0, printed.stderr
    assert target.read_bytes().startswith(b"%PDF-")
    unknown = command("nobody", "--data", str(server.data), "--json")
    assert (unknown.returncode, "no event is known" in unknown.stderr) == (1, True)
