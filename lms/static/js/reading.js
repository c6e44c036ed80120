// Reading a lesson: a bar that says how far, printing with everything open, and the keys for next and previous.
const text = document.querySelector(".lesson-text .prose");
const toolbar = document.querySelector(".toolbar");

if (text && toolbar) {
  const bar = document.createElement("div");
  bar.className = "reading-bar";
  bar.setAttribute("aria-hidden", "true");
  toolbar.prepend(bar);
  let waiting = false;
  const draw = () => {
    waiting = false;
    const box = text.getBoundingClientRect();
    const read = (window.innerHeight - box.top) / Math.max(1, box.height);
    bar.style.setProperty("--read", Math.max(0, Math.min(1, read)).toFixed(3));
  };
  const soon = () => { if (!waiting) { waiting = true; requestAnimationFrame(draw); } };
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  draw();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    // Pictures further down may not have been asked for yet.
    const pictures = [...document.querySelectorAll("main img[loading=lazy]")];
    for (const picture of pictures) picture.loading = "eager";
    await Promise.allSettled(pictures.map((picture) => picture.decode()));
    window.print();
  });
}

// On paper nothing can be opened: everything is, and is closed again afterwards.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("main details:not([open])")];
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
  opened = [];
});

const ways = { ArrowLeft: "prev", ArrowRight: "next" };
const busy = "input, textarea, select, audio, video, iframe, [contenteditable], [role=region][tabindex]";
const hint = document.querySelector("[data-keys-hint]");
if (hint) hint.hidden = false;
addEventListener("keydown", (event) => {
  const way = ways[event.key];
  if (!way || !event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.defaultPrevented || event.target.closest?.(busy)) return;
  if (String(getSelection())) return; // Shift and an arrow also widen a selection
  const link = document.querySelector(`.lesson-ways a[rel=${way}]`);
  if (link) {
    event.preventDefault();
    link.click();
  }
});
