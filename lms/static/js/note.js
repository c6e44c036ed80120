// data-note: keeps the reader's words while they write. Without it the form's button does.
const PAUSE = 1500;

for (const form of document.querySelectorAll("[data-note]")) {
  const text = form.elements.text;
  const state = form.querySelector("[data-note-state]");
  const paper = form.querySelector(".note-print");
  const button = form.querySelector("button");
  let kept = text.value;
  let timer = 0;

  const mirror = () => { paper.textContent = text.value; };

  const keep = async () => {
    clearTimeout(timer);
    if (text.value === kept) return;
    const words = text.value;
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(answer.status);
      kept = words;
      if ((await answer.json()).way) document.dispatchEvent(new Event("lesson:changed"));
      state.textContent = words.trim() ? form.dataset.noteKept : form.dataset.noteGone;
      button.hidden = true;
    } catch {
      // The button is the way that is left, and says by itself what went wrong.
      state.textContent = form.dataset.noteFailed;
      button.hidden = false;
    }
  };

  mirror();
  button.hidden = true;
  text.addEventListener("input", () => {
    mirror();
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  text.addEventListener("blur", keep);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || text.value === kept) return;
    navigator.sendBeacon(form.action, new FormData(form));
    kept = text.value;
  });
}
