// What the page of a ticket does by itself: keeps what one writes, says who else is at it, prints. All of it has its button or
// is told when the page loads; this only spares the pressing.
(() => {
  "use strict";

  const form = document.querySelector("[data-brouillon]");
  const box = form && form.querySelector("textarea");
  const told = document.getElementById("brouillon-garde");
  const presence = document.querySelector("[data-presence]");
  let typedAt = 0;

  // Kept a moment after the last key, and at once when the page goes.
  let waiting = 0;
  const fields = () => {
    const all = new URLSearchParams(new FormData(form));
    all.delete("suite");
    return all;
  };
  // What one writes and to whom. The lists of texts and languages say what is meant for the next text, not of this one.
  const written = () => {
    const all = fields();
    all.delete("modele");
    all.delete("langue");
    return all.toString();
  };
  let kept = form ? written() : "";
  // That all is well is shown and not spoken; that it is not, is.
  const tell = (said, spoken) => {
    if (spoken) told.setAttribute("role", "alert");
    else told.removeAttribute("role");
    if (told.textContent !== said) told.textContent = said;
  };
  const keep = async () => {
    window.clearTimeout(waiting);
    waiting = 0;
    const now = written();
    if (now === kept) return;
    try {
      const answer = await fetch(form.dataset.brouillon, { method: "POST", body: fields(), redirect: "manual" });
      if (answer.ok) {
        kept = now;
        tell(await answer.text(), false);
      } else {
        tell("Brouillon non gardé\u00a0: votre session a pris fin, ou le service ne répond pas.", true);
      }
    } catch {
      tell("Brouillon non gardé\u00a0: le service ne répond pas.", true);
    }
  };
  if (form) {
    form.addEventListener("input", () => {
      typedAt = Date.now();
      window.clearTimeout(waiting);
      waiting = window.setTimeout(keep, 1500);
    });
    // What was typed is kept as it was written, before the lists say of it what is meant for the next text.
    form.querySelectorAll("select").forEach((list) => list.addEventListener("focus", keep));
    // What is sent is kept, or has become a mail: nothing may be written over it.
    let leaves = false;
    form.addEventListener("submit", () => {
      leaves = true;
      window.clearTimeout(waiting);
    });
    window.addEventListener("pagehide", () => {
      if (leaves || written() === kept) return;
      navigator.sendBeacon(form.dataset.brouillon, fields());
    });
  }

  // Only a change is told, so that a reader hears it once.
  const look = async () => {
    const writing = Date.now() - typedAt < 60000 && typedAt > 0;
    const body = new URLSearchParams({ version: presence.dataset.version, ecrit: writing ? "oui" : "" });
    try {
      const answer = await fetch(presence.dataset.presence, { method: "POST", body, redirect: "manual" });
      if (!answer.ok) return;
      const said = await answer.text();
      if (presence.textContent !== said) presence.textContent = said;
    } catch {
      // The next time.
    }
  };
  if (presence) {
    window.setInterval(() => {
      if (!document.hidden) look();
    }, 20000);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) look();
    });
  }

  // On paper nothing can be unfolded: the mails are open there, and fold again after.
  let unfolded = [];
  window.addEventListener("beforeprint", () => {
    unfolded.push(...document.querySelectorAll(".team-mail details:not([open])"));
    unfolded.forEach((mail) => (mail.open = true));
  });
  window.addEventListener("afterprint", () => {
    unfolded.forEach((mail) => (mail.open = false));
    unfolded = [];
  });

  document.querySelectorAll("[data-imprime]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
})();
