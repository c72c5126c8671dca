"""The pages as an application of their own, beside the API."""

from asyncio import Semaphore
from collections.abc import MutableMapping
from typing import Any, Final

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders

from handraise.http.envelope import Application, Receive, Scope, Send
from handraise.http.permissions import require_permissions, routes
from handraise.web import faults
from handraise.web.built import BUILT_PATH, Built, BuiltFiles
from handraise.web.routes import ROUTERS
from handraise.wiring import Services

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""What a page may load, do and be put into; no page has an exception."""


def pages(services: Services, turns: Semaphore) -> Application:
    """The application of the pages.

    Parameters
    ----------
    turns
        How many calls may hold a connection at once, shared with the API.

    Raises
    ------
    PermissionForgotten
        When a page does not say who may see it.
    """
    require_permissions(ROUTERS)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.services, app.state.turns, app.state.built = services, turns, Built.read()
    app.state.served = {route.path for route in routes(ROUTERS)}
    app.mount(BUILT_PATH, BuiltFiles(), name="built")
    for router in ROUTERS:
        app.include_router(router)
    faults.install(app)
    return _with_policy(app)


def _with_policy(app: Application) -> Application:
    """Every answer says what its page may load."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).setdefault("content-security-policy", POLICY)
            await send(message)

        await app(scope, receive, sending)

    return application
