// The teacher's register: sends each row as it changes, keeps what could not be sent, and says so.
// Enhances form[data-register]; without it the form is sent whole by its buttons.
const form = document.querySelector("form[data-register]");
const TAP = 250; // milliseconds after a tap, so that several make one request
const TYPING = 900; // and after a digit of a time

if (form) start();

function start() {
  const status = document.querySelector("[data-status]");
  const counts = document.querySelector("[data-counts]");
  const version = form.elements.version;
  const rows = new Map();
  const dirty = new Map(); // row id -> number of its latest change
  let change = 0;
  let busy = false;
  let timer = 0;
  let failures = 0;

  for (const row of form.querySelectorAll("[data-row]")) {
    rows.set(row.dataset.row, row);
    row.base = signature(row.dataset.mark, pairsOf(row));
  }
  for (const button of document.querySelectorAll("[data-without-script]")) button.hidden = true;

  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  form.addEventListener("submit", submitted);
  window.addEventListener("online", () => send());
  window.addEventListener("beforeunload", (event) => {
    if (dirty.size) event.preventDefault();
  });

  function touched(event) {
    const row = event.target.closest("[data-row]");
    if (!row) return;
    showError(row, "");
    const tapped = event.target.type === "radio";
    if (tapped && event.type === "change" && event.target.value === "times") offerTimes(row);
    if (markOf(row) === "times" && !timesSay(row)) {
      dirty.delete(row.dataset.row);
      return;
    }
    dirty.set(row.dataset.row, (change += 1));
    plan(tapped ? TAP : TYPING);
  }

  // Choosing “times” says nothing yet: the first field waits for the time of entry.
  function offerTimes(row) {
    row.querySelector(".register-clock input").focus();
  }

  function timesSay(row) {
    const pairs = pairsOf(row).filter(([entered, left]) => entered || left);
    return pairs.length > 0 && signature("times", pairs) !== row.base.replace(/^\w*/, "times");
  }

  function submitted(event) {
    const action = event.submitter?.value ?? "save";
    if (action === "sign") {
      if (!busy) dirty.clear(); // the whole form goes, with every row
      return;
    }
    event.preventDefault();
    send(action);
  }

  function plan(wait) {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  }

  async function send(action = "save") {
    clearTimeout(timer);
    if (busy) return plan(TAP);
    if (action === "save" && !dirty.size) return;
    const sent = new Map(dirty);
    busy = true;
    say(form.dataset.saving);
    let response;
    try {
      response = await fetch(form.getAttribute("action"), {
        method: "POST",
        body: body(action, sent),
        headers: { Accept: "application/json" },
        redirect: "manual",
      });
    } catch {
      busy = false;
      return again(action);
    }
    busy = false;
    if (response.status >= 500) return again(action);
    if (!response.headers.get("Content-Type")?.includes("json")) return say(form.dataset.expired, true);
    failures = 0;
    answered(await response.json(), sent, response.ok, action);
  }

  function again(action) {
    failures += 1;
    say(form.dataset.offline, true);
    clearTimeout(timer);
    timer = setTimeout(() => send(action), Math.min(30000, 1500 * 2 ** failures));
  }

  function answered(answer, sent, ok, action) {
    version.value = answer.version;
    const fresh = new Map(answer.rows.map((row) => [String(row.id), row]));
    if (ok) forget(sent);
    let retry = false;
    for (const [id, row] of rows) {
      const stored = fresh.get(id);
      if (!stored) continue;
      const base = signature(stored.mark, stored.times);
      if (!ok && sent.has(id)) {
        if (answer.errors[id]) {
          showError(row, answer.errors[id]);
          dirty.delete(id);
        } else if (answer.code === "conflict" && base !== row.base) {
          showError(row, `${form.dataset.meanwhile} ${labelOf(row)}`);
          dirty.delete(id);
          show(row, stored);
        } else if (answer.code === "conflict" || answer.code === "times") retry = true;
        else {
          showError(row, answer.detail);
          dirty.delete(id);
        }
      } else if (!dirty.has(id) && !row.contains(document.activeElement)) show(row, stored);
      row.querySelector("[data-caption]").textContent = stored.caption;
      row.base = base;
    }
    counts.replaceChildren(...answer.counts.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    if (answer.status === "open") for (const part of document.querySelectorAll("[data-after-save]")) part.hidden = false;
    if (ok) say(answer.saved);
    else if (retry) say(form.dataset.saving);
    else say(answer.code === "times" ? form.dataset.look : answer.detail, true);
    if (retry || (ok && dirty.size)) plan(TAP);
  }

  function forget(sent) {
    for (const [id, number] of sent) if (dirty.get(id) === number) dirty.delete(id);
  }

  function show(row, stored) {
    for (const radio of row.querySelectorAll("[type=radio]")) radio.checked = radio.value === stored.mark;
    const pairs = row.querySelectorAll(".register-pair");
    stored.times.forEach(([entered, left, channel], index) => {
      if (!pairs[index]) return;
      const [first, second] = pairs[index].querySelectorAll("input");
      first.value = entered;
      second.value = left;
      pairs[index].querySelector("select").value = channel;
    });
  }

  function body(action, sent) {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.set("version", version.value);
    data.set("action", action);
    for (const id of sent.keys()) {
      const row = rows.get(id);
      if (!markOf(row)) continue;
      data.set(`mark-${id}`, markOf(row));
      for (const pair of row.querySelectorAll(".register-pair"))
        for (const field of pair.querySelectorAll("input, select")) data.append(field.name, field.value);
    }
    return data;
  }

  function say(text, bad = false) {
    status.textContent = text;
    status.classList.toggle("field-error", bad);
  }
}

function markOf(row) {
  return row.querySelector("[type=radio]:checked")?.value ?? "";
}

function labelOf(row) {
  return row.querySelector("[type=radio]:checked")?.nextElementSibling.textContent ?? "";
}

function pairsOf(row) {
  return [...row.querySelectorAll(".register-pair")].map((pair) => {
    const [entered, left] = pair.querySelectorAll("input");
    return [entered.value, left.value, pair.querySelector("select").value];
  });
}

// Two rows say the same when their signatures are equal; empty lines and the times of the absent do not count.
function signature(mark, pairs) {
  const filled = mark && mark !== "absent" ? pairs.filter(([entered, left]) => entered || left) : [];
  return `${mark}|${filled.map((pair) => pair.join(",")).join(";")}`;
}

function showError(row, text) {
  const place = row.querySelector("[data-error]");
  place.textContent = text;
  place.hidden = !text;
}
