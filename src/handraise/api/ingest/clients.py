"""What browser libraries ask for besides sending events: settings, flags, configuration.

The answers name no secrets: each is public, as the page is that asks for it.
"""

import re
from typing import Any, Final

from handraise.api.ingest.answers import Answer, json_answer, script_answer
from handraise.api.ingest.requests import Request

_HOST: Final = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?", re.ASCII)
_BRIEFLY: Final = {"cache-control": "public, max-age=60"}

# PostHog's client works without flags, recordings and surveys when it is told that there are none.
_POSTHOG: Final[dict[str, Any]] = {
    "config": {"enable_collect_everything": False},
    "featureFlags": {},
    "featureFlagPayloads": {},
    "flags": {},
    "errorsWhileComputingFlags": False,
    "hasFeatureFlags": False,
    "supportedCompression": ["gzip", "gzip-js"],
    "autocapture_opt_out": True,
    "autocaptureExceptions": False,
    "capturePerformance": False,
    "captureDeadClicks": False,
    "elementsChainAsString": True,
    "heatmaps": False,
    "sessionRecording": False,
    "surveys": False,
    "siteApps": [],
    "toolbarParams": {},
    "isAuthenticated": False,
    "defaultIdentifiedOnly": True,
}


def segment_settings(request: Request, key: str, public_address: str | None) -> Answer:
    """What Segment's browser library loads first: send everything here, to no other destination."""
    protocol, host = _address(request, public_address)
    everything = {"__default": {"enabled": True, "integrations": {}}}
    settings = {
        "integrations": {
            "Segment.io": {
                "apiKey": key,
                "apiHost": f"{host}/v1",
                "protocol": protocol,
                "unbundledIntegrations": [],
                "addBundledMetadata": True,
                "maybeBundledConfigIds": {},
                "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
            }
        },
        "plan": {"track": everything, "identify": everything, "group": everything},
        "edgeFunction": {},
        "analyticsNextEnabled": True,
        "middlewareSettings": {},
        "enabledMiddleware": {},
        "metrics": {"sampleRate": 0, "host": f"{host}/v1"},
        "legacyVideoPluginsEnabled": False,
        "remotePlugins": [],
    }
    return json_answer(settings, headers=_BRIEFLY)


def rudder_settings(key: str) -> Answer:
    """What RudderStack's browser library loads first: one source, no destinations."""
    source = {
        "id": key,
        "name": "handraise",
        "writeKey": key,
        "enabled": True,
        "workspaceId": "handraise",
        "config": {"statsCollection": {"errors": {"enabled": False}, "metrics": {"enabled": False}}},
        "connections": [],
        "destinations": [],
        "dataplanes": {},
    }
    return json_answer({"source": source, "updatedAt": None}, headers=_BRIEFLY)


def posthog_settings() -> Answer:
    """No flags, no recordings, no surveys."""
    return json_answer(_POSTHOG)


def posthog_script() -> Answer:
    """The same as a script, the form in which newer versions load it; empty, so its defaults hold."""
    return script_answer("/* no remote configuration */\n")


def _address(request: Request, public_address: str | None) -> tuple[str, str]:
    if public_address is not None:
        protocol, _, host = public_address.rstrip("/").partition("://")
        return protocol, host
    host = request.headers.get("host", "")
    return request.scheme, host if _HOST.fullmatch(host) else "localhost"
