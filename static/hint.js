// What the request would become, told while it is written: once per pause, on leaving a field, and where a page comes with a
// text already; never twice for the same words, and not under a button that is being pressed. Without this script the button "Vérifier" tells it.
(() => {
  "use strict";

  const PAUSE = 1000;
  // Shorter texts say nothing yet, as long as they are being written: whoever leaves the field may send them.
  const LONG_ENOUGH = 40;
  const LEFT_ENOUGH = 1;
  // A tap ends in a click only some time after the finger has left.
  const TAP = 300;

  const form = document.querySelector(".guichet-form");
  const panel = document.getElementById("apercu");
  const says = document.getElementById("apercu-dit");
  const more = document.getElementById("apercu-suite");
  if (!form || !panel || !window.fetch || !window.AbortController) return;
  form.querySelector(".guichet-check").hidden = true;

  // What a decision is made of; files and the answer to the sum are not.
  const READ = ["name", "email", "organisation", "role", "category", "software", "stage", "capacity", "subject", "message", "insiste"];
  let told = "";
  let timer = 0;
  let under = new AbortController();
  // What is to be shown once no pointer is down: what moves between press and release loses the click.
  let pressed = false;
  let waiting = null;
  let release = 0;

  const typed = () => {
    const all = new FormData(form);
    const read = new FormData();
    for (const name of READ) read.append(name, all.get(name) ?? "");
    return read;
  };

  const show = (sentence, html) => {
    if (form.dataset.sent) return;
    if (pressed) {
      waiting = [sentence, html];
      return;
    }
    // A live region speaks when its words change, and only then.
    if (says.textContent !== sentence) says.textContent = sentence;
    if (more.innerHTML !== html) more.innerHTML = html;
    panel.toggleAttribute("data-empty", sentence === "");
  };

  // What was told was about another text; the same words may be asked about again.
  const forget = () => {
    told = "";
    show("", "");
  };

  const wordsOf = (body) => JSON.stringify([...body.entries()]);

  const ask = async (enough) => {
    clearTimeout(timer);
    const body = typed();
    const text = `${body.get("subject")} ${body.get("message")}`.trim();
    const words = wordsOf(body);
    if (words === told) return;
    if (text.length < enough || body.get("message").trim() === "") {
      under.abort();
      forget();
      return;
    }
    told = words;
    under.abort();
    under = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.preview}?partie=1`, { method: "POST", body, signal: under.signal });
      if (!answer.ok) return forget();
      const hint = await answer.json();
      show(hint.says, hint.more);
    } catch (fault) {
      // Sending needs no hint. What was given up for a newer question has its answer to come.
      if (fault.name !== "AbortError") forget();
    }
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask(LONG_ENOUGH), PAUSE);
  };
  form.addEventListener("input", (event) => {
    if (READ.includes(event.target.name)) later();
  });
  form.addEventListener("focusout", (event) => {
    if (READ.includes(event.target.name)) ask(LEFT_ENOUGH);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    under.abort();
    told = "";
  });
  // Going back brings the text, or the page came with one. What the server has told with it is not asked again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted && !panel.hasAttribute("data-empty")) told = wordsOf(typed());
    else ask(LEFT_ENOUGH);
  });

  const held = () => {
    clearTimeout(release);
    pressed = true;
  };
  const letGo = (after) => {
    clearTimeout(release);
    release = setTimeout(() => {
      pressed = false;
      if (waiting) show(...waiting);
      waiting = null;
    }, after);
  };
  document.addEventListener("pointerdown", held, true);
  document.addEventListener("pointerup", () => letGo(TAP), true);
  document.addEventListener("pointercancel", () => letGo(0), true);
  document.addEventListener("click", () => letGo(0), true);
})();
