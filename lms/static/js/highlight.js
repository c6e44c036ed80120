// data-highlights: marks the reader's passages in the text, and offers to mark what is selected.
// Without this module the list below the text shows and changes them.
import { SKIP, between, find, letters, squeeze } from "./passages.js";

const text = document.querySelector(".lesson-body");
let list = document.querySelector("[data-highlights]");

const AROUND = 40; // characters of context on each side

if (text && list) {
  const paint = (item) => {
    const quote = squeeze(item.querySelector("[data-quote]").textContent);
    const wanted = {
      quote, prefix: squeeze(item.dataset.prefix), suffix: squeeze(item.dataset.suffix), start: Number(item.dataset.start),
    };
    const own = text.querySelector(`[data-block="${CSS.escape(item.dataset.block)}"]`);
    for (const root of own ? [own, text] : [text]) {
      const { words, at } = letters(root);
      const from = quote ? find(words, wanted) : -1;
      if (from >= 0) { wrap(at.slice(from, from + quote.length), item); return true; }
    }
    return false;
  };

  const wrap = (at, item) => {
    const runs = new Map();
    for (const [node, place] of at) {
      const run = runs.get(node);
      if (run) run[1] = place + 1;
      else runs.set(node, [place, place + 1]);
    }
    let first = true;
    for (const [node, [from, to]] of runs) {
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, to);
      const mark = document.createElement("mark");
      mark.className = "highlight";
      mark.dataset.mark = item.dataset.highlight;
      if (first) {
        mark.id = `evidenziato-${item.dataset.highlight}`;
        mark.tabIndex = -1;
        mark.setAttribute("aria-description", item.querySelector("[data-remark]") ? list.dataset.noted : list.dataset.marked);
      }
      if (item.querySelector("[data-remark]")) mark.classList.add("has-note");
      range.surroundContents(mark);
      first = false;
    }
  };

  const draw = () => {
    for (const mark of text.querySelectorAll("mark[data-mark]")) mark.replaceWith(...mark.childNodes);
    text.normalize();
    for (const item of list.querySelectorAll("[data-highlight]")) {
      if ("elsewhere" in item.dataset) continue;
      const found = paint(item);
      item.querySelector("[data-lost]").hidden = found;
      item.querySelector("[data-highlight-go]").hidden = !found;
    }
    for (const form of list.querySelectorAll("[data-highlight-form]")) form.addEventListener("submit", submit);
    bar = list.querySelector("[data-highlight-bar]").content.firstElementChild.cloneNode(true);
    ready(bar);
  };

  const say = (words) => { list.querySelector("[data-highlight-status]").textContent = words; };

  const send = async (action, data, words) => {
    try {
      const answer = await fetch(action, { method: "POST", body: data, headers: { Accept: "application/json" } });
      if (answer.status === 409) { say((await answer.json()).detail); return false; }
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-highlights]");
      hide();
      list.replaceWith(fresh);
      list = fresh;
      draw();
      say(words);
      return true;
    } catch { say(list.dataset.failed); return false; }
  };

  const submit = async (event) => {
    event.preventDefault();
    const form = event.currentTarget; // its field `action` hides its property of that name
    const kind = form.dataset.highlightForm;
    const words = { remove: list.dataset.removed, hand: list.dataset.kept }[kind] ?? list.dataset.changed;
    // The list is drawn anew: the focus stays near what was done.
    const item = form.closest("[data-highlight]")?.id;
    if (await send(form.getAttribute("action"), new FormData(form), words)) {
      (document.getElementById(item)?.querySelector("summary") ?? list.querySelector("h2")).focus();
    }
  };

  // --- The bar: beside what is selected, and behind it in the order of the keyboard.
  let bar;
  let chosen = null; // a range of the text, or the key of a highlight

  const hide = () => { bar?.remove(); chosen = null; };

  const show = (box, after, existing) => {
    const note = bar.querySelector("form");
    note.hidden = !existing;
    note.elements.remark.value = existing?.querySelector("[data-remark]") ? existing.querySelector("textarea").value : "";
    bar.querySelector("[data-act=mark]").hidden = bar.querySelector("[data-act=note]").hidden = Boolean(existing);
    bar.querySelector("[data-act=remove]").hidden = !existing;
    (after ?? text).after(bar);
    const high = box.bottom + bar.offsetHeight + 90 < window.innerHeight;
    const top = high ? box.bottom + 10 : Math.max(70, box.top - bar.offsetHeight - 10);
    bar.style.setProperty("--bar-top", `${top}px`);
    bar.style.setProperty("--bar-left", `${Math.max(8, Math.min(box.left, window.innerWidth - bar.offsetWidth - 8))}px`);
  };

  const blockOf = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest(".lesson-body > [data-block]");

  const look = () => {
    if (bar.contains(document.activeElement)) return;
    const selection = getSelection();
    const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0).cloneRange() : null;
    const block = range && blockOf(range.startContainer);
    if (!block || range.startContainer.parentElement?.closest(SKIP) || !squeeze(String(selection))) {
      if (chosen instanceof Range) hide();
      return;
    }
    if (!block.contains(range.endContainer)) range.setEnd(block, block.childNodes.length);
    chosen = range;
    show(range.getBoundingClientRect(), block);
    say(list.dataset.hint);
  };

  let timer = 0;
  document.addEventListener("selectionchange", () => { clearTimeout(timer); timer = setTimeout(look, 250); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && chosen) hide(); });
  addEventListener("scroll", () => { if (chosen instanceof Range && !bar.contains(document.activeElement)) bar.remove(); }, { passive: true });
  addEventListener("scrollend", () => { if (chosen instanceof Range && !bar.isConnected) look(); });

  text.addEventListener("click", (event) => {
    const mark = event.target.closest("mark[data-mark]");
    if (!mark || !getSelection().isCollapsed || event.target.closest("a")) return;
    const item = list.querySelector(`[data-highlight="${CSS.escape(mark.dataset.mark)}"]`);
    chosen = item;
    show(mark.getBoundingClientRect(), blockOf(mark), item);
  });

  // The words, where they stand and what stands around them.
  const passage = (range) => {
    const block = blockOf(range.startContainer);
    const { at } = letters(block);
    const within = ([node, place]) => range.isPointInRange(node, place) && range.comparePoint(node, place + 1) <= 0;
    const from = at.findIndex(within);
    const to = at.findLastIndex(within) + 1;
    if (from < 0) return null;
    // As the browser speaks the words: with a space between two paragraphs.
    const spoken = document.createRange();
    spoken.setStart(...at[from]);
    spoken.setEnd(at[to - 1][0], at[to - 1][1] + 1);
    getSelection().removeAllRanges();
    getSelection().addRange(spoken);
    return {
      key: crypto.randomUUID?.() ?? list.querySelector("[name=key]").value,
      block: block.dataset.block,
      start: from,
      quote: String(getSelection()).replace(/\s+/g, " ").trim(),
      prefix: between(at, Math.max(0, from - AROUND), from),
      suffix: between(at, to, Math.min(at.length, to + AROUND)),
    };
  };

  const create = async (remark) => {
    const facts = passage(chosen);
    if (!facts) return;
    const hand = list.querySelector("[data-highlight-form=hand]");
    const data = new FormData(hand);
    for (const [name, value] of Object.entries({ ...facts, remark })) data.set(name, value);
    if (await send(hand.getAttribute("action"), data, list.dataset.kept)) {
      getSelection().removeAllRanges();
      document.getElementById(`evidenziato-${facts.key}`)?.focus({ preventScroll: true });
    }
  };

  const ready = (made) => {
    const note = made.querySelector("form");
    made.addEventListener("pointerdown", (event) => { if (event.target.closest("button")) event.preventDefault(); });
    made.addEventListener("click", (event) => {
      const act = event.target.closest("[data-act]")?.dataset.act;
      if (act === "mark") create("");
      else if (act === "note") { note.hidden = false; note.elements.remark.focus(); }
      else if (act === "remove") chosen.querySelector("[data-highlight-form=remove]").requestSubmit();
      else if (act === "close") hide();
    });
    note.addEventListener("submit", (event) => {
      event.preventDefault();
      const remark = note.elements.remark.value;
      if (chosen instanceof Range) { create(remark); return; }
      const own = chosen.querySelector("[data-highlight-form='']");
      own.elements.remark.value = remark;
      own.requestSubmit();
    });
  };

  draw();
  const wanted = document.getElementById(location.hash.slice(1));
  if (wanted?.matches("mark")) wanted.scrollIntoView({ block: "center" });
}
