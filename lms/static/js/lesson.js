// The player's beacons: where the reader is, how long the page was seen, which blocks to their end.
// Without this module the page works; the lesson to go on with is then the first not done.
const form = document.querySelector("[data-lesson-position]");
const text = document.querySelector(".lesson-text .prose");

const END = 1000; // positions are thousandths of a height
const TICK = 5000; // how often it is looked whether the page is seen, in ms
const BEAT = 45; // seconds seen that make a beacon
const IDLE = 75_000; // without any sign of a reader the time stops
const STORE = "cohub-seen";
const KEEP = 80; // beacons kept without network
const LATE = 12 * 3600; // what is older is counted no more

if (form && text) {
  const { lessonPosition, lessonPlace, lessonPlacePosition, lessonReader, lessonRead, lessonSeen } = form.dataset;
  const visit = crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
    (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));
  const blocks = [...document.querySelectorAll(".lesson-body > [data-block]")];
  const line = () => window.innerHeight / 3;
  const share = (box) => Math.max(0, Math.min(END, Math.round(((line() - box.top) / Math.max(1, box.height)) * END)));

  // --- The place: the block that is read, and how far; the same on every screen and in every language.
  const here = () => {
    const block = blocks.findLast((one) => one.getBoundingClientRect().top <= line());
    return {
      position: share(text.getBoundingClientRect()),
      ...(block ? { place: block.dataset.block, place_position: share(block.getBoundingClientRect()) } : {}),
    };
  };

  const restore = () => {
    const block = blocks.find((one) => one.dataset.block === lessonPlace);
    const box = (block ?? text).getBoundingClientRect();
    const far = Number(block ? lessonPlacePosition : lessonPosition);
    window.scrollTo({ top: box.top + window.scrollY + (box.height * far) / END - line(), behavior: "instant" });
    const notice = document.querySelector("[data-lesson-resume]");
    if (notice) notice.hidden = false;
  };

  // A link to a place in the text, or the browser's own restoration on reload, wins.
  const left = Number(lessonPosition);
  const navigation = performance.getEntriesByType("navigation")[0];
  if (left > 50 && left < 990 && !location.hash && navigation?.type === "navigate") {
    document.fonts.ready.then(restore);
  }

  // --- The time: only while the page is seen by somebody.
  let seen = 0; // ms not yet told
  let last = performance.now();
  let sign = last;
  let watched = false;
  let number = 0;
  let told = { position: left };
  for (const name of ["scroll", "wheel", "keydown", "pointerdown", "pointermove", "touchstart", "input", "focusin"]) {
    addEventListener(name, () => { sign = performance.now(); }, { passive: true, capture: true });
  }
  const playing = () => [...document.querySelectorAll("audio, video")].some((one) => !one.paused && !one.ended);
  const isWatched = () =>
    document.visibilityState === "visible" && document.hasFocus() && (performance.now() - sign < IDLE || playing());
  const count = () => {
    const now = performance.now();
    // A machine that slept gives one tick, not the night.
    if (watched) seen += Math.min(now - last, TICK * 1.5);
    last = now;
    watched = isWatched();
  };

  // --- What is told.
  const parts = new Set();
  let fresh = new Set();
  const beacon = () => {
    const seconds = Math.floor(seen / 1000);
    seen -= seconds * 1000;
    number += 1;
    const place = here();
    told = place;
    const facts = { visit, number, seconds, ...place };
    if (fresh.size) facts.parts = [...fresh].join(",");
    fresh = new Set();
    return facts;
  };
  const body = (facts) => {
    const data = new FormData(form);
    for (const [name, value] of Object.entries(facts)) data.set(name, value);
    return data;
  };

  const kept = () => {
    try {
      const rows = JSON.parse(localStorage.getItem(STORE) || "[]");
      return rows.filter((row) => row.reader === lessonReader && Date.now() - row.at < LATE * 1000);
    } catch { return []; }
  };
  const keep = (rows) => {
    try { localStorage.setItem(STORE, JSON.stringify(rows.slice(-KEEP))); } catch { /* nowhere to keep it */ }
  };
  const later = (facts) => keep([...kept(), { reader: lessonReader, url: form.action, at: Date.now(), facts }]);
  const post = (url, facts) =>
    fetch(url, { method: "POST", body: body(facts), keepalive: true, headers: { Accept: "application/json" } });

  let busy = false;
  const tell = async () => {
    if (busy) return;
    busy = true;
    const facts = beacon();
    try {
      // What was kept without network comes first: the time is counted in its order.
      for (let rows = kept(); rows.length; rows = rows.slice(1)) {
        const [row] = rows;
        await post(row.url, { ...row.facts, age: Math.round((Date.now() - row.at) / 1000) });
        keep(rows.slice(1));
      }
      const answer = await post(form.action, facts);
      if (answer.ok && (await answer.json()).done) changed();
    } catch { later(facts); }
    busy = false;
  };
  const leave = () => {
    count();
    const place = here();
    if (seen < 1000 && !fresh.size && place.position === told.position) return;
    const facts = beacon();
    if (!navigator.onLine || !navigator.sendBeacon(form.action, body(facts))) later(facts);
  };

  // Opening is a visit too; the position stays what it was until the reader has moved.
  number = 1;
  navigator.sendBeacon(form.action, body({ visit, number, seconds: 0 }));
  watched = isWatched();
  setInterval(() => { count(); read(); if (seen >= BEAT * 1000) tell(); }, TICK);
  // Phones end pages without `unload`: the last word is said whenever the page is hidden.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") leave();
    else { last = performance.now(); sign = last; watched = isWatched(); }
  });
  addEventListener("focus", () => { count(); sign = performance.now(); watched = isWatched(); });
  addEventListener("blur", () => { count(); });

  // --- Reading to the end: every block seen to its end, and the page for long enough.
  let done = lessonRead === undefined;
  const needed = Number(lessonRead || 0);
  const button = (shown) => {
    for (const one of document.querySelectorAll("[data-read-button]")) one.hidden = !shown;
    for (const one of document.querySelectorAll("[data-read-state]")) one.hidden = shown;
  };
  let total = Number(lessonSeen || 0);
  let before = performance.now();
  const read = () => {
    if (done) return;
    const now = performance.now();
    if (watched) total += Math.min(now - before, TICK * 1.5) / 1000;
    before = now;
    if (total < needed + 2) return;
    // Who reads by ear may never scroll: after the time of reading they can say so themselves.
    button(true);
    if (parts.size === blocks.length && fresh.size + seen >= 1000) tell();
  };
  if (!done) {
    button(false);
    const eye = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting, boundingClientRect: box } of entries) {
        if (!isIntersecting || box.bottom > window.innerHeight + 4) continue;
        parts.add(target.dataset.block);
        fresh.add(target.dataset.block);
        eye.unobserve(target);
      }
    }, { threshold: Array.from({ length: 41 }, (_none, step) => step / 40) });
    for (const block of blocks) eye.observe(block);
  }

  // --- The way to done, as it is now.
  const changed = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const bar = page.querySelector(".toolbar > .wrap");
    if (!answer.ok || !bar) return;
    document.querySelector(".toolbar > .wrap")?.replaceWith(bar);
    done = true;
  };
  document.addEventListener("lesson:changed", changed);
}
