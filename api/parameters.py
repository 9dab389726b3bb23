"""Query parameters that a route does not have are refused: a misspelt one would silently answer another question."""

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query as QueryField
from fastapi.routing import APIRoute

from api.problems import Problem


def known_parameters(request: Request) -> None:
    """A 422 problem that names the first unknown parameter, and those that the route has."""
    route = request.scope.get("route")
    if not request.query_params or not isinstance(route, APIRoute):
        return
    known = _names(route)
    for name in request.query_params:
        if name not in known:
            expected = f"one of {', '.join(known)}" if known else "none: this path takes no parameters"
            raise Problem(
                422,
                "invalid-parameter",
                f"unknown parameter {name[:100]!r}; expected {expected}",
                f"query.{name[:100]}",
            )


def _names(route: APIRoute) -> tuple[str, ...]:
    return tuple(
        sorted(
            one.alias for one in get_flat_params(route.dependant) if isinstance(one.field_info, QueryField)
        )
    )
