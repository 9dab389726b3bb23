"""What infra/ and its page name exists: topics, settings, commands, options."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from sundial.cli import build_app
from tests.unit.infra import deployed

PAGE = deployed.ROOT / "docs" / "cluster.md"
FILES = sorted(
    path for path in deployed.INFRA.rglob("*") if path.suffix in {".yaml", ".properties", ".sh", ".xml"}
)


@pytest.mark.parametrize("path", [*FILES, PAGE], ids=lambda path: path.relative_to(deployed.ROOT).as_posix())
def test_topics_and_variables_exist(path: Path) -> None:
    text = path.read_text()
    assert set(re.findall(r"\bsupervision\.(?!md\b)([a-z][a-z-]*)", text)) <= deployed.topics()
    variables = set(re.findall(r"\bSUNDIAL_[A-Z_]+", text)) - {"SUNDIAL_CONFIG"}
    assert variables <= deployed.variables()


def test_the_page_tells_every_setting_of_kafka() -> None:
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| `SUNDIAL_", PAGE.read_text(), re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"\w+", row)}
    wanted = {name for name in deployed.settings() if name.startswith(("kafka", "store"))}
    assert wanted - {"store_keep_payloads_days", "store_keep_findings_days"} <= told <= deployed.settings()
    assert {"instance", "data", "host", "port"} <= told


def test_its_commands_have_the_options_it_gives_them() -> None:
    blocks = re.findall(r"^```\w*\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    lines = [line.split("#")[0] for block in blocks for line in block.splitlines()]
    given = [
        match
        for line in lines
        for match in re.findall(r"(?:^|-- |[A-Z_]+=\S+ )sundial ([a-z-]+) ?(.*)", line)
    ]
    assert {command for command, _ in given} >= {
        "topics",
        "outbox",
        "worker",
        "migrate",
        "sink",
        "api",
        "tokens",
    }
    for command, rest in given:
        arguments = rest.split()
        one = get_command(build_app([command]))
        inner = [word for word in arguments[:1] if command in ("tokens", "dead-letters")]
        for name in [command, *inner]:
            one = getattr(one, "commands", {}).get(name, one)
        known = {option for parameter in one.params for option in parameter.opts}
        assert {word for word in arguments if word.startswith("--")} <= known, f"{command} {rest}"


def test_its_targets_of_make_and_its_files_exist() -> None:
    text, make = PAGE.read_text(), (deployed.ROOT / "Makefile").read_text()
    for target in re.findall(r"^make ([a-z]+)|`make ([a-z]+)`", text, re.MULTILINE):
        assert f"\n{''.join(target)}:" in make
    for link in re.findall(r"\]\(([\w/.-]+)\)", text):
        assert (PAGE.parent / link).is_file(), link
    for path in re.findall(r"\binfra/[\w./-]*\w", text):
        assert path.startswith("infra/secrets") or (deployed.ROOT / path).exists(), path
