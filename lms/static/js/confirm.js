// form[data-confirm="QUESTION"]: asks before it is sent; without JavaScript the server asks or undoes.
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
}, true);
