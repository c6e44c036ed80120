// A quiz's paper ([data-quiz]): saves each answer by itself, says so, and shows the time that is left.
// Without it the form's own buttons save and hand in. The server's clock decides; this one only shows it.

const SAVE_AFTER_MS = 300;
const RETRY_MS = [2000, 4000, 8000, 15000];
const WARN_SECONDS = [600, 300, 60];

const form = document.querySelector("[data-quiz]");
if (form) {
  const paper = createPaper(form);
  if (form.dataset.deadline) startClock(form, paper);
}

function createPaper(form) {
  const text = form.dataset;
  const status = document.querySelector("[data-quiz-status]");
  const problem = document.querySelector("[data-quiz-problem]");
  const count = document.querySelector("[data-quiz-count]");
  const saveButton = document.querySelector("[data-quiz-save]");
  const questions = new Map();
  let stopped = false;

  saveButton.hidden = true;
  for (const fieldset of form.querySelectorAll("[data-question]")) {
    const key = fieldset.dataset.question;
    questions.set(key, {
      key, fieldset, timer: 0, sending: false, dirty: false, failures: 0,
      revision: form.elements.namedItem(`r-${key}`),
    });
  }

  form.addEventListener("change", (event) => {
    const question = questions.get(event.target.closest("[data-question]")?.dataset.question);
    if (!question || stopped) return;
    question.dirty = true;
    schedule(question, SAVE_AFTER_MS);
    showCount();
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter === saveButton) {
      // The Enter key: everything is saved by itself already, so stay on the page.
      event.preventDefault();
      flush();
      return;
    }
    leave();
  });
  window.addEventListener("online", flush);
  document.addEventListener("visibilitychange", flush);
  window.addEventListener("beforeunload", (event) => {
    if (!stopped && unsaved()) event.preventDefault();
  });

  function unsaved() {
    return [...questions.values()].some((question) => question.dirty || question.sending);
  }

  function schedule(question, delay) {
    clearTimeout(question.timer);
    question.timer = setTimeout(() => save(question), delay);
  }

  function flush() {
    for (const question of questions.values()) if (question.dirty) schedule(question, 0);
  }

  async function save(question) {
    if (stopped || question.sending || !question.dirty) return;
    question.sending = true;
    question.dirty = false;
    say(text.textSaving);
    const outcome = await send(question);
    question.sending = false;
    if (stopped) return;
    if (outcome.saved) saved(question, outcome.saved);
    else if (outcome.refused) refused(question, outcome.refused);
    else failed(question, outcome.session);
  }

  async function send(question) {
    const body = new FormData();
    body.set("question", question.key);
    body.set("revision", question.revision.value);
    for (const box of question.fieldset.querySelectorAll(":checked")) body.append("choices", box.value);
    try {
      const response = await fetch(text.autosave, {
        method: "POST", body, keepalive: true, redirect: "manual",
        headers: { "X-CSRFToken": token(), "Accept": "application/json" },
      });
      if (response.ok) return { saved: await response.json() };
      if (response.status === 409 || response.status === 400) return { refused: await response.json() };
      return { session: response.type === "opaqueredirect" || response.status === 403 };
    } catch {
      return {};
    }
  }

  function saved(question, reply) {
    question.failures = 0;
    question.revision.value = reply.revision;
    if (question.dirty) schedule(question, 0);
    if (unsaved()) return;
    problem.hidden = !form.querySelector("[data-conflict]");
    say(text.textSaved.replace("{time}", reply.saved_at));
  }

  function refused(question, reply) {
    question.fieldset.toggleAttribute("data-conflict", reply.code === "conflict");
    explain(reply.detail, "reload");
    say(text.textFailed, true);
  }

  function failed(question, session) {
    question.dirty = true;
    schedule(question, RETRY_MS[Math.min(question.failures++, RETRY_MS.length - 1)]);
    explain(session ? text.textSession : text.textOffline, session ? "login" : "");
    say(text.textFailed, true);
  }

  function explain(words, way) {
    const place = problem.querySelector("[data-quiz-problem-text]");
    // A repeated failure must not be read out again.
    if (place.textContent !== words) place.textContent = words;
    problem.querySelector("[data-quiz-reload]").hidden = way !== "reload";
    problem.querySelector("[data-quiz-login]").hidden = way !== "login";
    problem.hidden = false;
  }

  function say(words, isFailure = false) {
    if (status.textContent !== words) status.textContent = words;
    status.toggleAttribute("data-failed", isFailure);
  }

  function showCount() {
    const done = [...questions.values()].filter((one) => one.fieldset.querySelector(":checked")).length;
    count.textContent = text.textCount.replace("{done}", done);
  }

  function token() {
    // After a new login in another tab the cookie holds the newer token.
    const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
    const field = form.elements.namedItem("csrfmiddlewaretoken");
    if (cookie) field.value = cookie.slice("csrftoken=".length);
    return field.value;
  }

  function leave() {
    stopped = true;
    token();
    for (const question of questions.values()) clearTimeout(question.timer);
  }

  function timeOut() {
    leave();
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "timeout", value: "1" });
    form.append(field);
    form.action = text.submit;
    form.submit();
  }

  showCount();
  return { timeOut };
}

function startClock(form, paper) {
  const text = form.dataset;
  const clock = document.querySelector("[data-quiz-clock]");
  const announce = document.querySelector("[data-quiz-announce]");
  // Only the time since loading is taken from the device: its clock may be wrong, but it goes on while the
  // phone sleeps. Should somebody turn it, the server notices and gives the paper back.
  const loaded = Date.now();
  const total = (Date.parse(text.deadline) - Date.parse(text.now)) / 1000;
  let warned = total;

  function left() {
    return Math.max(0, Math.ceil(total - (Date.now() - loaded) / 1000));
  }

  function tick() {
    const seconds = left();
    clock.textContent = text.textLeft.replace("{time}", readable(seconds));
    clock.parentElement.toggleAttribute("data-low", seconds <= 60);
    for (const mark of WARN_SECONDS) {
      if (seconds <= mark && warned > mark) warn(mark);
    }
    warned = Math.min(warned, seconds);
    if (seconds > 0) return;
    if (navigator.onLine === false) {
      window.addEventListener("online", () => paper.timeOut(), { once: true });
    } else {
      paper.timeOut();
    }
    clock.textContent = text.textOver;
    clearInterval(timer);
  }

  function warn(mark) {
    announce.textContent = mark === 60 ? text.textMinute : text.textMinutes.replace("{minutes}", mark / 60);
  }

  const timer = setInterval(tick, 1000);
  document.addEventListener("visibilitychange", () => { if (left() > 0) tick(); });
  tick();
}

function readable(seconds) {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
