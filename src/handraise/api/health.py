"""Whether the process lives, whether it can work, and what it counts."""

import shutil
from typing import Annotated, Any, Final

import structlog
from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from handraise.core.errors import HandraiseError
from handraise.http.callers import OPEN, Call, OneTransaction, needs, services_of
from handraise.store import health, schema
from handraise.store.health import Backlog
from handraise.wiring import Services

LONGEST_LAG: Final = 60.0
LEAST_SPACE: Final = 200 * 1024**2
_log = structlog.get_logger("handraise.health")

router = APIRouter(tags=["health"], route_class=OneTransaction)


@router.get("/livez", dependencies=[OPEN])
async def livez() -> dict[str, str]:
    """Say that the process answers. Nothing else is looked at: a restart would not mend it."""
    return {"status": "alive"}


@router.get("/readyz", dependencies=[OPEN])
def readyz(request: Request) -> Response:
    """Say whether requests can be served: database, tables, disk. A long queue is only a warning."""
    found = _checks(services_of(request))
    is_ready = all(check["ok"] or check.get("warning") for check in found.values())
    return JSONResponse(
        {"status": "ready" if is_ready else "not_ready", "checks": found}, 200 if is_ready else 503
    )


@router.get("/metrics")
def metrics(call: Annotated[Call, needs("reports:read")]) -> Response:
    """Everything that is counted, for Prometheus; it needs an API key with `reports:read`."""
    own = call.services.metrics.shown()
    waiting = generate_latest(_gauges(health.backlog(call.connection, call.now)))
    return PlainTextResponse(own + waiting, media_type=CONTENT_TYPE_LATEST)


def _checks(services: Services) -> dict[str, dict[str, Any]]:
    free = shutil.disk_usage(services.settings.folder if services.settings.folder.exists() else ".").free
    found: dict[str, dict[str, Any]] = {"disk": {"ok": free >= LEAST_SPACE}}
    try:
        with services.database.transaction() as connection:
            found["database"] = {"ok": True}
            schema.check_version(connection)
            found["schema"] = {"ok": True}
            lag = health.lag(connection, services.now())
            is_long = lag > LONGEST_LAG
            found["queue"] = {"ok": not is_long, "warning": is_long, "lag_seconds": round(lag, 1)}
    except (schema.SchemaBehind, schema.SchemaAhead) as error:
        found["schema"] = {"ok": False, "detail": str(error)}
    except HandraiseError:
        found["database"] = {"ok": False, "detail": "the database does not answer"}
    except Exception as error:  # a check that fails says so; it does not fail the answer
        _log.warning("check failed", error=type(error).__name__)
        found["database"] = {"ok": False, "detail": "the database cannot be read"}
    return found


def _gauges(found: Backlog) -> CollectorRegistry:
    registry = CollectorRegistry()
    Gauge(
        "handraise_dirty_lag_seconds", "How long the lead has waited that waits longest.", registry=registry
    ).set(found.lag_seconds)
    waiting = Gauge(
        "handraise_backlog", "What is open or waits, by kind and state.", ["what", "state"], registry=registry
    )
    for (what, state), count in found.counts.items():
        waiting.labels(what, state).set(count)
    return registry
