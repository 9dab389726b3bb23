"""Options before variables before the file before defaults; what is wrong is named."""

from pathlib import Path

import pytest

from sundial.settings import BadSettings, load_settings


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_defaults_listen_on_this_machine_only() -> None:
    assert load_settings().host == "127.0.0.1"


def test_options_before_variables_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("sundial.toml").write_text('port = 1111\nhost = "::1"\nbatch_events = 7\n')
    monkeypatch.setenv("SUNDIAL_PORT", "2222")
    monkeypatch.setenv("SUNDIAL_HOST", "localhost")
    settings = load_settings(port=3333, host=None)
    assert (settings.port, settings.host, settings.batch_events) == (3333, "localhost", 7)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("prot = 1", "prot"),
        ("port = 70000", "port"),
        ("port = ", "sundial.toml"),
        ('event_rate = "often"', "event_rate"),
        ('kafka = "broker"', "kafka"),
        ("kafka_partitions = 0", "kafka_partitions"),
        ('instance = "pod 0"', "instance"),
    ],
)
def test_what_is_wrong_is_named(text: str, named: str) -> None:
    Path("sundial.toml").write_text(text)
    with pytest.raises(BadSettings, match=named):
        load_settings()


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUNDIAL_CONFIG", "nowhere.toml")
    with pytest.raises(BadSettings, match=r"nowhere\.toml"):
        load_settings()
