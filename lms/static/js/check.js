// data-check: a question whose answer the server tells; here without leaving the page.
for (const form of document.querySelectorAll("[data-check]")) {
  const outcome = form.parentElement.querySelector("[data-check-outcome]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = new FormData(form);
    // Where answering counts for the lesson the answer is told, and leads to the same page.
    const told = form.method === "post";
    try {
      const answer = told
        ? await fetch(form.action, { method: "POST", body: data, headers: { Accept: "text/html" } })
        : await fetch(`${location.pathname}?${new URLSearchParams(data)}`, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById(form.parentElement.id)?.querySelector("[data-check-outcome]");
      if (!found) throw new Error("no outcome");
      outcome.replaceChildren(...found.childNodes);
      if (told) document.dispatchEvent(new Event("lesson:changed"));
    } catch {
      form.submit();
    }
  });
  form.addEventListener("change", () => outcome.replaceChildren());
}
