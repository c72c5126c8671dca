import { Analytics } from "@segment/analytics-node";
import { asked, pages, settings, traits, user, visitor } from "./story.mjs";

const analytics = new Analytics({ writeKey: settings.key, host: settings.address, flushAt: 2 });
for (const path of pages) analytics.page({ anonymousId: visitor, name: "Pricing", properties: { path } });
analytics.identify({ anonymousId: visitor, userId: user, traits });
analytics.track({ anonymousId: visitor, userId: user, event: asked, properties: { form: "demo" } });
await analytics.closeAndFlush();
