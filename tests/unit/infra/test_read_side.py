"""Sink, API and the tables of the read store in infra/kubernetes: password, tokens, copies."""

import subprocess
from pathlib import Path

from api.auth import Tokens
from projections.address import Address
from tests.unit.infra.manifests import containers, of_kind
from tests.unit.infra.rendering import Document


def test_who_asks_the_read_store_has_its_password_as_a_file(manifests: list[Document]) -> None:
    asking = set()
    for name, pod, one in containers(manifests):
        mounted = {mount["name"]: mount["mountPath"] for mount in one.get("volumeMounts", ())}
        secrets = {
            volume["name"]: volume["secret"]["secretName"]
            for volume in pod["spec"].get("volumes", ())
            if "secret" in volume
        }
        has_it = any(secrets.get(volume) == "clickhouse" for volume in mounted)
        command = one.get("args", [""])[0]
        assert has_it == (command in ("migrate", "sink", "api")), name
        if has_it:
            settings = of_kind(manifests, "ConfigMap")["sundial"]["data"]
            assert settings["SUNDIAL_STORE_PASSWORD_FILE"] == f"{mounted['clickhouse']}/password"
            assert Address.parse(settings["SUNDIAL_STORE"]).secure, "a password goes over TLS only"
            assert pod["metadata"]["labels"]["sundial/clickhouse"] == "client"
            asking.add(command)
    assert asking == {"migrate", "sink", "api"}


def test_a_read_store_has_one_sink_and_the_api_goes_on_while_one_is_away(manifests: list[Document]) -> None:
    sets = of_kind(manifests, "StatefulSet")
    assert sets["sink"]["spec"]["replicas"] == 1
    assert sets["api"]["spec"]["replicas"] >= 2
    for name in ("sink", "api"):
        spec = sets[name]["spec"]
        [claim] = [one["metadata"]["name"] for one in spec["volumeClaimTemplates"]]
        [container] = spec["template"]["spec"]["containers"]
        data = of_kind(manifests, "ConfigMap")["sundial"]["data"]["SUNDIAL_DATA"]
        assert {"name": claim, "mountPath": data} in container["volumeMounts"]


def test_tokens_of_the_secret_open_in_every_replica(manifests: list[Document], tmp_path: Path) -> None:
    """What the containers `tokens` do, done here with folders in place of volumes."""
    made, data = tmp_path / "readers", tmp_path / "data"
    made.mkdir()
    data.mkdir()
    with Tokens(made / "tokens.db") as table:
        _, token = table.add("wall", [], ["read"], 0)
    assert [one.name for one in made.iterdir()] == ["tokens.db"], "one file is all that a secret needs"
    shells = {
        one["command"][2]
        for name in ("sink", "api")
        for one in of_kind(manifests, "StatefulSet")[name]["spec"]["template"]["spec"]["initContainers"]
    }
    [script] = shells
    for leftover in ("tokens.db", "tokens.db-wal", "tokens.db-shm"):
        (data / leftover).write_bytes(b"of a process that was killed")
    here = script.replace("/run/secrets/readers", str(made)).replace("/data", str(data))
    subprocess.run(["sh", "-c", here], check=True, timeout=30)
    with Tokens(data / "tokens.db") as table:
        grant = table.grant(token)
    assert grant is not None
    assert grant.permissions == {"read"}
