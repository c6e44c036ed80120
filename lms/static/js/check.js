// data-check: a question whose answer the server tells; here without leaving the page.
for (const form of document.querySelectorAll("[data-check]")) {
  const outcome = form.parentElement.querySelector("[data-check-outcome]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const query = new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch(`${location.pathname}?${query}`, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const told = page.getElementById(form.parentElement.id)?.querySelector("[data-check-outcome]");
      if (!told) throw new Error("no outcome");
      outcome.replaceChildren(...told.childNodes);
    } catch {
      form.submit();
    }
  });
  form.addEventListener("change", () => outcome.replaceChildren());
}
