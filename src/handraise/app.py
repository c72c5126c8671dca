"""The web application, for an ASGI server: the ingest door, and behind it the product's interface and pages.

`handraise web` serves it with `handraise.api.serving.Server`; any server for ASGI can.
"""

from typing import Final

from handraise.api.ingest import IngestDoor, RateLimits, SourceCache
from handraise.api.product import product
from handraise.http.envelope import Application
from handraise.logs import set_up
from handraise.settings import read_settings
from handraise.web import pages
from handraise.wiring import Services, build

RATES: Final = "rates"


def create() -> Application:
    """The application as the environment says; it gives everything back when its server stops."""
    settings = read_settings()
    set_up(settings.log_level, settings.log_format)
    services = build(settings)
    return application(services, closes=True)


def application(services: Services, *, closes: bool = False) -> Application:
    """The application with these services; with `closes` it closes them when its server stops."""
    settings = services.settings
    per_minute = settings.ingest_per_minute
    return IngestDoor(
        services.capture,
        SourceCache(services.database),
        clock=services.now,
        otherwise=product(services, pages=pages, on_stop=services.close if closes else None),
        public_address=settings.public_url,
        limits=RateLimits(None if per_minute is None else per_minute / 60, shared=settings.folder / RATES),
    )
