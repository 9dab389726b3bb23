"""The part of kustomize that infra/kubernetes uses: resources, one namespace, generated ConfigMaps, merge patches.

What it does not know it refuses. Where kubectl is at hand a test compares the two.
"""

from pathlib import Path
from typing import Any

import yaml

Document = dict[str, Any]

_KNOWN = {
    "apiVersion", "kind", "namespace", "resources", "patches", "configMapGenerator", "generatorOptions",
}  # fmt: skip
_MERGED_BY_NAME = {"containers", "initContainers", "env", "volumes"}


def render(folder: Path) -> list[Document]:
    """The manifests of a folder with a kustomization.yaml."""
    [kustomization] = documents(folder / "kustomization.yaml")
    unknown = kustomization.keys() - _KNOWN
    assert not unknown, f"{folder}: {unknown}"
    rendered: list[Document] = []
    for entry in kustomization.get("resources", ()):
        path = folder / entry
        rendered += render(path) if path.is_dir() else documents(path)
    rendered += [_generated(folder, one) for one in kustomization.get("configMapGenerator", ())]
    if "configMapGenerator" in kustomization:
        assert kustomization["generatorOptions"] == {"disableNameSuffixHash": True}
    for entry in kustomization.get("patches", ()):
        assert entry.keys() == {"path"}, f"{folder}: {entry}"
        for patch in documents(folder / entry["path"]):
            [target] = [one for one in rendered if _identity(one) == _identity(patch)]
            target.update(_merged(target, patch))
    namespace = kustomization.get("namespace")
    for one in rendered if namespace else ():
        if one["kind"] != "Namespace":
            one["metadata"]["namespace"] = namespace
    return rendered


def documents(path: Path) -> list[Document]:
    """The documents of a YAML file."""
    return [one for one in yaml.safe_load_all(path.read_text()) if one is not None]


def _generated(folder: Path, asked: Document) -> Document:
    assert asked.keys() == {"name", "files"}, f"{folder}: {asked}"
    data = {Path(name).name: (folder / name).read_text() for name in asked["files"]}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": asked["name"]}, "data": data}


def _identity(document: Document) -> tuple[str, str, str]:
    return document["apiVersion"], document["kind"], document["metadata"]["name"]


def _merged(below: Any, above: Any, key: str = "") -> Any:
    if isinstance(below, dict) and isinstance(above, dict):
        both = {name: _merged(below[name], above[name], name) for name in below.keys() & above.keys()}
        return {**below, **above, **both}
    if isinstance(below, list) and isinstance(above, list) and key in _MERGED_BY_NAME:
        rest = {one["name"]: one for one in below}
        patched = [_merged(rest.pop(one["name"], {}), one) for one in above]
        return [*patched, *rest.values()]  # in the order in which kustomize puts them
    return above
