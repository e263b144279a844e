// What makes the form quicker; every page works without it.
(() => {
  "use strict";

  // Some browsers leave `autofocus` aside on what is no field: what went wrong is read first in every one of them.
  const summary = ["erreurs", "avis", "perdu", "fait", "recu"].map((id) => document.getElementById(id)).find(Boolean);
  (summary ?? document.querySelector("#apercu[autofocus]"))?.focus();

  const WRITTEN = ["name", "email", "organisation", "role", "software", "subject", "message"];
  const holds = ([name, value]) =>
    name === "files" ? value.name !== "" : name === "kept" ? value !== "0" : WRITTEN.includes(name) && value !== "";
  // The other language keeps what was typed: it shows the form again, and sends nothing.
  const written = document.querySelector("form[data-other]");
  const other = written && document.querySelector(".guichet-tools a[hreflang]");
  other?.addEventListener("click", (event) => {
    const held = [...new FormData(written)].some(holds);
    if (!held || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const action = written.getAttribute("action");
    written.action = written.dataset.other;
    written.submit();
    // The page may be come back to.
    written.setAttribute("action", action);
  });

  const form = document.querySelector(".guichet-form");
  if (!form) return;
  const sending = form.querySelector(".guichet-sending");

  // A double click sends once, and a long upload says that it is under way. A sending may break off without a word to the
  // page, so it is never locked for good: what is sent twice is kept once.
  const PATIENCE = 5000;
  let timer = 0;
  const free = (says) => {
    clearTimeout(timer);
    delete form.dataset.sent;
    sending.textContent = says;
  };
  const doubt = () => {
    if (form.dataset.sent) free(form.dataset.slow);
  };
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (navigator.onLine === false) {
      event.preventDefault();
      sending.textContent = form.dataset.offline;
      return;
    }
    form.dataset.sent = "yes";
    sending.textContent = form.dataset.sending;
    timer = setTimeout(doubt, PATIENCE);
  });
  window.addEventListener("online", () => {
    if (form.dataset.sent) doubt();
    else free("");
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) doubt();
  });
  // The browser may bring the page back as it was.
  window.addEventListener("pageshow", () => {
    free("");
    follow();
  });

  // The optional questions follow the heading; one that is answered stays.
  const category = document.getElementById("category");
  const asked = Array.from(form.querySelectorAll("[data-asked-under]"));
  const follow = () => {
    for (const one of asked) {
      const helps = one.dataset.askedUnder.split(" ").includes(category.value);
      one.hidden = !helps && one.querySelector("input, select").value === "";
    }
  };
  category?.addEventListener("change", follow);
  follow();

  // A file that is too large is said before it is sent; the server says it too.
  const files = document.getElementById("files");
  const messages = document.getElementById("files-messages");
  files?.addEventListener("change", () => {
    const { maxFiles, maxFile, maxTotal, saysNumber, saysLarge, saysTotal } = files.dataset;
    const sizes = Array.from(files.files, (file) => file.size);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    let says = "";
    if (sizes.length > Number(maxFiles)) says = saysNumber.replace("{}", maxFiles);
    else if (sizes.some((size) => size > maxFile * 1e6)) says = saysLarge.replace("{}", maxFile);
    else if (total > maxTotal * 1e6) says = saysTotal.replace("{}", maxTotal);

    messages.replaceChildren();
    files.closest(".fr-upload-group").classList.toggle("fr-upload-group--error", says !== "");
    files.toggleAttribute("aria-invalid", false);
    if (says) {
      const message = document.createElement("p");
      message.className = "fr-message fr-message--error";
      message.textContent = says;
      messages.append(message);
      files.setAttribute("aria-invalid", "true");
    }
  });
})();
