"""An order given beside a running server: the API tells the old verdict and the new, and who ordered it."""

import json
import subprocess
import sys
from typing import Any

from tests.integration.api.serving import Server, event
from tests.support.commands import ROOT


def town(id: str, **days: str) -> dict[str, Any]:
    return event("calendar.published", "annex-days", "2026-01-01T00:00:00+08:00", id, calendar="annex-days",
                 extends="cn", zone="Asia/Shanghai", effective_from="2026-01-01",
                 days={name.replace("_", "-").strip("d"): how for name, how in days.items()})  # fmt: skip


def order(server: Server) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "sundial", "rejudge", "--data", str(server.data), "--from", "2026-03-10",
         "--to", "2026-03-11", "--hall", "annex", "--reason", "停电闭厅", "--by", "督查室", "--json"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_an_order_beside_the_server_changes_the_verdict_and_keeps_the_old_one(server: Server) -> None:
    server.post(
        town("annex-1"),
        event("hall.published", "annex", "2026-01-01T00:00:00+08:00", hall="annex", title="分中心",
              level="sub_center", region="130500", calendar="annex-days", profile="statute"),
        event("case.accepted", "ordered", "2026-03-02T10:00:00+08:00", item="permit", hall="annex"),
        event("case.completed", "ordered", "2026-03-10T10:00:00+08:00", result="approved"),
    )  # fmt: skip
    server.until(lambda: server.get("/v1/findings", subject="ordered")["total"])
    server.post(town("annex-2", d2026_03_06="closed"))
    before = server.get("/v1/cases/ordered")
    assert [one["code"] for one in before["verdict"]["findings"]] == ["TL-02"]
    assert before["orders"] == []

    report = order(server)
    assert (report["cases"], len(report["differ"])) == (1, 1)
    after = server.get("/v1/cases/ordered")
    assert after["verdict"]["findings"] == []
    assert after["verdict"]["clocks"]["promised"]["due"] == "2026-03-10T09:00:00Z"
    [given] = after["orders"]
    assert (given["by"], given["reason"], given["order"]) == ("督查室", "停电闭厅", report["order"])
    then = server.get("/v1/cases/ordered", known_at=before["verdict"]["known_at"], at=before["verdict"]["at"])
    assert then["verdict"]["digest"] == before["verdict"]["digest"]
    assert then["orders"] == []

    assert order(server)["cases"] == 0
