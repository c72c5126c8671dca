import { RudderAnalytics } from "@rudderstack/analytics-js/bundled";
import { done, settings, traits, user } from "./page.js";

const analytics = new RudderAnalytics();
analytics.load(settings.key, settings.address, {
  configUrl: settings.address,
  destSDKBaseURL: settings.address,
  pluginsSDKBaseURL: settings.address,
  logLevel: "ERROR",
});
analytics.ready(() => {
  for (let visit = 0; visit < 3; visit += 1) analytics.page("Docs", "Pricing", { path: "/pricing" });
  analytics.identify(user, traits);
  analytics.track("Demo Requested", { form: "demo" }, done);
  setTimeout(done, 3000);
});
