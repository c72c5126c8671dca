import Analytics from "@rudderstack/rudder-sdk-node";
import { asked, pages, settings, traits, user, visitor } from "./story.mjs";

const analytics = new Analytics(settings.key, { dataPlaneUrl: settings.address, flushAt: 20, logLevel: "error" });
for (const path of pages) analytics.page({ anonymousId: visitor, name: "Pricing", properties: { path } });
analytics.identify({ anonymousId: visitor, userId: user, traits });
analytics.track({ anonymousId: visitor, userId: user, event: asked, properties: { form: "demo" } });
await analytics.flush();
