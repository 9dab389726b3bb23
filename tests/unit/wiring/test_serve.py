"""The address that `sundial serve` takes."""

import socket

import pytest

from sundial.commands._listening import listen, url_of


def test_a_free_port_in_place_of_the_default_one_is_said_aloud(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with listen("127.0.0.1", port, port_stated=False) as free:
            other = free.getsockname()[1]
    assert other != port
    said = capsys.readouterr().err
    assert f"Port {port} is taken" in said
    assert str(other) in said


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "http://127.0.0.1:"), ("0.0.0.0", "http://127.0.0.1:"), ("::1", "http://[::1]:")],
)
def test_the_address_that_is_shown_can_be_opened_here(host: str, shown: str) -> None:
    try:
        listening = listen(host, 0, port_stated=True)
    except Exception:
        pytest.skip(f"{host} is not to be had here")
    with listening:
        assert url_of(listening).startswith(shown)
