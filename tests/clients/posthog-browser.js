import posthog from "posthog-js";
import { done, settings, traits, user } from "./page.js";

posthog.init(settings.key, {
  api_host: settings.address,
  autocapture: false,
  capture_pageview: false,
  disable_session_recording: true,
  advanced_disable_flags: true,
  disable_external_dependency_loading: true,
  opt_out_useragent_filter: true,
  persistence: "memory",
  request_batching: false,
  loaded: () => {
    for (let visit = 0; visit < 3; visit += 1)
      posthog.capture("$pageview", { $current_url: "https://www.example.com/pricing", $pathname: "/pricing" });
    posthog.identify(user, traits);
    posthog.capture("Demo Requested", { form: "demo" });
    setTimeout(done, 1500);
  },
});
