"""What is asked of rendered manifests: pods, containers, settings, who is selected."""

from collections.abc import Iterator
from typing import Any

from tests.unit.infra import deployed
from tests.unit.infra.rendering import Document

KUBERNETES = deployed.INFRA / "kubernetes"
OVERLAYS = sorted(path.name for path in (KUBERNETES / "overlays").iterdir())


def of_kind(manifests: list[Document], kind: str) -> dict[str, Document]:
    """Those of one kind, by name."""
    return {one["metadata"]["name"]: one for one in manifests if one["kind"] == kind}


def pods(manifests: list[Document]) -> Iterator[tuple[str, Document]]:
    """Labels and spec of every pod that is made, with a name for messages."""
    for one in manifests:
        name = f"{one['kind']} {one['metadata']['name']}"
        if one["kind"] == "Pod":
            yield name, one
        elif "template" in one.get("spec", {}):
            yield name, one["spec"]["template"]


def containers(manifests: list[Document]) -> Iterator[tuple[str, Document, Document]]:
    """Every container with its pod."""
    for name, pod in pods(manifests):
        for one in [*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"]]:
            yield name, pod, one


def of_sundial(manifests: list[Document]) -> Iterator[tuple[str, Document, dict[str, Any]]]:
    """Every container of Sundial, with its command and the variables it gets. Values from elsewhere are `any`.

    Not those that run another program of the image.
    """
    maps = of_kind(manifests, "ConfigMap")
    for _, _, one in containers(manifests):
        if one["image"].startswith(f"{deployed.IMAGE}:") and "command" not in one:
            given: dict[str, Any] = {}
            for source in one.get("envFrom", ()):
                given |= maps[source["configMapRef"]["name"]]["data"]
            given |= {entry["name"]: entry.get("value", "any") for entry in one.get("env", ())}
            yield one["args"][0], one, given


def matches(selector: Document, pod: Document) -> bool:
    """Whether a selector (labels, or matchLabels) takes a pod."""
    wanted = selector.get("matchLabels", selector if "matchExpressions" not in selector else None)
    return wanted.items() <= pod["metadata"]["labels"].items()


def name_of(pod: Document) -> str:
    """What a pod is called by services and policies."""
    return str(pod["metadata"]["labels"]["app.kubernetes.io/name"])
