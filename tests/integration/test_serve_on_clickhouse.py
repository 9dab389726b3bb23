"""`sundial serve`, `migrate` and `rebuild` with a ClickHouse server (emulated) in the place of the library."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from projections.schema import migrate
from projections.statements import StoreError
from sundial.bootstrap import open_system
from sundial.cli import build_app
from sundial.read_store import open_server
from sundial.settings import Settings, load_settings
from tests.support.engines import EmulatedServer
from tests.unit.streams.histories import BEGIN, event, open_hall

PASSWORD = "it's a \\secret"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatedServer]:
    made = EmulatedServer(tmp_path_factory.mktemp("server"), PASSWORD).start()
    yield made
    made.kill()


@pytest.fixture(autouse=True)
def settings(
    server: EmulatedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Settings:
    """As people state them: variables, and a file for the password."""
    (tmp_path / "password").write_text(PASSWORD + "\n")
    database = re.sub("[^a-z]", "", request.node.name)[-40:]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SUNDIAL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SUNDIAL_STORE", f"clickhouse://127.0.0.1:{server.port}/{database}")
    monkeypatch.setenv("SUNDIAL_STORE_PASSWORD_FILE", str(tmp_path / "password"))
    return load_settings()


def command(*arguments: str) -> tuple[int, str]:
    answer = CliRunner().invoke(build_app(list(arguments)), list(arguments))
    return answer.exit_code, answer.output


def test_a_server_that_was_migrated_serves_and_can_be_rebuilt(settings: Settings) -> None:
    code, said = command("migrate")
    assert (code, said.startswith("Ran 0001_tables")) == (0, True), said
    assert command("migrate") == (0, "Nothing to do: the tables are those of this version.\n")
    system = open_system(settings)
    try:
        log = system.services.log
        open_hall(log)
        log.append([event("a", "case.accepted", "c", BEGIN, item="permit", hall="weixian")])
        system.start()
        until = time.monotonic() + 60
        while system.services.store.execute("SELECT subject, level FROM cases FINAL") != [("c", 3)]:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert system.services.store.execute("SELECT count() FROM findings WHERE level = 3") == [(1,)]
    finally:
        system.close()
    code, said = command("rebuild", "--json")
    report = json.loads(said[said.index("{") :])
    assert (code, report["different"], report["healed"], report["exchanged"]) == (0, 0, 0, True)
    assert not (settings.data / "read").exists()


def test_a_server_that_was_not_migrated_is_refused_with_what_to_do(settings: Settings) -> None:
    assert command("migrate")[0] == 0
    store = open_server(settings)
    store.execute("DELETE FROM migrations WHERE statement = 3 SETTINGS mutations_sync = 2")
    store.close()
    with pytest.raises(StoreError, match=r"behind this version \(0001_tables.*\); run `sundial migrate`"):
        open_system(settings)


def test_a_server_without_the_database_is_refused_with_what_to_do(settings: Settings) -> None:
    with pytest.raises(StoreError, match=r"does not exist.*run `sundial migrate`, which makes it"):
        open_system(settings)


def test_tables_of_a_later_version_are_refused(settings: Settings) -> None:
    command("migrate")
    store = open_server(settings)
    store.insert("migrations", [{"number": 9999, "statement": 1, "name": "later"}], "t")
    with pytest.raises(StoreError, match="later version"):
        migrate(store)
    store.close()
    with pytest.raises(StoreError, match="later version"):
        open_system(settings)
    code, said = command("migrate")
    assert (code, "later version" in said) == (2, True)


def test_a_server_that_is_not_there_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUNDIAL_STORE", "clickhouse://127.0.0.1:1/sundial")
    code, said = command("serve", "--port", "0")
    structlog.reset_defaults()  # its log went to what the command's standard error was
    assert code == 2
    assert "127.0.0.1:1/sundial" in said
    assert "expected a ClickHouse server there" in said


def test_a_wrong_password_is_named_and_not_shown(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("a guess")
    code, said = command("migrate")
    assert code == 2
    assert "password is incorrect" in said
    assert "a guess" not in said


def test_a_password_file_that_is_not_there_is_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "password").unlink()
    code, said = command("migrate")
    assert code == 2
    assert "store_password_file" in said


@pytest.mark.parametrize(
    "address",
    [
        "clickhouse:/x",
        "http://host/db",
        "clickhouse://u:secret@host/db",
        "clickhouse://host/Db",
        "clickhouse://h:0x/d",
    ],
)
def test_an_address_that_is_none_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUNDIAL_STORE", address)
    code, said = command("migrate")
    assert code == 2
    assert "store:" in said


def test_what_would_be_run_can_be_read_without_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUNDIAL_STORE", "chdb")
    code, said = command("migrate", "--print", "--cluster", "{cluster}")
    assert code == 0
    assert "CREATE TABLE events ON CLUSTER '{cluster}'" in said
    assert "non_replicated" not in said


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatedServer]:
    """A server with TLS, and a certificate of its own signature."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(folder / "key"), "-out", str(folder / "crt")],
        check=True, capture_output=True,
    )  # fmt: skip
    (folder / "both").write_text((folder / "crt").read_text() + (folder / "key").read_text())
    made = EmulatedServer(folder / "server", PASSWORD, folder / "both").start()
    yield made
    made.kill()


def test_an_encrypted_server_is_believed_by_its_authority_only(
    encrypted: EmulatedServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUNDIAL_STORE", f"clickhouses://127.0.0.1:{encrypted.port}/tls")
    code, said = command("migrate")
    assert code == 2
    assert "CERTIFICATE_VERIFY_FAILED" in said
    monkeypatch.setenv("SUNDIAL_STORE_CA_FILE", str(encrypted.folder.parent / "crt"))
    code, said = command("migrate")
    assert (code, said.startswith("Ran ")) == (0, True), said


def test_an_encrypted_server_does_not_speak_in_the_clear(
    encrypted: EmulatedServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUNDIAL_STORE", f"clickhouse://127.0.0.1:{encrypted.port}/tls")
    code, said = command("migrate")
    assert code == 2
    assert "does not answer" in said
