// data-copy="TEXT": a button that copies it and says so in its own label for two seconds.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const label = button.querySelector("[data-copy-label]") ?? button;
    const before = label.textContent;
    await navigator.clipboard.writeText(button.dataset.copy);
    label.textContent = button.dataset.copied ?? before;
    setTimeout(() => { label.textContent = before; }, 2000);
  });
}
