// data-dialog-open="ID": opens the <dialog> of that id as a modal; without JavaScript the link or
// form that carries it does its own work. data-dialog-close inside it closes it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (dialog instanceof HTMLDialogElement) {
      event.preventDefault();
      dialog.showModal();
    }
  } else if (event.target.closest("[data-dialog-close]") || event.target instanceof HTMLDialogElement) {
    const dialog = event.target.closest("dialog");
    if (dialog?.open && (event.target === dialog || event.target.closest("[data-dialog-close]"))) {
      event.preventDefault();
      dialog.close();
    }
  }
});
