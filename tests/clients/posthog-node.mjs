import { PostHog } from "posthog-node";
import { asked, pages, settings, traits, user, visitor } from "./story.mjs";

const posthog = new PostHog(settings.key, { host: settings.address, flushAt: 20, disableGeoip: true });
for (const path of pages)
  posthog.capture({
    distinctId: visitor,
    event: "$pageview",
    properties: { $current_url: `https://www.example.com${path}`, $pathname: path },
  });
posthog.capture({
  distinctId: user,
  event: "$identify",
  properties: { $anon_distinct_id: visitor, $set: traits },
});
posthog.capture({ distinctId: user, event: asked, properties: { form: "demo" } });
await posthog.shutdown();
