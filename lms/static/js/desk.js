// [data-desk]: moves modules and lessons by dragging or with the keyboard. Without it the buttons and “Move to…” do the same.
const desk = document.querySelector("[data-desk]");
const live = document.querySelector("[data-desk-live]");
const words = desk?.dataset ?? {};
let held = null; // {item, list, next}: what is taken, and where it was
let dragged = null;

const fill = (text, ...values) => values.reduce((said, value) => said.replace("%s", value), text);
const say = (text) => { live.textContent = ""; window.setTimeout(() => { live.textContent = text; }, 50); };
const items = (list) => [...list.children].filter((child) => child.dataset.deskId);
const handleOf = (item) => item.querySelector(":scope > .desk-row [data-desk-handle]");
const parentOf = (item) => (item.dataset.deskKind === "lesson" ? item.closest("[data-desk-lessons]").dataset.deskLessons : "");

const place = (item) => {
  const all = items(item.parentElement);
  const at = all.indexOf(item) + 1;
  if (item.dataset.deskKind === "module") return fill(words.wordsModule, at, all.length);
  return fill(words.wordsPlace, at, all.length, item.closest("[data-desk-kind=module]").dataset.deskTitle);
};

const nextOf = (item) => {
  let next = item.nextElementSibling;
  while (next && !next.dataset.deskId) next = next.nextElementSibling;
  return next;
};

const ready = () => {
  document.querySelectorAll("[data-desk-handle], [data-desk-keys]").forEach((element) => { element.hidden = false; });
};

const show = (html, id) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  const fresh = template.content.querySelector("[data-desk-body]");
  if (!fresh) return false;
  desk.querySelector("[data-desk-body]").replaceWith(fresh);
  ready();
  const item = document.getElementById(`pagina-${id}`);
  (item && handleOf(item))?.focus({ preventScroll: true });
  item?.scrollIntoView({ block: "nearest" });
  const said = fresh.querySelector(".desk-said");
  said.classList.add("is-near");
  say(said.textContent.trim());
  return true;
};

const settle = () => desk.querySelector(".desk-said.is-near")?.classList.remove("is-near");

const send = async (fields, id) => {
  const form = desk.querySelector("[data-desk-order]");
  const data = new FormData(form);
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  desk.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Desk": "1" } });
    if (!show(await answer.text(), id)) throw new Error(answer.status);
  } catch {
    say(words.wordsFailed);
    window.alert(words.wordsFailed);
    window.location.reload();
  } finally {
    desk.removeAttribute("aria-busy");
  }
};

const drop = (item) => send(
  { page: item.dataset.deskId, place: `${parentOf(item)}:${nextOf(item)?.dataset.deskId ?? ""}` },
  item.dataset.deskId,
);

// --- Keyboard -------------------------------------------------------------------------------
const take = (item) => {
  held = { item, list: item.parentElement, next: item.nextElementSibling };
  item.classList.add("is-held");
  handleOf(item).setAttribute("aria-pressed", "true");
  say(fill(words.wordsTaken, item.dataset.deskTitle));
};

const release = () => {
  held.item.classList.remove("is-held");
  handleOf(held.item).setAttribute("aria-pressed", "false");
  const before = held;
  held = null;
  return before;
};

const leave = () => {
  const { item, list, next } = release();
  list.insertBefore(item, next);
  handleOf(item).focus();
  say(fill(words.wordsLeft, item.dataset.deskTitle));
};

const shift = (item, direction) => {
  const list = item.parentElement;
  const all = items(list);
  const at = all.indexOf(item) + direction;
  if (at >= 0 && at < all.length) {
    list.insertBefore(item, direction > 0 ? all[at].nextElementSibling : all[at]);
  } else if (item.dataset.deskKind === "lesson") {
    // Over the edge of a module stands the next one.
    const lists = [...desk.querySelectorAll("[data-desk-lessons]")];
    const other = lists[lists.indexOf(list) + direction];
    if (!other) return;
    if (direction > 0) other.prepend(item); else other.append(item);
  } else return;
  handleOf(item).focus();
  item.scrollIntoView({ block: "nearest" });
  say(place(item));
};

