"""infra/kubernetes as it reaches a cluster: what it names exists, and nothing may what it need not."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from tests.unit.infra import deployed
from tests.unit.infra.manifests import KUBERNETES, OVERLAYS, containers, matches, of_kind, of_sundial, pods
from tests.unit.infra.rendering import Document, documents, render

VERSIONS = ("1.31", "1.37")
"""Of Kubernetes; the oldest and the newest that are meant."""
TOKENS = KUBERNETES / "tokens.yaml"


@pytest.mark.parametrize("version", VERSIONS)
def test_each_is_what_kubernetes_takes(manifests: list[Document], version: str) -> None:
    for one in [*manifests, *documents(TOKENS)]:
        kubernetes_validate.validate(one, version, strict=True)


def test_the_check_refuses_what_is_wrong() -> None:
    [pod] = documents(TOKENS)
    pod["spec"]["containers"][0]["imagePolicy"] = "Always"
    with pytest.raises(kubernetes_validate.ValidationError, match="imagePolicy"):
        kubernetes_validate.validate(pod, VERSIONS[-1], strict=True)


@pytest.mark.skipif(
    shutil.which("kubectl") is None, reason="kubectl, which brings kustomize, is not installed"
)
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_kustomize_makes_the_same_of_them(overlay: str) -> None:
    folder = KUBERNETES / "overlays" / overlay
    made = subprocess.run(
        ["kubectl", "kustomize", str(folder)], check=True, capture_output=True, text=True, timeout=60
    )
    theirs = [one for one in yaml.safe_load_all(made.stdout) if one]
    assert _sorted(theirs) == _sorted(render(folder))


def _sorted(manifests: list[Document]) -> list[str]:
    return sorted(json.dumps(one, sort_keys=True) for one in manifests)


def test_images_are_pinned(manifests: list[Document]) -> None:
    for name, _, one in containers([*manifests, *documents(TOKENS)]):
        assert deployed.is_pinned(one["image"]), f"{name}: {one['image']}"


def test_commands_and_settings_exist(manifests: list[Document]) -> None:
    found = set()
    for command, _, given in of_sundial(manifests):
        assert command in deployed.commands()
        deployed.check_settings(given)
        found.add(command)
    assert found == {"topics", "outbox", "worker", "migrate", "sink", "api"}


def test_probes_ask_paths_and_ports_that_exist(manifests: list[Document]) -> None:
    for command, one, given in of_sundial(manifests):
        ports = {port["name"]: port["containerPort"] for port in one.get("ports", ())}
        probes = [one[kind] for kind in ("startupProbe", "livenessProbe", "readinessProbe") if kind in one]
        assert len(probes) == (0 if command in ("topics", "migrate") else 3)
        for probe in probes:
            assert probe["httpGet"]["path"] in deployed.paths(command)
            assert ports[probe["httpGet"]["port"]] == int(given["SUNDIAL_PORT"])
    asked = {
        command: (one["livenessProbe"]["httpGet"]["path"], one["readinessProbe"]["httpGet"]["path"])
        for command, one, _ in of_sundial(manifests)
        if "livenessProbe" in one
    }
    # /livez fails where another start mends it; nothing that Kafka or ClickHouse does may end the others
    assert asked.pop("worker") == ("/livez", "/readyz")
    assert asked == dict.fromkeys(("outbox", "sink", "api"), ("/healthz", "/readyz"))


def test_metrics_are_where_prometheus_is_told(manifests: list[Document]) -> None:
    for name, pod in pods(manifests):
        told = pod["metadata"].get("annotations", {})
        if told:
            command = pod["spec"]["containers"][0]["args"][0]
            assert told["prometheus.io/path"] in deployed.paths(command), name
            [port] = pod["spec"]["containers"][0]["ports"]
            assert told["prometheus.io/port"] == str(port["containerPort"])


def test_workers_are_as_many_as_have_work_and_their_lag_exists(manifests: list[Document]) -> None:
    [scaler] = of_kind(manifests, "HorizontalPodAutoscaler").values()
    partitions = int(of_kind(manifests, "ConfigMap")["sundial"]["data"]["SUNDIAL_KAFKA_PARTITIONS"])
    assert 2 <= scaler["spec"]["minReplicas"] <= scaler["spec"]["maxReplicas"] <= partitions
    [metric] = scaler["spec"]["metrics"]
    assert f"# HELP {metric['pods']['metric']['name']} " in deployed.of_a_worker()["/metrics"]
    target = scaler["spec"]["scaleTargetRef"]
    assert "replicas" not in of_kind(manifests, target["kind"])[target["name"]]["spec"]


def test_a_worker_is_named_like_its_pod_and_has_time_to_hand_over(manifests: list[Document]) -> None:
    pod = of_kind(manifests, "StatefulSet")["worker"]["spec"]["template"]["spec"]
    [name] = [one for one in pod["containers"][0]["env"] if one["name"] == "SUNDIAL_INSTANCE"]
    assert name["valueFrom"] == {"fieldRef": {"fieldPath": "metadata.name"}}
    assert pod["terminationGracePeriodSeconds"] >= 90


def test_kafka_has_as_many_nodes_as_everyone_believes(manifests: list[Document]) -> None:
    kafka = of_kind(manifests, "StatefulSet")["kafka"]["spec"]
    settings = of_kind(manifests, "ConfigMap")["sundial"]["data"]
    [container] = kafka["template"]["spec"]["containers"]
    told = {one["name"]: one["value"] for one in container["env"]}
    assert told["KAFKA_NODES"] == str(kafka["replicas"]) == settings["SUNDIAL_KAFKA_REPLICATION"] == "3"
    client = next(port["containerPort"] for port in container["ports"] if port["name"] == "clients")
    nodes = [f"kafka-{node}{told['KAFKA_DOMAIN']}:{client}" for node in range(kafka["replicas"])]
    assert settings["SUNDIAL_KAFKA"] == ",".join(nodes)
    assert told["KAFKA_DOMAIN"] == f".{kafka['serviceName']}"
    mounted = of_kind(manifests, "ConfigMap")["kafka"]["data"]
    needed = re.findall(r"\$here/([\w.$]+)", mounted["start.sh"].replace("$shared", "replicated"))
    assert {"common.properties", "replicated.properties", "log4j2.properties"} == set(needed)
    assert {*needed, "start.sh"} <= mounted.keys()


def test_nobody_may_more_than_he_must(manifests: list[Document]) -> None:
    for name, pod, one in containers([*manifests, *documents(TOKENS)]):
        spec = pod["spec"]
        assert spec["automountServiceAccountToken"] is False, name
        assert spec["securityContext"]["runAsNonRoot"] is True, name
        assert spec["securityContext"]["runAsUser"] > 0, name
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not any(spec.get(key) for key in ("hostNetwork", "hostPID", "hostIPC")), name
        assert one["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, name
        assert {"cpu", "memory"} <= one["resources"]["requests"].keys(), name
        assert "memory" in one["resources"]["limits"], name
        assert not any("secretKeyRef" in entry.get("valueFrom", {}) for entry in one.get("env", ())), name
    assert not of_kind(manifests, "Secret"), "secrets are made by hand, and mounted as files"
    [namespace] = of_kind(manifests, "Namespace").values()
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_what_is_mounted_is_there(manifests: list[Document]) -> None:
    claims = {
        one["metadata"]["name"]
        for each in of_kind(manifests, "StatefulSet").values()
        for one in each["spec"]["volumeClaimTemplates"]
    }
    for name, pod, one in containers(manifests):
        volumes = {volume["name"] for volume in pod["spec"].get("volumes", ())}
        assert {mount["name"] for mount in one.get("volumeMounts", ())} <= volumes | claims, name
        for volume in pod["spec"].get("volumes", ()):
            if "configMap" in volume:
                assert volume["configMap"]["name"] in of_kind(manifests, "ConfigMap"), name
    [pod] = documents(TOKENS)
    claim = pod["spec"]["volumes"][0]["persistentVolumeClaim"]["claimName"]
    assert claim == "data-outbox-0"
    assert "outbox" in of_kind(manifests, "StatefulSet")


def test_selectors_find_their_pods_and_ports(manifests: list[Document]) -> None:
    every = list(pods(manifests))
    for kind in ("Service", "PodDisruptionBudget", "StatefulSet"):
        for name, one in of_kind(manifests, kind).items():
            found = [pod for _, pod in every if matches(one["spec"]["selector"], pod)]
            assert len(found) == 1, f"{kind} {name}"
            ports = {
                port["name"] for each in found[0]["spec"]["containers"] for port in each.get("ports", ())
            }
            assert {port["targetPort"] for port in one["spec"].get("ports", ())} <= ports, f"{kind} {name}"
    for name, one in of_kind(manifests, "StatefulSet").items():
        assert one["spec"]["serviceName"] in of_kind(manifests, "Service"), name
    budgets = of_kind(manifests, "PodDisruptionBudget")
    assert {name: one["spec"]["maxUnavailable"] for name, one in budgets.items()} == {
        "kafka": 1,
        "worker": 1,
        "api": 1,
    }


def test_everything_is_part_of_what_is_rendered() -> None:
    """A file that no kustomization names reaches no cluster."""
    for folder in (KUBERNETES / "base", *(KUBERNETES / "overlays" / one for one in OVERLAYS)):
        [kustomization] = documents(folder / "kustomization.yaml")
        named = {*kustomization["resources"], *(one["path"] for one in kustomization.get("patches", ()))}
        there = {path.name for path in folder.iterdir()} - {"kustomization.yaml"}
        assert there == {Path(one).name for one in named if (folder / one).is_file()}, folder
