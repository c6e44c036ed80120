// form[data-application]: keeps the draft while it is written, says so, and waits for the connection to come back.
// Without it the form's own buttons do. Another tab's words are never overwritten: the server compares revisions.

const PAUSE_MS = 2000;
const RETRY_MS = [3000, 6000, 12000, 30000];

for (const form of document.querySelectorAll("[data-application]")) keepDraft(form);

function keepDraft(form) {
  const text = form.dataset;
  const state = form.querySelector("[data-application-state]");
  const trouble = form.querySelector("[data-application-trouble]");
  const revision = form.elements.revision;
  const store = `application-${text.code}`;
  let timer = 0;
  let failures = 0;
  let dirty = false;
  let sending = false;
  let stopped = false;

  bringBack();
  for (const area of form.querySelectorAll("textarea[data-most]")) count(area);

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    if (event.target.matches("textarea[data-most]")) showLeft(event.target);
    dirty = true;
    schedule(PAUSE_MS);
  });
  form.addEventListener("change", (event) => {
    if (event.target.type !== "file" || !event.target.files.length) return;
    if (event.target.files[0].size > Number(text.mostBytes)) {
      fault(event.target.name, text.textBig);
      event.target.value = "";
      return;
    }
    dirty = true;
    schedule(0);
  });
  form.addEventListener("submit", () => {
    stopped = true;
    clearTimeout(timer);
    renewToken();
    sessionStorage.removeItem(store);
  });
  window.addEventListener("online", () => { if (dirty) schedule(0); });
  document.addEventListener("visibilitychange", () => { if (dirty) schedule(0); });
  window.addEventListener("beforeunload", (event) => {
    if (!stopped && (dirty || sending)) event.preventDefault();
  });

  function schedule(delay) {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(save, delay);
  }

  async function save() {
    if (sending || stopped) return;
    sending = true;
    dirty = false;
    say(text.textSaving);
    renewToken();
    const sent = new FormData(form);
    const carried = [...form.querySelectorAll("input[type=file]")].filter((one) => one.files.length);
    for (const one of form.querySelectorAll("input[type=file]")) {
      if (!one.files.length) sent.delete(one.name);
    }
    let answer = null;
    try {
      answer = await fetch(text.autosave, {
        method: "POST", body: sent, redirect: "manual", headers: { Accept: "application/json" },
      });
    } catch {
      answer = null;
    }
    sending = false;
    if (stopped) return;
    if (answer?.ok) kept(await answer.json(), carried);
    else if (answer?.status === 409) refused(await answer.json());
    else failed(answer && (answer.type === "opaqueredirect" || answer.status === 403));
  }

  function kept(reply, carried) {
    failures = 0;
    revision.value = reply.revision;
    sessionStorage.removeItem(store);
    for (const one of carried) {
      fault(one.name, reply.faults[one.name] ?? "");
      one.value = "";
    }
    for (const [name, file] of Object.entries(reply.files)) showFile(name, file);
    if (reply.closed) explain(reply.closed);
    else trouble.hidden = true;
    if (dirty) schedule(PAUSE_MS);
    else say(text.textSaved.replace("{time}", reply.saved_at));
  }

  function refused(reply) {
    const conflict = reply.code === "draft_conflict";
    stopped = conflict || reply.code === "application_sent" || reply.code === "already_enrolled";
    explain(conflict ? text.textConflict : reply.detail, conflict);
    say(text.textUnsaved, true);
  }

  function failed(signedOut) {
    dirty = true;
    keepHere();
    explain(signedOut ? text.textSession : text.textOffline);
    say(text.textUnsaved, true);
    schedule(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
  }

  function explain(words, compare = false) {
    const place = trouble.querySelector("[data-application-trouble-text]");
    // A repeated failure must not be read out again.
    if (place.textContent !== words) place.textContent = words;
    trouble.querySelector("[data-application-compare]").hidden = !compare;
    trouble.hidden = false;
  }

  function say(words, isFailure = false) {
    if (state.textContent !== words) state.textContent = words;
    state.toggleAttribute("data-failed", isFailure);
  }

  function fault(name, words) {
    const place = form.querySelector(`[data-application-file="${name}"] [data-application-file-fault]`);
    if (!place) return;
    place.querySelector("p > span:last-child").textContent = words;
    place.hidden = !words;
  }

  function showFile(name, file) {
    const there = form.querySelector(`[data-application-file="${name}"] [data-application-file-there]`);
    if (!there) return;
    const link = there.querySelector("a");
    link.textContent = file.name;
    link.href = file.url;
    there.hidden = false;
  }

  // The words of this tab alone, until they are saved: they outlive a reload without a connection.
  function keepHere() {
    const words = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
    sessionStorage.setItem(store, JSON.stringify(words));
  }

  function bringBack() {
    const kept = JSON.parse(sessionStorage.getItem(store) ?? "null");
    if (!kept || String(new Map(kept).get("revision")) !== revision.value) return;
    for (const field of form.elements) {
      if (!field.name || field.type === "hidden" || field.type === "file" || field.tagName === "BUTTON") continue;
      const values = kept.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
      else if (values.length) field.value = values[0];
    }
    dirty = true;
    say(text.textUnsaved);
    schedule(0);
  }

  function renewToken() {
    // After a new login in another tab the cookie holds the newer token.
    const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
    if (cookie) form.elements.csrfmiddlewaretoken.value = cookie.slice("csrftoken=".length);
  }

  function count(area) {
    const place = document.createElement("p");
    place.className = "apply-count small muted";
    area.after(place);
    showLeft(area);
  }

  function showLeft(area) {
    const left = Number(area.dataset.most) - area.value.length;
    const words = left < 0 ? text.textOver.replace("{over}", -left) : text.textCount.replace("{left}", left);
    area.nextElementSibling.textContent = words;
    area.nextElementSibling.toggleAttribute("data-over", left < 0);
  }
}
