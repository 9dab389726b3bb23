"""Topics on a real broker: made from the table, and every difference is told."""

import json
from collections.abc import Callable

import pytest
from kafka.admin import KafkaAdminClient
from typer.testing import CliRunner, Result

from streams.cluster.administration import Difference, create_missing, differences
from streams.cluster.topics import LARGEST_EVENT_BYTES, LARGEST_RECORD_BYTES, declared
from sundial.cli import build_app
from tests.support.broker import Node, free_ports

Run = Callable[..., Result]


@pytest.fixture
def run(broker: Node) -> Run:
    def run(*arguments: str, bootstrap: str = broker.address) -> Result:
        asked = ["topics", "--bootstrap", bootstrap, *arguments]
        return CliRunner().invoke(build_app(asked), asked)

    return run


def test_missing_topics_are_made_as_declared_and_only_once(broker: Node) -> None:
    table = declared(3, 1)
    assert [one.what for one in differences(broker.address, "made", table)] == ["missing"] * 6
    assert create_missing(broker.address, "made", table) == [
        f"made.{name}" for name in ("events", "reference", "signals", "state", "findings", "dead-letters")
    ]
    assert differences(broker.address, "made", table) == []
    assert create_missing(broker.address, "made", table) == []


def test_another_number_of_partitions_is_told_with_what_it_would_break(run: Run) -> None:
    assert run("--create", "--prefix", "parts", "--partitions", "2").exit_code == 0
    told = run("--check", "--prefix", "parts", "--partitions", "4")
    assert told.exit_code == 1
    assert "! parts.events: partitions: expected 4, found 2" in told.output
    assert "the order per subject breaks" in told.output
    assert "parts.reference" not in told.output, "reference data always has one partition"


def test_a_setting_that_somebody_changed_is_told(broker: Node, run: Run) -> None:
    made = {"num_partitions": 1, "replication_factor": 1, "configs": {"retention.ms": "3600000"}}
    with KafkaAdminClient(bootstrap_servers=broker.address) as admin:
        admin.create_topics({"mended.events": made}, wait_for_metadata=True)
    answer = run("--create", "--json", "--prefix", "mended", "--partitions", "1")
    document = json.loads(answer.output)
    assert answer.exit_code == 1
    assert "mended.events" not in document["made"]
    told = {(one["topic"], one["what"]): (one["expected"], one["found"]) for one in document["differences"]}
    assert told["mended.events", "retention.ms"] == ("-1", "3600000")
    assert told["mended.events", "message.timestamp.type"] == ("LogAppendTime", "CreateTime")


def test_fewer_copies_than_declared_are_told(broker: Node) -> None:
    create_missing(broker.address, "copies", declared(1, 1))
    found = differences(broker.address, "copies", declared(1, 3))
    assert (
        Difference("copies.state", "replication", "3", "1", "the loss of a machine may lose events") in found
    )
    assert {one.what for one in found} == {"replication", "min.insync.replicas"}


def test_without_a_broker_the_command_says_where_it_looked(run: Run) -> None:
    nowhere = f"127.0.0.1:{free_ports(1)[0]}"
    answer = run("--check", bootstrap=nowhere)
    assert answer.exit_code == 2
    assert f"no Kafka broker answers at {nowhere}" in answer.output


def test_the_table_is_shown_without_a_broker(run: Run) -> None:
    answer = run("--prefix", "shown", "--partitions", "7", bootstrap="127.0.0.1:1")
    assert answer.exit_code == 0
    assert "shown.events" in answer.output
    assert "shown.dead-letters" in answer.output, "names are never cut short"
    assert "7 days" in answer.output


def test_brokers_that_are_no_addresses_are_refused(run: Run) -> None:
    answer = run("--check", bootstrap="localhost")
    assert answer.exit_code == 2
    assert "kafka" in answer.output


def test_what_one_request_may_carry_fits_into_a_record() -> None:
    assert LARGEST_RECORD_BYTES - LARGEST_EVENT_BYTES >= 64 * 1024, "key and headers have no room"
