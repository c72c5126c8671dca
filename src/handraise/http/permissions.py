"""Every route says who may call it; one that forgot to is not served."""

from collections.abc import Iterable

from fastapi import APIRouter
from fastapi.routing import APIRoute

from handraise.core.errors import HandraiseError


class PermissionForgotten(HandraiseError):
    """A route does not say who may call it, so nobody may start it."""


def routes(routers: Iterable[APIRouter]) -> list[APIRoute]:
    """Every route of those."""
    return [route for router in routers for route in router.routes if isinstance(route, APIRoute)]


def permission_of(route: APIRoute) -> str | None:
    """The permission that a route declares; None when it forgot to."""
    waiting = [*route.dependant.dependencies]
    while waiting:
        dependant = waiting.pop()
        declared: str | None = getattr(dependant.call, "permission", None)
        if declared is not None:
            return declared
        waiting += dependant.dependencies
    return None


def require_permissions(routers: Iterable[APIRouter]) -> None:
    """Pass routers whose routes all say who may call them.

    Raises
    ------
    PermissionForgotten
        When a route declares no permission.
    """
    forgotten = [route.path for route in routes(routers) if permission_of(route) is None]
    if forgotten:
        raise PermissionForgotten(f"These routes do not say who may call them: {', '.join(forgotten)}.")
