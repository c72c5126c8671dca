"""The story of `story.mjs`, told by the Python libraries: `python_story.py LIBRARY ADDRESS KEY PERSON`."""

import sys
from typing import Any

PAGES = ("/pricing", "/pricing", "/pricing")
ASKED = "Demo Requested"


def traits(person: str) -> dict[str, Any]:
    return {
        "email": f"{person}@northwind.example",
        "firstName": "Example",
        "lastName": person,
        "title": "VP Marketing",
        "company": {"name": "Northwind", "employees": 250, "industry": "software"},
    }


def segment(address: str, key: str, person: str) -> None:
    from segment.analytics.client import Client

    client = Client(write_key=key, host=address, gzip=True, max_retries=1)
    _tell_segment(client, person)


def rudder(address: str, key: str, person: str) -> None:
    from rudderstack.analytics.client import Client

    client = Client(write_key=key, host=address, max_retries=1)
    _tell_segment(client, person)


def _tell_segment(client: Any, person: str) -> None:
    visitor, user = f"visitor-{person}", f"user-{person}"
    for path in PAGES:
        client.page(anonymous_id=visitor, name="Pricing", properties={"path": path})
    client.identify(user_id=user, anonymous_id=visitor, traits=traits(person))
    client.track(user_id=user, anonymous_id=visitor, event=ASKED, properties={"form": "demo"})
    client.flush()
    client.join()


def posthog(address: str, key: str, person: str) -> None:
    from posthog import Posthog

    client = Posthog(key, host=address, disable_geoip=True, enable_exception_autocapture=False)
    visitor, user = f"visitor-{person}", f"user-{person}"
    for path in PAGES:
        url = f"https://www.example.com{path}"
        client.capture("$pageview", distinct_id=visitor, properties={"$current_url": url, "$pathname": path})
    linked = {"$anon_distinct_id": visitor, "$set": traits(person)}
    client.capture("$identify", distinct_id=user, properties=linked)
    client.capture(ASKED, distinct_id=user, properties={"form": "demo"})
    client.shutdown()


def snowplow(address: str, key: str, person: str) -> None:
    from urllib.parse import urlsplit

    # The package exports none of these in a way that type checkers accept.
    from snowplow_tracker.emitters import Emitter
    from snowplow_tracker.events.page_view import PageView
    from snowplow_tracker.events.self_describing import SelfDescribing
    from snowplow_tracker.self_describing_json import SelfDescribingJson
    from snowplow_tracker.subject import Subject
    from snowplow_tracker.tracker import Tracker

    where = urlsplit(address)
    assert where.hostname is not None
    emitter = Emitter(where.hostname, protocol="http", port=where.port, method="post", batch_size=1)
    subject = Subject().set_domain_user_id(f"visitor-{person}")
    tracker = Tracker(namespace="test", emitters=emitter, subject=subject, app_id=key)
    for path in PAGES:
        tracker.track(PageView(page_url=f"https://www.example.com{path}", page_title="Pricing"))
    subject.set_user_id(f"user-{person}")
    schema = "iglu:com.handraise/{}/jsonschema/1-0-0"
    tracker.track(SelfDescribing(SelfDescribingJson(schema.format("identify"), traits(person))))
    tracker.track(SelfDescribing(SelfDescribingJson(schema.format("demo_requested"), {"form": "demo"})))
    tracker.flush()


if __name__ == "__main__":
    library, *rest = sys.argv[1:]
    {"segment": segment, "rudder": rudder, "posthog": posthog, "snowplow": snowplow}[library](*rest)
