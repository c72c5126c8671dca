import { AnalyticsBrowser } from "@segment/analytics-next";
import { done, settings, traits, user } from "./page.js";

const host = settings.address.replace(/^https?:\/\//, "");
const analytics = AnalyticsBrowser.load(
  { writeKey: settings.key, cdnURL: settings.address },
  { integrations: { "Segment.io": { apiHost: `${host}/v1`, protocol: "http" } } },
);
const send = async () => {
  for (let visit = 0; visit < 3; visit += 1) await analytics.page("Pricing", { path: "/pricing" });
  await analytics.identify(user, traits);
  await analytics.track("Demo Requested", { form: "demo" });
  done();
};
send();
