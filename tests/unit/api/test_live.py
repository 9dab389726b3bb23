"""The live feed: one frame for everybody, the newest for the slow, a heartbeat for the quiet."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

from api import live
from api.live import LiveFeed


class Source:
    """A document that changes when told to, and counts how often it was asked for."""

    def __init__(self) -> None:
        self.value = 0
        self.made = 0
        self.broken = False

    def document(self) -> dict[str, Any]:
        self.made += 1
        if self.broken:
            raise RuntimeError("the read store is away")
        return {"value": self.value}

    def version(self) -> int:
        return self.value


@asynccontextmanager
async def running(source: Source) -> AsyncIterator[LiveFeed]:
    feed = LiveFeed(source.document, source.version)
    task = asyncio.create_task(feed.run())
    try:
        yield feed
    finally:
        task.cancel()


@contextmanager
def quick(monkeypatch: pytest.MonkeyPatch, **seconds: float) -> Iterator[None]:
    for name, value in seconds.items():
        monkeypatch.setattr(live, name, value)
    yield


async def following(stream: Any) -> bytes:
    return await asyncio.wait_for(anext(stream), 5)


def test_a_viewer_gets_the_snapshot_then_every_change() -> None:
    async def main() -> None:
        source = Source()
        async with running(source) as feed:
            stream = feed.frames()
            assert await following(stream) == b"retry: 2000\n\n"
            assert await following(stream) == b'id: 1\nevent: wall\ndata: {"value":0}\n\n'
            source.value = 7
            assert await following(stream) == b'id: 2\nevent: wall\ndata: {"value":7}\n\n'

    asyncio.run(main())


def test_one_frame_serves_all_viewers() -> None:
    async def main() -> None:
        source = Source()
        async with running(source) as feed:
            streams = [feed.frames() for _ in range(50)]
            for stream in streams:
                await following(stream)
            frames = [await following(stream) for stream in streams]
            assert all(frame is frames[0] for frame in frames)
            assert source.made == 1

    asyncio.run(main())


def test_a_slow_viewer_gets_the_newest_not_the_missed() -> None:
    async def main() -> None:
        source = Source()
        async with running(source) as feed:
            slow, quick_one = feed.frames(), feed.frames()
            for stream in (slow, quick_one):
                await following(stream)
                await following(stream)
            for value in (1, 2, 3):
                source.value = value
                await following(quick_one)
            assert b'{"value":3}' in await following(slow)

    asyncio.run(main())


def test_without_a_change_a_frame_comes_all_the_same_and_a_heartbeat_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def main() -> None:
        source = Source()
        async with running(source) as feed:
            stream = feed.frames()
            seen = [await following(stream) for _ in range(8)]
        assert any(frame.startswith(b"id: 2") for frame in seen)
        assert b": heartbeat\n\n" in seen

    with quick(monkeypatch, QUIET_SECONDS=0.4, HEARTBEAT_SECONDS=0.1, LOOK_SECONDS=0.02):
        asyncio.run(main())


def test_a_frame_that_cannot_be_made_does_not_end_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        source = Source()
        source.broken = True
        async with running(source) as feed:
            await asyncio.sleep(0.1)
            source.broken = False
            stream = feed.frames()
            await following(stream)
            assert await following(stream) == b'id: 1\nevent: wall\ndata: {"value":0}\n\n'

    with quick(monkeypatch, RETRY_SECONDS=0.05):
        asyncio.run(main())


def test_closing_ends_every_stream() -> None:
    async def main() -> None:
        async with running(Source()) as feed:
            stream = feed.frames()
            await following(stream)
            await following(stream)
            waiting = asyncio.create_task(anext(stream, None))
            await asyncio.sleep(0)
            await feed.close()
            assert await asyncio.wait_for(waiting, 5) is None

    asyncio.run(main())
