"""`sundial dead-letters` in a folder of the cluster size: a sink's or an API's copy tells them, the others do not."""

import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from streams.cluster.messages import Letter, letter_key_of
from streams.cluster.mirror.log import MirrorLog
from streams.cluster.mirror.state import LANES, MirrorState, Staged
from streams.ports import DeadLetter
from sundial.cli import build_app
from sundial.data_folder import DataFolder
from tests.unit.streams.histories import BEGIN


def sundial(*arguments: str) -> Result:
    return CliRunner().invoke(build_app(list(arguments)), list(arguments))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy that has read of one dead letter in the changelog of partition 1."""
    mirror = DataFolder(tmp_path).mirror
    mirror.mkdir()
    log = MirrorLog(mirror / "log.db", 1)
    state = MirrorState(mirror / "state.db", 2, log)
    letter = DeadLetter(None, "案件-1", "decode", "InvalidEvent: no JSON", BEGIN)
    value = msgspec.msgpack.encode(Letter(letter, None, "events", 7))
    state.take([(1, Staged("found", BEGIN // 1000, 3, 34, "state", 1, letter_key_of(1, letter), value))])
    state.close()
    log.close()
    return tmp_path


def test_a_copy_of_what_is_in_kafka_tells_its_dead_letters(folder: Path) -> None:
    [one] = json.loads(sundial("dead-letters", "list", "--data", str(folder), "--json").stdout)
    assert (one["number"], one["subject"], one["cause"]) == (
        34 * LANES + 1,
        "案件-1",
        "InvalidEvent: no JSON",
    )


def test_only_a_running_api_can_have_them_judged_again(folder: Path) -> None:
    answer = sundial("dead-letters", "replay", "--all", "--data", str(folder))
    assert answer.exit_code == 2
    assert "expected a running `sundial api`" in answer.stderr
    assert {one.name for one in folder.iterdir()} == {"mirror"}, "nothing was begun there"


@pytest.mark.parametrize("name", ["partitions", "outbox.db"])
def test_a_worker_or_an_outbox_is_not_said_to_have_none(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    for asked in (["list"], ["replay", "--all"]):
        answer = sundial("dead-letters", *asked, "--data", str(tmp_path))
        assert answer.exit_code == 2
        assert "expected the folder of `sundial sink` or `sundial api`" in answer.stderr
