// Says that what is new on a page was read, once it has been before the reader's eyes for a moment.
// Without this module the form's button says it.
const form = document.querySelector("form[data-seen]");

if (form) {
  const PATIENCE = 3000; // ms: longer than a glance on the way to somewhere else
  let timer = 0;

  const say = async () => {
    document.removeEventListener("visibilitychange", watch);
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Requested-With": "fetch" },
      keepalive: true,
    }).catch(() => null);
    // The signs stay for this visit: the reader is still looking at them. The button has done its work.
    if (answer?.ok) form.querySelector("button").hidden = true;
  };

  const watch = () => {
    clearTimeout(timer);
    if (document.visibilityState === "visible") timer = setTimeout(say, PATIENCE);
  };

  document.addEventListener("visibilitychange", watch);
  watch();
}
