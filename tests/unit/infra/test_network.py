"""infra/kubernetes/base/network.yaml: nobody talks to anybody, but for what is named."""

from projections.address import Address
from tests.unit.infra.manifests import matches, name_of, of_kind, pods
from tests.unit.infra.rendering import Document


def test_nobody_talks_to_anybody_but_for_what_is_named(manifests: list[Document]) -> None:
    policies = of_kind(manifests, "NetworkPolicy")
    assert policies.pop("nobody")["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    names = policies.pop("names")["spec"]
    assert names["policyTypes"] == ["Egress"]
    assert {port["port"] for rule in names["egress"] for port in rule["ports"]} == {53}
    every = [pod for _, pod in pods(manifests)]
    allowed: dict[str, set[str]] = {}
    for name, one in policies.items():
        taken = [pod for pod in every if matches(one["spec"]["podSelector"], pod)]
        assert taken, f"{name} is about nobody"
        for rule in one["spec"].get("ingress", ()):
            assert rule["from"], f"{name} lets everybody in"
            listening = {
                port["containerPort"]
                for pod in taken
                for each in pod["spec"]["containers"]
                for port in each["ports"]
            }
            assert {port["port"] for port in rule["ports"]} <= listening, name
        for rule in one["spec"].get("egress", ()):
            assert rule["to"], f"{name} lets everything out"
            for peer in rule["to"]:
                if "podSelector" in peer:
                    [there] = {name_of(pod) for pod in every if matches(peer["podSelector"], pod)}
                else:
                    there = peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
                    store = Address.parse(of_kind(manifests, "ConfigMap")["sundial"]["data"]["SUNDIAL_STORE"])
                    assert store.host.split(".")[1] == there
                    assert [port["port"] for port in rule["ports"]] == [store.port]
                allowed[there] = allowed.get(there, set()) | {name_of(pod) for pod in taken}
    assert allowed == {
        "kafka": {"kafka", "topics", "outbox", "worker", "sink", "api"},
        "clickhouse": {"migrate", "sink", "api"},
    }


def test_people_reach_outbox_and_api_and_nothing_else(manifests: list[Document]) -> None:
    reached = {
        name
        for name, one in of_kind(manifests, "NetworkPolicy").items()
        for rule in one["spec"].get("ingress", ())
        for peer in rule["from"]
        if peer.get("namespaceSelector") == {"matchLabels": {"kubernetes.io/metadata.name": "ingress"}}
    }
    assert reached == {"outbox", "api"}
