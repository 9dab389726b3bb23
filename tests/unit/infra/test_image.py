"""infra/Dockerfile: pinned, from the lock file with its hashes, everything that is needed and nothing else, no root."""

import re
import tomllib

from sundial.settings import Settings
from tests.unit.infra import deployed
from tests.unit.infra.rendering import documents

SCREENS = "dashboards/web/dist"
"""Built beforehand; not in the repository."""

_TEXT = (deployed.INFRA / "Dockerfile").read_text().replace("\\\n", " ")
STEPS = [line.split(maxsplit=1) for line in _TEXT.splitlines() if line and not line.startswith("#")]


def steps(kind: str) -> list[str]:
    return [rest for name, rest in STEPS if name == kind]


def _copied() -> list[str]:
    sources = [line.split()[:-1] for line in steps("COPY") if not line.startswith("--from")]
    return [one for each in sources for one in each]


def test_it_stands_on_a_release_of_debian_12() -> None:
    bases = [line.split()[0] for line in steps("FROM")]
    assert len(set(bases)) == 1
    assert bases[0].startswith("debian:12.")
    assert deployed.is_pinned(bases[0])


def test_packages_come_from_the_lock_file_with_their_hashes() -> None:
    [locked, own] = [
        line for line in steps("RUN") if "pip" in line and "install" in line and "apt" not in line
    ]
    assert "--require-hashes" in locked
    assert "--requirement /build/requirements.lock" in locked
    assert "--no-deps --no-build-isolation /build" in own
    assert "://" not in _TEXT, "no address of a registry"


def test_what_it_copies_is_there_and_goes_to_the_builder() -> None:
    let_through = (deployed.INFRA / "Dockerfile.dockerignore").read_text().splitlines()
    assert {f"!{one}" for one in _copied()} == {line for line in let_through if line.startswith("!")}
    for one in set(_copied()) - {SCREENS}:
        assert (deployed.ROOT / one).exists(), one


def test_the_screens_are_those_that_make_builds_and_the_program_shows() -> None:
    make = (deployed.ROOT / "Makefile").read_text()
    assert "into dashboards/web/dist" in next(line for line in make.splitlines() if line.startswith("web:"))
    [target] = [line.split()[-1] for line in steps("COPY") if SCREENS in line]
    assert f"SUNDIAL_WEB={target}" in steps("ENV")[0].split()
    assert Settings.model_fields["web"].default == deployed.ROOT / SCREENS


def test_it_holds_every_package_of_the_program() -> None:
    project = tomllib.loads((deployed.ROOT / "pyproject.toml").read_text())
    packages = project["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {one.rstrip("*") for one in packages} <= set(_copied())
    assert {project["project"]["readme"], *project["project"]["license-files"]} <= set(_copied())


def test_it_runs_as_the_user_that_compose_and_kubernetes_name() -> None:
    [user] = steps("USER")
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)
    assert f'user: "{user}"' in (deployed.INFRA / "compose.yaml").read_text()
    workers = documents(deployed.INFRA / "kubernetes" / "base" / "workers.yaml")
    [pod] = [one["spec"]["template"]["spec"] for one in workers if one["kind"] == "StatefulSet"]
    context = pod["securityContext"]
    assert f"{context['runAsUser']}:{context['runAsGroup']}" == user


def test_the_variables_it_sets_exist() -> None:
    named = set(re.findall(r"\bSUNDIAL_[A-Z_]+", _TEXT))
    assert named
    assert named <= deployed.variables()
