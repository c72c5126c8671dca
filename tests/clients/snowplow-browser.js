import { newTracker, setCustomUrl, setUserId, trackPageView, trackSelfDescribingEvent } from "@snowplow/browser-tracker";
import { done, settings, traits, user } from "./page.js";

newTracker("test", settings.address, { appId: settings.key, bufferSize: 1, contexts: { webPage: true } });
setCustomUrl("https://www.example.com/pricing");
for (let visit = 0; visit < 3; visit += 1) trackPageView({ title: "Pricing" });
setUserId(user);
trackSelfDescribingEvent({
  event: { schema: "iglu:com.handraise/identify/jsonschema/1-0-0", data: traits },
});
trackSelfDescribingEvent({
  event: { schema: "iglu:com.handraise/demo_requested/jsonschema/1-0-0", data: { form: "demo" } },
});
setTimeout(done, 2000);
