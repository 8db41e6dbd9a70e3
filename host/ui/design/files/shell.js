// What the shell can only do in the browser: look, language of the document, landmarks, scroll position, phone menu.
// It reads the note that each full run leaves in #host-note and keeps two readable cookies for the next visit.
(() => {
  "use strict";
  const STORE = `stActiveTheme-${location.pathname}-v2`;
  const NAMES = { auto: "System", light: "Light", dark: "Dark" };
  const A_YEAR_S = 365 * 24 * 3600;
  const PHONE = matchMedia("(max-width: 768px)");
  const darkSystem = matchMedia("(prefers-color-scheme: dark)");
  const LONGEST_WAIT_MS = 1500;
  const LONGEST_SILENCE_MS = 8000;
  const positions = new Map();
  let shown = {};
  let travelling = false;
  let noted;

  const main = () => document.querySelector('[data-testid="stMain"]');
  const wantedLook = (theme) => (theme === "auto" ? (darkSystem.matches ? "dark" : "light") : theme);

  function stored() {
    try { return JSON.parse(localStorage.getItem(STORE)); } catch { return null; }
  }

  function store(theme) {
    try { localStorage.setItem(STORE, JSON.stringify(NAMES[theme])); } catch { /* private mode: only this visit */ }
  }

  function cookie(name) {
    const found = document.cookie.split("; ").find((each) => each.startsWith(`${name}=`));
    return found && found.slice(name.length + 1);
  }

  function remember(name, value, usual) {
    const known = cookie(name);
    if (known === value || (known === undefined && value === usual)) return;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${name}=${value}; Path=/; Max-Age=${A_YEAR_S}; SameSite=Lax${secure}`;
  }

  function paint(look) {
    document.documentElement.style.colorScheme = look;
  }

  function applyLook() {
    const app = document.querySelector('[data-testid="stApp"]');
    const looks = document.getElementById("host-looks");
    if (!app || !looks || !shown.theme) return;
    const look = wantedLook(shown.theme);
    paint(look);
    if (getComputedStyle(app).colorScheme !== look) {
      const themeInfo = JSON.parse(looks.dataset.looks)[look];
      window.postMessage({ stCommVersion: 1, type: "SET_CUSTOM_THEME_CONFIG", themeName: "", themeInfo }, location.origin);
    }
    // Streamlit notes every look that it is given as the system's; the choice is put back for the next load.
    setTimeout(() => store(shown.theme), 200);
  }

  function landmarks(note) {
    const menu = document.querySelector(".st-key-host-menu");
    if (!menu) return;
    menu.setAttribute("role", "navigation");
    menu.setAttribute("aria-label", note.dataset.menuLabel);
    for (const button of menu.querySelectorAll("button")) {
      if (button.getAttribute("kind") === "secondary") button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
  }

  function arrive() {
    const place = main();
    if (place) place.scrollTop = travelling ? positions.get(location.search) || 0 : 0;
    travelling = false;
    if (PHONE.matches) {
      const sidebar = document.querySelector('[data-testid="stSidebar"][data-collapsed="false"]');
      sidebar?.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
    }
  }

  function read() {
    const note = document.getElementById("host-note");
    if (!note) return;
    landmarks(note);
    const now = { ...note.dataset };
    const before = shown;
    if (Object.keys(now).every((name) => now[name] === before[name])) return;
    shown = now;
    document.documentElement.lang = now.language;
    remember("language", now.wantedLanguage, now.usualLanguage);
    remember("theme", now.theme, now.usualTheme);
    if (now.theme !== before.theme) applyLook();
    if (before.page !== undefined && now.page !== before.page) arrive();
  }

  // The first picture is shown whole: parts that Streamlit loads later would push the others about.
  function reveal() {
    const root = document.documentElement;
    if (root.classList.contains("host-shown")) return;
    noted ??= document.getElementById("host-note") ? performance.now() : undefined;
    const unfinished = document.querySelector('[data-testid="stSkeleton"]') || document.fonts.status === "loading";
    const waited = performance.now() - (noted ?? Infinity);
    if (waited > LONGEST_WAIT_MS || (waited >= 0 && !unfinished)) root.classList.add("host-shown");
    else setTimeout(reveal, 30);
  }

  let asked = false;
  function ask() {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; read(); });
  }

  const early = stored();
  paint(early === "Dark" ? "dark" : early === "Light" ? "light" : "light dark");
  reveal();
  setTimeout(() => document.documentElement.classList.add("host-shown"), LONGEST_SILENCE_MS);
  new MutationObserver(ask).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["kind"] });
  darkSystem.addEventListener("change", applyLook);
  addEventListener("popstate", () => { travelling = true; });
  addEventListener("pagehide", () => { if (shown.theme) store(shown.theme); });
  document.addEventListener("scroll", () => { const place = main(); if (place) positions.set(location.search, place.scrollTop); }, { capture: true, passive: true });
})();
