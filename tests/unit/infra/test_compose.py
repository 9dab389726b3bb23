"""infra/compose.yaml: what it says is what the compose specification knows, and what it names exists."""

import json
import re
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from projections.address import Address
from tests.unit.infra import deployed

COMPOSE: dict[str, Any] = yaml.safe_load((deployed.INFRA / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"].startswith(f"{deployed.IMAGE}:")}


def _schema() -> Draft7Validator:
    return Draft7Validator(
        json.loads((deployed.ROOT / "tests" / "data" / "compose" / "compose-spec.json").read_text())
    )


def test_it_is_what_the_specification_takes() -> None:
    assert [f"{error.json_path}: {error.message}" for error in _schema().iter_errors(COMPOSE)] == []


def test_the_check_refuses_what_is_wrong() -> None:
    wrong = {**COMPOSE, "services": {**SERVICES, "outbox": {**SERVICES["outbox"], "comand": ["outbox"]}}}
    assert ["comand" in error.message for error in _schema().iter_errors(wrong)] == [True]


def test_a_whole_cluster() -> None:
    commands = [one["command"][0] for one in OURS.values()]
    assert commands == ["topics", "outbox", "worker", "worker", "migrate", "sink", "api"]
    assert set(commands) <= deployed.commands()
    assert not any("profiles" in one for one in SERVICES.values()), "everything starts with `up`"


@pytest.mark.parametrize("name", ["migrate", "sink", "api"])
def test_who_asks_the_read_store_knows_where_it_is_and_its_password(name: str) -> None:
    settings = deployed.check_settings(OURS[name]["environment"])
    server = SERVICES["clickhouse"]
    address = Address.parse(settings.store)
    assert (address.host, address.user) == (server["hostname"], server["environment"]["CLICKHOUSE_USER"])
    assert str(settings.store_password_file) == server["environment"]["CLICKHOUSE_PASSWORD_FILE"]
    assert OURS[name]["secrets"] == server["secrets"] == ["clickhouse_password"]


def test_nobody_else_knows_the_password() -> None:
    assert {name for name, one in SERVICES.items() if "secrets" in one} == {
        "clickhouse",
        "migrate",
        "sink",
        "api",
    }


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_pinned(name: str) -> None:
    assert deployed.is_pinned(SERVICES[name]["image"])


@pytest.mark.parametrize("name", OURS)
def test_settings_exist_and_fit_the_broker(name: str) -> None:
    settings = deployed.check_settings(OURS[name]["environment"])
    assert settings.kafka == "kafka-0:9092"
    assert str(settings.kafka_replication) == SERVICES["kafka-0"]["environment"]["KAFKA_NODES"]
    assert settings.kafka_partitions >= len([one for one in OURS.values() if one["command"] == ["worker"]])


def test_workers_have_names_of_their_own() -> None:
    names = [one["environment"].get("SUNDIAL_INSTANCE") for one in OURS.values()]
    assert names == [None, None, "worker-0", "worker-1", None, None, None]


@pytest.mark.parametrize("name", ["outbox", "worker-0", "worker-1", "sink", "api"])
def test_healthchecks_ask_what_is_answered(name: str) -> None:
    asked = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", " ".join(OURS[name]["healthcheck"]["test"]))
    assert asked is not None
    settings = deployed.check_settings(OURS[name]["environment"])
    assert int(asked[1]) == settings.port
    assert asked[2] in deployed.paths(OURS[name]["command"][0])


def test_only_this_machine_reaches_it() -> None:
    published = [port for one in SERVICES.values() for port in one.get("ports", ())]
    assert published == ["127.0.0.1:8610:8610", "127.0.0.1:8620:8610"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    reached = [name for name, one in SERVICES.items() if one["networks"] != ["inside"]]
    assert reached == ["outbox", "api"] == [name for name, one in SERVICES.items() if "ports" in one]
    listening = [name for name, one in OURS.items() if "SUNDIAL_HOST" in one["environment"]]
    assert listening == reached, "whoever is reached by nobody listens on loopback, and needs no token"


def test_nobody_may_more_than_he_must() -> None:
    for one in OURS.values():
        assert (one["user"], one["read_only"], one["cap_drop"]) == ("10001:10001", True, ["ALL"])


def test_what_is_mounted_and_waited_for_is_there() -> None:
    for name, one in SERVICES.items():
        for volume in one.get("volumes", ()):
            source = volume.split(":")[0]
            assert (
                (deployed.INFRA / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]
            )
        for awaited, how in one.get("depends_on", {}).items():
            assert "healthcheck" in SERVICES[awaited] or how["condition"] == "service_completed_successfully"
        assert "latest" not in json.dumps(one), name
    assert {name: list(OURS[name]["depends_on"]) for name in ("migrate", "sink", "api")} == {
        "migrate": ["clickhouse"],
        "sink": ["topics", "migrate"],
        "api": ["topics", "migrate"],
    }
    build = OURS["outbox"]["build"]
    assert (deployed.INFRA / build["context"] / build["dockerfile"]).is_file()
