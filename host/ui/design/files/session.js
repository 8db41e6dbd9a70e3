// Clears the page as soon as its reader is no longer signed in: what the gate refuses must not stay on the screen.
// Streamlit itself leaves everything as it is and goes on trying to connect.
(() => {
  "use strict";
  const SIGNED_OUT = 4401;
  const PROBE = "/_host/session";
  const PATIENCE_MS = 5000;
  let tag;
  let leaving = false;
  let departed = -Infinity;

  function blank() {
    document.title = "";
    document.documentElement.style.visibility = "hidden";
    document.body.replaceChildren();
  }

  // The same address once more: the gate leads from there to sign-in and back. Where this very page has just begun to
  // lead elsewhere, as the form does that signs out, its answer goes first.
  function leave() {
    if (leaving) return;
    leaving = true;
    blank();
    const wait = performance.now() - departed < PATIENCE_MS ? PATIENCE_MS : 0;
    setTimeout(() => location.replace(location.pathname + location.search), wait);
  }

  addEventListener("beforeunload", () => { departed = performance.now(); });

  async function ask() {
    const answer = await fetch(PROBE, { cache: "no-store", credentials: "same-origin" });
    return { status: answer.status, tag: answer.headers.get("X-Session-Tag") };
  }

  async function check() {
    try {
      const now = await ask();
      const another = now.status === 204 && tag !== undefined && now.tag !== tag;
      if (now.status === 401 || another) leave();
      else if (now.status === 204) tag ??= now.tag;
      return now.status === 204 && !another;
    } catch {
      return undefined; // no connection: the app says so itself, and nothing new can arrive
    }
  }

  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...given) {
      super(...given);
      let opened = false;
      this.addEventListener("open", () => { opened = true; if (tag === undefined) check(); });
      // A refused handshake looks like a lost connection; only the probe tells them apart.
      this.addEventListener("close", (event) => { if (event.code === SIGNED_OUT) leave(); else if (!opened) check(); });
    }
  };

  // A page that the browser kept for "back" is looked at only after it is known who reads it.
  addEventListener("pagehide", (event) => { if (event.persisted) document.documentElement.style.visibility = "hidden"; });
  addEventListener("pageshow", async (event) => {
    if (!event.persisted) return;
    departed = -Infinity;
    if (await check()) document.documentElement.style.visibility = "";
    else leave();
  });
})();
