// Live updates, and the viewer's time zone. Every page works without this script.
"use strict";

(() => {
    const page = document.documentElement;
    const base = page.dataset.base;

    // The server writes times in the zone of this cookie. The first page was written without it.
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const cookie = "brain-zone=" + encodeURIComponent(zone);
    if (zone && !document.cookie.split("; ").includes(cookie)) {
        document.cookie = cookie + "; Path=" + base + "; Max-Age=31536000; SameSite=Strict"
            + (location.protocol === "https:" ? "; Secure" : "");
        if (page.dataset.zone !== zone && document.cookie.split("; ").includes(cookie)) {
            location.reload();
        }
    }

    // Elements with hx-trigger="brain:changed from:body" load themselves again. A hidden page asks for nothing.
    let events = null;
    const changed = () => document.body.dispatchEvent(new Event("brain:changed"));
    const listen = () => {
        const wanted = !document.hidden && document.querySelector("[hx-trigger*='brain:changed']") !== null;
        if (wanted && events === null) {
            events = new EventSource(base + "events");
            events.addEventListener("changed", changed);
        } else if (!wanted && events !== null) {
            events.close();
            events = null;
        }
    };
    document.addEventListener("visibilitychange", () => {
        const paused = events === null;
        listen();
        if (paused && events !== null) {
            changed();
        }
    });
    window.addEventListener("pagehide", () => {
        if (events !== null) {
            events.close();
            events = null;
        }
    });
    listen();
})();
