// data-scheme-toggle: a button that turns the dark scheme on and off, and remembers it.
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  return root.dataset.scheme ? root.dataset.scheme === "dark" : system.matches;
}

function show(button) {
  button.setAttribute("aria-pressed", String(isDark()));
}

for (const button of document.querySelectorAll("[data-scheme-toggle]")) {
  button.hidden = false;
  show(button);
  system.addEventListener("change", () => show(button));
  button.addEventListener("click", () => {
    const scheme = isDark() ? "light" : "dark";
    root.dataset.scheme = scheme;
    try { localStorage.setItem("scheme", scheme); } catch { /* for this page only */ }
    show(button);
  });
}
