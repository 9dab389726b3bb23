"""Tokens, and who counts as this machine."""

from pathlib import Path

import pytest
from starlette.requests import Request

from api.auth import LOOPBACK, Tokens, grant_of, require
from api.problems import Problem


def request(client: str = "127.0.0.1", host: str = "127.0.0.1:8610", **headers: str) -> Request:
    raw = [(b"host", host.encode())] + [
        (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
    ]
    return Request({"type": "http", "client": (client, 5), "headers": raw, "method": "GET", "path": "/"})


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    return Tokens(tmp_path / "tokens.db")


@pytest.mark.parametrize("host", ["127.0.0.1:8610", "localhost:8610", "localhost", "[::1]:8610", "[::1]"])
def test_this_machine_needs_no_token(tokens: Tokens, host: str) -> None:
    assert grant_of(request(host=host), tokens) == LOOPBACK


@pytest.mark.parametrize(
    "made",
    [
        request(client="10.0.0.7"),
        request(host="sundial.example"),
        request(x_forwarded_for="10.0.0.7"),
        request(forwarded="for=10.0.0.7"),
        request(host=""),
        request(origin="https://evil.example"),
        request(origin="http://127.0.0.1:1"),
        request(origin="null"),
    ],
)
def test_anyone_else_does(tokens: Tokens, made: Request) -> None:
    assert grant_of(made, tokens) is None
    with pytest.raises(Problem) as error:
        require(made, tokens, "read")
    assert error.value.status == 401
    assert "WWW-Authenticate" in error.value.headers


def test_a_token_says_who_may_say_what(tokens: Tokens) -> None:
    identifier, token = tokens.add("hall-a", ["a"], ["write"], 1)
    grant = grant_of(request(client="10.0.0.7", authorization=f"Bearer {token}"), tokens)
    assert grant is not None
    assert (grant.source, grant.halls, grant.permissions) == ("hall-a", {"a"}, {"write"})
    with pytest.raises(Problem) as error:
        require(request(client="10.0.0.7", authorization=f"Bearer {token}"), tokens, "read")
    assert error.value.status == 403
    assert tokens.revoke(identifier, 2)
    assert not tokens.revoke(identifier, 3)
    assert grant_of(request(client="10.0.0.7", authorization=f"Bearer {token}"), tokens) is None


def test_a_wrong_token_is_no_token_even_here(tokens: Tokens) -> None:
    assert grant_of(request(authorization="Bearer sdl_wrong"), tokens) is None


def test_the_cookie_reads_and_never_writes(tokens: Tokens) -> None:
    _, token = tokens.add("wall", [], ["read", "write"], 1)
    made = request(client="10.0.0.7", cookie=f"sundial_token={token}")
    assert require(made, tokens, "read").source == "wall"
    with pytest.raises(Problem):
        require(made, tokens, "write")


def test_the_token_itself_is_not_kept(tokens: Tokens, tmp_path: Path) -> None:
    assert not tokens.any_live()
    _, token = tokens.add("hall-a", ["a"], ["write"], 1)
    assert tokens.any_live()
    for file in tmp_path.iterdir():
        assert token.encode() not in file.read_bytes()
        assert token.removeprefix("sdl_").encode() not in file.read_bytes()
