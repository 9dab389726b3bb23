"""The screens: the built files of `dashboards/web`, and the door for browsers from beyond loopback."""

from html import escape
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from api.auth import COOKIE, grant_of
from api.envelopes import read_body
from api.problems import Problem
from api.services import Services, services_of

router = APIRouter(include_in_schema=False)

_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Sundial 日晷</title>
<h1>日晷 Sundial</h1>
<p>The screens are not built yet. Run <code>make install</code>, which builds them, or
<code>npm ci &amp;&amp; npm run build</code> in <code>dashboards/web</code>, then reload this page.</p>
<p lang="zh-CN">界面尚未构建。请运行 <code>make install</code>（会构建界面），然后刷新本页。</p>
<p>The API is running: <a href="/v1/wall">/v1/wall</a>,
<a href="/openapi.json">/openapi.json</a>.</p></html>"""

_LOGIN = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Sundial 日晷</title>
<h1>日晷 Sundial</h1><p>{message}</p>
<form method="post" action="/login"><label>Token 令牌 <input name="token" type="password" autofocus
autocomplete="current-password"></label> <button>Open 进入</button></form></html>"""


@router.get("/login")
async def login_page() -> HTMLResponse:
    """Ask for a token with the permission to read."""
    return _ask("This screen needs a token with the permission to read. 请输入具有读取权限的令牌。")


@router.post("/login")
async def login(request: Request, services: Annotated[Services, Depends(services_of)]) -> Response:
    """Check the token and keep it in a cookie that scripts cannot see and other sites cannot use."""
    form = parse_qs((await read_body(request, 4096)).decode(errors="replace"))
    token = form.get("token", [""])[0].strip()
    grant = services.tokens.grant(token)
    if grant is None or "read" not in grant.permissions:
        return _ask("This token is not valid, or may not read. 令牌无效或无读取权限。", 403)
    answer = RedirectResponse("/", 303)
    answer.set_cookie(
        COOKIE,
        token,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        max_age=30 * 24 * 3600,
    )
    return answer


def _ask(message: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(_LOGIN.format(message=escape(message)), status)


@router.get("/{path:path}")
async def screen(
    path: str, request: Request, services: Annotated[Services, Depends(services_of)]
) -> Response:
    """A built file, or the one page of the application for every address that is its own."""
    if path.startswith("v1/"):
        raise Problem(404, "not-found", f"no such path: /{path}; see /openapi.json", "path")
    file = built_file(services.web, path)
    if file is not None:
        forever = path.startswith("assets/")
        return FileResponse(
            file, headers={"Cache-Control": "public, max-age=31536000, immutable" if forever else "no-cache"}
        )
    if "." in path.rpartition("/")[2]:
        raise Problem(404, "not-found", f"no such file: /{path}", "path")
    grant = grant_of(request, services.tokens)
    if grant is None or "read" not in grant.permissions:
        return RedirectResponse("/login", 303)
    index = services.web / "index.html"
    if not index.is_file():
        return HTMLResponse(_NOT_BUILT, 200 if path == "" else 404)
    return FileResponse(index, headers={"Cache-Control": "no-cache"})


def built_file(web: Path, path: str) -> Path | None:
    """The file of the build that `path` names, never one outside it, and not the page itself."""
    if path in ("", "index.html") or "\0" in path:
        return None
    try:
        file = (web / path).resolve()
        inside = file.is_relative_to(web.resolve()) and file.is_file()
    except OSError:
        return None
    return file if inside else None
