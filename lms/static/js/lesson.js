// Resume position of a lesson: restores where the reader was and notes it when they leave.
// Without this module the page works; the lesson to go on with is then the first not done.
const form = document.querySelector("[data-lesson-position]");
const text = document.querySelector(".lesson-text .prose");

const END = 1000; // positions are thousandths of the text's height

if (form && text) {
  const field = form.elements.position;
  const left = Number(form.dataset.lessonPosition);

  const here = () => {
    const box = text.getBoundingClientRect();
    const read = window.innerHeight / 3 - box.top;
    return Math.max(0, Math.min(END, Math.round((read / Math.max(1, box.height)) * END)));
  };

  const restore = () => {
    const notice = document.querySelector("[data-lesson-resume]");
    const top = text.getBoundingClientRect().top + window.scrollY;
    window.scrollTo({ top: top + (text.offsetHeight * left) / END - window.innerHeight / 3, behavior: "instant" });
    if (notice) notice.hidden = false;
  };

  // A link to a place in the text, or the browser's own restoration on reload, wins.
  const navigation = performance.getEntriesByType("navigation")[0];
  if (left > 50 && left < 990 && !location.hash && navigation?.type === "navigate") {
    document.fonts.ready.then(restore);
  }

  const note = () => {
    field.value = String(here());
    navigator.sendBeacon(form.action, new FormData(form));
  };

  // Opening is a visit too; the position stays what it was until the reader has moved.
  navigator.sendBeacon(form.action, new FormData(form));
  // Phones end pages without `unload`: the last word is said whenever the page is hidden.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") note();
  });
}
