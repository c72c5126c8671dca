import { buildPageView, buildSelfDescribingEvent, newTracker } from "@snowplow/node-tracker";
import { asked, pages, settings, traits, user, visitor } from "./story.mjs";

const sent = [];
const tracker = newTracker(
  { namespace: "test", appId: settings.key },
  {
    endpoint: settings.address,
    bufferSize: 1,
    onRequestSuccess: (batch) => sent.push(...batch),
  },
);
tracker.setDomainUserId(visitor);
for (const path of pages) tracker.track(buildPageView({ pageUrl: `https://www.example.com${path}`, pageTitle: "Pricing" }));
tracker.setUserId(user);
const described = (name, data) =>
  buildSelfDescribingEvent({ event: { schema: `iglu:com.handraise/${name}/jsonschema/1-0-0`, data } });
tracker.track(described("identify", traits));
tracker.track(described(asked.toLowerCase().replaceAll(" ", "_"), { form: "demo" }));
for (let waited = 0; sent.length < pages.length + 2 && waited < 100; waited += 1)
  await new Promise((resolve) => setTimeout(resolve, 100));
