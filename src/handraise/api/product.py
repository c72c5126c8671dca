"""The product's own interface: `/api/v1` and what tells of its health."""

from asyncio import Semaphore, to_thread
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from handraise.api import health
from handraise.api.routes import ROUTERS
from handraise.http import problems
from handraise.http.envelope import Application, Envelope, Receive, Scope, Send
from handraise.http.permissions import permission_of, require_permissions, routes
from handraise.wiring import Services

OPENAPI: Final = "/api/v1/openapi.json"
# Capture and the look-up of sources need a connection, whatever else goes on.
_KEPT_FREE: Final = 2

EVERY_ROUTER: Final = (*ROUTERS, health.router)
_OURS: Final = ("/api/", "/slack/", "/livez", "/readyz", "/metrics")
Pages = Callable[[Services, Semaphore], Application]


def product(
    services: Services, *, pages: Pages | None = None, on_stop: Callable[[], None] | None = None
) -> Application:
    """The application, with everything around it.

    Parameters
    ----------
    pages
        Makes what answers everywhere else, such as the pages people work in. It gets the turns too: pages
        and calls share the connections.
    on_stop
        Called when the server stops, after the last request: `services.close`.

    Raises
    ------
    PermissionForgotten
        When a route declares no permission.
    """
    require_permissions(EVERY_ROUTER)

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
    turns = app.state.turns = Semaphore(max(services.settings.database_connections - _KEPT_FREE, 1))
    for router in EVERY_ROUTER:
        app.include_router(router)
    problems.install(app)
    app.openapi = lambda: described(app)  # type: ignore[method-assign]
    is_tls = (services.settings.public_url or "").startswith("https://")
    inner = app if pages is None else _beside(app, pages(services, turns))
    return Envelope(inner, metrics=services.metrics, is_tls=is_tls)


def _beside(app: Application, pages: Application) -> Application:
    """The interface at its own addresses, pages everywhere else."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        is_page = scope["type"] == "http" and not scope["path"].startswith(_OURS)
        await (pages if is_page else app)(scope, receive, send)

    return application


def described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI description; `x-permission` of an operation is what the caller needs."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title,
            version=app.version,
            description="Problems are `application/problem+json`. Lists come in pages: `next` of one is the "
            "`cursor` of the following. A POST with an `Idempotency-Key` can be repeated for a day.",
            routes=app.routes,
        )
        for route in routes(EVERY_ROUTER):
            for method in route.methods or ():
                found["paths"][route.path][method.lower()]["x-permission"] = permission_of(route)
        app.openapi_schema = found
    return app.openapi_schema
