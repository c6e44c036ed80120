// data-embed="PLAYER": a film of another site, loaded when the reader agrees and not before.
// Without this module its card is a link to the film's page.
for (const card of document.querySelectorAll("[data-embed]")) {
  const button = card.querySelector("[data-embed-play]");
  button.hidden = false;
  button.addEventListener("click", () => {
    const frame = document.createElement("iframe");
    frame.src = card.dataset.embed;
    frame.title = card.dataset.embedTitle;
    frame.allow = "fullscreen; picture-in-picture; encrypted-media";
    frame.allowFullscreen = true;
    // Some players answer only who says which site they stand on; the page's own address stays here.
    frame.referrerPolicy = "strict-origin";
    frame.className = "embed-frame";
    frame.tabIndex = 0;
    card.replaceWith(frame);
    frame.focus();
  });
}
