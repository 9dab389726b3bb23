"""A whole `sundial serve` in a process of its own, on a free port of this machine."""

import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from streams.folder import owner_of
from tests.support.commands import begin

SOURCE = "https://hall.example/window-system"


class Server:
    """A running server on the data folder `data`."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data = data
        self.log = data.parent / f"{data.name}.log"
        self.process = begin(self.log, "serve", "--data", str(data), "--port", "0", *options)
        self.url = self._wait_until_ready()
        self.http = httpx.Client(base_url=self.url, timeout=20)

    def _wait_until_ready(self) -> str:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            owner = owner_of(self.data)
            if owner is not None and owner.pid == self.process.pid and owner.address:
                try:
                    if httpx.get(f"{owner.address}/readyz", timeout=5).status_code == 200:
                        return owner.address
                except httpx.TransportError:
                    pass
            time.sleep(0.05)
        self.process.kill()
        raise AssertionError(f"the server did not come up:\n{self.log.read_text()}")

    def post(self, *events: dict[str, Any], **headers: str) -> list[dict[str, Any]]:
        """Send a batch; its results."""
        answer = self.http.post(
            "/v1/events",
            json=list(events),
            headers={
                "Content-Type": "application/cloudevents-batch+json",
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )
        assert answer.status_code == 202, answer.text
        results: list[dict[str, Any]] = answer.json()["results"]
        return results

    def get(self, path: str, **parameters: Any) -> Any:
        """The JSON of an answer that must be good."""
        answer = self.http.get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def until(self, true: Callable[[], Any], seconds: float = 10) -> Any:
        """Wait until `true()` is; its answer."""
        deadline = time.monotonic() + seconds
        while True:
            if found := true():
                return found
            assert time.monotonic() < deadline, (
                f"not within {seconds} s; the server says:\n{self.log.read_text()}"
            )
            time.sleep(0.05)

    def stop(self) -> int:
        """End it the friendly way; its exit code."""
        self.http.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self.process.wait(20)


def event(kind: str, subject: str, time: str, id: str | None = None, /, **data: Any) -> dict[str, Any]:
    """A CloudEvent of the window system."""
    return {
        "specversion": "1.0",
        "id": id or f"{subject}/{kind}",
        "source": SOURCE,
        "type": kind,
        "subject": subject,
        "time": time,
        "data": data,
    }


def reference_events() -> list[dict[str, Any]]:
    """A county hall, an item with limits."""
    return [
        event(
            "hall.published",
            "county",
            "2026-01-01T00:00:00+08:00",
            hall="county",
            title="日晷县政务大厅",
            level="county",
            region="130500",
            calendar="cn",
            profile="statute",
        ),
        event(
            "item.published",
            "permit",
            "2026-01-01T00:00:00+08:00",
            item="permit",
            title="许可证",
            kind="promise",
            mode="promise",
            promised_limit="5 working_day",
            statutory_limit="20 working_day",
        ),
    ]