desk?.addEventListener("keydown", (event) => {
  settle();
  const handle = event.target.closest("[data-desk-handle]");
  if (!handle) return;
  const item = handle.closest("[data-desk-id]");
  if (event.key === " " || event.key === "Enter") {
    event.preventDefault();
    if (!held) { take(item); return; }
    const { list, next } = release();
    if (list === item.parentElement && next === item.nextElementSibling) say(fill(words.wordsLeft, item.dataset.deskTitle));
    else drop(item);
  } else if (held && event.key === "Escape") {
    event.preventDefault();
    leave();
  } else if (held && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    shift(held.item, event.key === "ArrowUp" ? -1 : 1);
  } else if (held && event.key === "Tab") {
    leave();
  }
});

// --- Pointer: mouse, pen and finger alike -----------------------------------------------------
const under = (x, y, kind) => {
  const element = document.elementFromPoint(x, y);
  if (!element || !desk.contains(element)) return null;
  if (kind === "module") return element.closest("[data-desk-kind=module]");
  return element.closest("[data-desk-kind=lesson]") ?? element.closest("[data-desk-kind=module]");
};

desk?.addEventListener("pointerdown", (event) => {
  settle();
  const handle = event.target.closest("[data-desk-handle]");
  if (!handle || event.button) return;
  if (held) leave();
  const item = handle.closest("[data-desk-id]");
  dragged = { item, list: item.parentElement, next: item.nextElementSibling, x: event.clientX, y: event.clientY, moving: false };
  handle.setPointerCapture(event.pointerId);
});

desk?.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  const { item } = dragged;
  if (!dragged.moving) {
    if (Math.hypot(event.clientX - dragged.x, event.clientY - dragged.y) < 6) return;
    dragged.moving = true;
    item.classList.add("is-held");
  }
  if (event.clientY < 80) window.scrollBy(0, -12);
  if (event.clientY > window.innerHeight - 80) window.scrollBy(0, 12);
  const target = under(event.clientX, event.clientY, item.dataset.deskKind);
  if (!target || target === item || item.contains(target)) return;
  if (item.dataset.deskKind === "lesson" && target.dataset.deskKind === "module") {
    const list = target.querySelector("[data-desk-lessons]");
    const box = list.getBoundingClientRect();
    if (event.clientY < box.top) list.prepend(item); else list.append(item);
    return;
  }
  const box = target.getBoundingClientRect();
  target.parentElement.insertBefore(item, event.clientY < box.top + box.height / 2 ? target : target.nextElementSibling);
});

const end = (event, put) => {
  if (!dragged) return;
  const { item, list, next, moving } = dragged;
  dragged = null;
  item.classList.remove("is-held");
  if (!moving) return;
  const stays = list === item.parentElement && next === item.nextElementSibling;
  if (put && !stays) drop(item);
  else list.insertBefore(item, next);
};
desk?.addEventListener("pointerup", (event) => end(event, true));
desk?.addEventListener("pointercancel", (event) => end(event, false));

// The plain buttons save without leaving the page.
desk?.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-desk-order]") || !event.submitter?.value) return;
  event.preventDefault();
  const { value } = event.submitter;
  const which = event.submitter.getAttribute("value").endsWith("up") ? ":up" : ":down";
  const id = value.split(":")[0];
  send({ move: value }, id).then(() => {
    document.querySelector(`#pagina-${id} > .desk-row button[value="${id}${which}"]`)?.focus({ preventScroll: true });
  });
});

// What is added is named at once.
const name = (form) => form?.querySelector("input[name=title]").focus();
desk?.addEventListener("toggle", (event) => { if (event.target.matches(".desk-add[open]")) name(event.target); }, true);
name(document.activeElement.closest(".desk-add[open]")); // opened before this script was here

// One open menu at a time; Escape closes it.
desk?.addEventListener("toggle", (event) => {
  if (!event.target.matches(".desk-more[open]")) return;
  desk.querySelectorAll(".desk-more[open]").forEach((menu) => { if (menu !== event.target) menu.open = false; });
}, true);
desk?.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest(".desk-more[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});

if (desk) ready();
