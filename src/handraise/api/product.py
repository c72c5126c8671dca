"""The product's own interface: `/api/v1` and what tells of its health."""

from asyncio import Semaphore, to_thread
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from handraise.api import health, problems
from handraise.api.callers import permission_of
from handraise.api.envelope import Application, Envelope
from handraise.api.routes import ROUTERS
from handraise.core.errors import HandraiseError
from handraise.wiring import Services

OPENAPI: Final = "/api/v1/openapi.json"
# Capture and the look-up of sources need a connection, whatever else goes on.
_KEPT_FREE: Final = 2


class PermissionForgotten(HandraiseError):
    """A route does not say who may call it, so nobody may start it."""


def product(services: Services, *, on_stop: Callable[[], None] | None = None) -> Application:
    """The application, with everything around it.

    Parameters
    ----------
    on_stop
        Called when the server stops, after the last request: `services.close`.

    Raises
    ------
    PermissionForgotten
        When a route declares no permission.
    """
    routers = (*ROUTERS, health.router)
    _require_permissions(routers)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        if on_stop is not None:
            await to_thread(on_stop)

    app = FastAPI(
        title="Handraise",
        version="1",
        openapi_url=OPENAPI,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.services = services
    app.state.turns = Semaphore(max(services.settings.database_connections - _KEPT_FREE, 1))
    for router in routers:
        app.include_router(router)
    problems.install(app)
    app.openapi = lambda: described(app, routers)  # type: ignore[method-assign]
    is_tls = (services.settings.public_url or "").startswith("https://")
    return Envelope(app, metrics=services.metrics, is_tls=is_tls)


def routes(routers: Iterable[APIRouter] = (*ROUTERS, health.router)) -> list[APIRoute]:
    """Every route there is."""
    return [route for router in routers for route in router.routes if isinstance(route, APIRoute)]


def described(app: FastAPI, routers: Iterable[APIRouter]) -> dict[str, Any]:
    """The OpenAPI description; `x-permission` of an operation is what the caller needs."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title,
            version=app.version,
            description="Problems are `application/problem+json`. Lists come in pages: `next` of one is the "
            "`cursor` of the following. A POST with an `Idempotency-Key` can be repeated for a day.",
            routes=app.routes,
        )
        for route in routes(routers):
            for method in route.methods or ():
                found["paths"][route.path][method.lower()]["x-permission"] = permission_of(route)
        app.openapi_schema = found
    return app.openapi_schema


def _require_permissions(routers: Iterable[APIRouter]) -> None:
    forgotten = [route.path for route in routes(routers) if permission_of(route) is None]
    if forgotten:
        raise PermissionForgotten(f"These routes do not say who may call them: {', '.join(forgotten)}.")
