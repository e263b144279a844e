// Keys for the team's pages. Every act is already on the page as a button, a link or a box that names its usual key in
// data-touche; a key only presses what is there, so nothing can be done by key that cannot be done without. Where one wrong key
// would send a mail unseen (data-vise), it leads to the button, and Enter presses it. A person's own
// keys come from /equipe/touches.js; they can be switched off (WCAG 2.1.4), and never act while one types.
(() => {
  "use strict";

  const rows = () => Array.from(document.querySelectorAll("[data-ligne]"));
  const dialog = document.getElementById("touches");
  const { on: active, keys: chosen } = globalThis.guichetTouches || { on: true, keys: {} };
  const own = (usual) => chosen[usual] || usual;
  // The usual key of the act that a pressed key stands for.
  const usual = (pressed) => {
    const found = Object.keys(chosen).find((key) => chosen[key] === pressed);
    return found || (pressed in chosen ? null : pressed);
  };

  const hint = (key) => {
    const kbd = document.createElement("kbd");
    kbd.dataset.indice = "";
    kbd.setAttribute("aria-hidden", "true");
    kbd.textContent = key;
    return kbd;
  };
  const hints = () => {
    document.querySelectorAll("kbd[data-usuelle]").forEach((kbd) => {
      kbd.textContent = own(kbd.dataset.usuelle);
    });
    if (!active) return;
    document.querySelectorAll("[data-touche]").forEach((element) => {
      const key = own(element.dataset.touche);
      element.setAttribute("aria-keyshortcuts", key);
      if (element.matches("[data-ligne] input")) return;
      const label = element.id && document.querySelector(`label[for="${element.id}"]`);
      const place = label || element;
      place.insertBefore(hint(key), place.querySelector(".fr-hint-text"));
      // What is folded shows its key all the same.
      const folded = element.closest("details");
      if (folded && !element.closest("summary")) folded.querySelector("summary").append(hint(key));
    });
  };

  // The row that has the focus, or the one it had last.
  let last = null;
  const current = () => {
    const focused = document.activeElement && document.activeElement.closest("[data-ligne]");
    if (focused) last = focused;
    return focused || last;
  };

  const go = (step) => {
    const all = rows();
    if (all.length === 0) return false;
    const at = all.indexOf(current());
    const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1);
    const link = all[next].querySelector("[data-ouvre]");
    link.focus();
    link.scrollIntoView({ block: "nearest" });
    return true;
  };

  // With something ticked, a key stands for the act on all that is; with nothing, that act has nothing to act on.
  const onTicked = (key) => {
    const target = boxesOfRows().some((box) => box.checked) && document.querySelector(`[data-lot] [data-touche="${CSS.escape(key)}"]`);
    return target || null;
  };

  const press = (key) => {
    const row = current();
    const scope = row || document;
    const targets = Array.from(scope.querySelectorAll(`[data-touche="${CSS.escape(key)}"]`));
    // In a list an act needs a row; without one only the search answers.
    const target = onTicked(key) || targets.find((t) => row || !t.closest("[data-ligne], [data-lot]")) || outside(key);
    if (!target) return false;
    const folded = target.closest("details");
    if (folded) folded.open = true;
    if (target.matches("[type=checkbox], [type=radio]")) {
      target.click();
    } else if (target.matches("input, textarea, select, [data-vise]")) {
      target.focus();
      target.scrollIntoView({ block: "center" });
    } else {
      target.click();
    }
    return true;
  };

  const outside = (key) =>
    Array.from(document.querySelectorAll(`[data-touche="${CSS.escape(key)}"]`)).find(
      (element) => !element.closest("[data-ligne], [data-lot]"),
    );

  // Every request of the page, or none.
  const boxesOfRows = () => rows().map((row) => row.querySelector("[type=checkbox]")).filter(Boolean);
  const tickAll = () => {
    const all = boxesOfRows();
    const whole = all.every((box) => box.checked);
    all.forEach((box) => {
      box.checked = !whole;
    });
    tell();
    return all.length > 0;
  };
  const tell = () => {
    const place = document.querySelector("[data-cochees]");
    if (!place) return;
    const count = boxesOfRows().filter((box) => box.checked).length;
    place.textContent = count === 0 ? "" : `\u00a0: ${count}`;
  };
  const toBulk = () => {
    const button = document.querySelector(".team-bulk button");
    if (button) button.focus();
    return Boolean(button);
  };

  const help = () => {
    if (!dialog) return false;
    dialog.hidden = false;
    dialog.showModal();
    dialog.scrollTop = 0;
    return true;
  };

  // A key pressed outside a box comes from a real keyboard: a touch screen that has one shows the keys from then on.
  const KEYBOARD = "guichet:clavier";
  const showKeys = () => {
    document.documentElement.dataset.clavier = "";
  };
  const keyboardIsThere = () => {
    if ("clavier" in document.documentElement.dataset) return;
    showKeys();
    try {
      sessionStorage.setItem(KEYBOARD, "oui");
    } catch {
      // Without storage the next page finds out again.
    }
  };
  try {
    if (sessionStorage.getItem(KEYBOARD)) showKeys();
  } catch {
    // As above.
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog[open]")) {
      if (event.key === "Escape" && event.target.matches("input, textarea, select")) event.target.blur();
      return;
    }
    // Enter on a box presses the button that does nothing: with a script not even that is asked for.
    if (event.key === "Enter" && event.target.matches("[type=checkbox]") && event.target.form?.querySelector("[data-rien]")) {
      event.preventDefault();
      return;
    }
    keyboardIsThere();
    if (!active) return;
    const inList = event.target.closest("[data-ligne]");
    const key = event.key.length === 1 ? usual(event.key) : event.key;
    let done = false;
    if (key === "j" || (key === "ArrowDown" && inList)) done = go(1) || press("j");
    else if (key === "k" || (key === "ArrowUp" && inList)) done = go(-1) || press("k");
    else if (key === "?") done = help();
    else if (key === "X") done = tickAll();
    else if (key === "b") done = toBulk() || press("b");
    else if (key && key.length === 1) done = press(key);
    if (done) event.preventDefault();
  });

  // Back in the list, after an act or a look at a request, the hands are where they were: on that row, or on the next one where
  // it is gone.
  const PLACE = "guichet:rang";
  // However its address is encoded.
  const listHere = () => `${location.pathname}?${new URLSearchParams(location.search)}`;
  const keepPlace = (otherwise) => {
    try {
      const at = rows().indexOf(current() ?? rows()[otherwise]);
      if (at >= 0) sessionStorage.setItem(PLACE, JSON.stringify({ at, list: listHere() }));
    } catch {
      // Without storage the list starts from its top again.
    }
  };
  // From one request to the next or the one before, the place goes along, and which request is there.
  const movePlace = (link) => {
    try {
      const place = JSON.parse(sessionStorage.getItem(PLACE));
      if (!place) return;
      const at = Math.max(place.at + (link.rel === "next" ? 1 : -1), 0);
      sessionStorage.setItem(PLACE, JSON.stringify({ ...place, at, open: link.pathname }));
    } catch {
      // As above.
    }
  };
  const takePlace = () => {
    const all = rows();
    if (all.length === 0) return;
    try {
      const { at, open, list } = JSON.parse(sessionStorage.getItem(PLACE) || "{}");
      sessionStorage.removeItem(PLACE);
      if (list !== listHere()) return;
      const links = all.map((row) => row.querySelector("[data-ouvre]"));
      const there = links[Math.min(at, all.length - 1)];
      // A request may stand in two sections of the page.
      const read = open && there.pathname !== open && links.find((link) => link.pathname === open);
      (read || there).focus();
    } catch {
      // As above.
    }
  };
  document.addEventListener("click", (event) => {
    const step = event.target.closest("a[rel=next], a[rel=prev]");
    if (step && rows().length === 0) movePlace(step);
    const link = event.target.closest("[data-ligne] a");
    if (!link) return;
    last = link.closest("[data-ligne]");
    keepPlace();
  });

  // What is typed in one box survives an act done from another, and a session that ended meanwhile. It stays in this
  // tab and goes with signing out.
  const BOXES = "guichet:cases:";
  // A page that has several addresses names one for what is typed on it.
  const BULK = "/equipe/lot";
  const page = document.querySelector("[data-cases]")?.dataset.cases ?? location.pathname;
  const boxes = () => Array.from(document.querySelectorAll(".team form textarea[id], .team form input[type=email][id]"));
  let sent = [];
  const keepBoxes = () => {
    const typed = boxes().filter((box) => box.value !== box.defaultValue);
    const kept = typed.map((box) => [box.id, box.value, sent.includes(box.id)]);
    try {
      if (kept.length > 0) sessionStorage.setItem(BOXES + page, JSON.stringify(kept));
    } catch {
      // Without storage only the server's own guard keeps what was typed.
    }
  };
  const takeBoxes = (done) => {
    try {
      const kept = JSON.parse(sessionStorage.getItem(BOXES + page) || "[]");
      sessionStorage.removeItem(BOXES + page);
      for (const [id, value, wasSent] of kept) {
        const box = document.getElementById(id);
        if (!box || (wasSent && done) || box.value !== box.defaultValue) continue;
        box.value = value;
        const folded = box.closest("details");
        if (folded) folded.open = true;
      }
    } catch {
      // As above.
    }
  };
  const dropBoxes = (of) => {
    try {
      sessionStorage.removeItem(BOXES + of);
    } catch {
      // As above.
    }
  };
  const forgetBoxes = () => {
    window.removeEventListener("pagehide", keepBoxes);
    try {
      Object.keys(sessionStorage)
        .filter((key) => key.startsWith(BOXES))
        .forEach((key) => sessionStorage.removeItem(key));
    } catch {
      // As above.
    }
  };
  window.addEventListener("pagehide", keepBoxes);

  // One press, one act: a held key or a double click must not send twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.parti) event.preventDefault();
    form.dataset.parti = "oui";
    if (form.matches(".team-list")) keepPlace();
    // What is undone leads back into the list, wherever the hands were.
    if (form.matches("[data-annulable]")) keepPlace(0);
    if (form.action.endsWith("/deconnexion")) forgetBoxes();
    sent = Array.from(form.elements, (element) => element.id);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-parti]").forEach((form) => delete form.dataset.parti);
  });

  if (dialog) {
    dialog.addEventListener("close", () => {
      dialog.hidden = true;
    });
    dialog.querySelector("[data-ferme]").addEventListener("click", () => dialog.close());
    const opener = document.createElement("button");
    opener.type = "button";
    opener.className = "fr-btn fr-btn--sm fr-btn--tertiary team-help";
    opener.textContent = "Raccourcis clavier";
    opener.dataset.touche = "?";
    opener.addEventListener("click", help);
    dialog.before(opener);
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-ligne] [type=checkbox]")) tell();
  });
  window.addEventListener("pageshow", tell);

  // On a narrow screen the views stand folded above the list.
  const folds = document.querySelector("[data-repli]");
  if (folds && matchMedia("(max-width: 64rem)").matches) folds.open = false;

  // How many came or changed since the list was read: told by a button that shows them. The list never moves by itself.
  const news = document.querySelector("[data-nouvelles]");
  const EVERY = 60_000;
  const AT_MOST = 5_000;
  let asked = 0;
  const ask = async () => {
    if (document.visibilityState !== "visible" || Date.now() - asked < AT_MOST) return;
    asked = Date.now();
    try {
      const answer = await fetch(news.dataset.nouvelles, { redirect: "error" });
      const told = answer.ok ? await answer.text() : news.textContent;
      if (told === news.textContent) return;
      const link = document.createElement("a");
      link.className = "fr-btn fr-btn--sm";
      link.href = location.pathname + location.search;
      link.textContent = told;
      news.replaceChildren(...(told ? [link] : []));
    } catch {
      // The service or the network is away: asked again later.
    }
  };
  if (news) {
    setInterval(ask, EVERY);
    document.addEventListener("visibilitychange", ask);
  }

  // What can be taken back for a while says how long, and no longer offers it after.
  document.querySelectorAll("[data-reste]").forEach((part) => {
    const end = Date.now() + Number(part.dataset.reste) * 1000;
    const count = part.querySelector("[data-compte]");
    const tick = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      if (count) count.textContent = String(left);
      if (left > 0) return;
      window.clearInterval(clock);
      part.querySelectorAll("[data-ensuite]").forEach((after) => (after.hidden = false));
      const had = part.contains(document.activeElement);
      part.querySelectorAll("[data-annulable]").forEach((offer) => offer.remove());
      if (had) {
        part.tabIndex = -1;
        part.focus();
      }
    };
    const clock = window.setInterval(tick, 1000);
  });

  // A screen reader says a region whose words change while it is there; what came with the page would stay unsaid.
  const read = Array.from(document.querySelectorAll("[data-dit] p:first-child"), (part) => part.textContent.trim()).join(" ");
  const voice = document.querySelector("[data-annonce]");
  if (read && voice) window.addEventListener("load", () => setTimeout(() => (voice.textContent = read), 100));

  // What was just done is told once: reloading or sharing the address does not tell it again.
  const url = new URL(location.href);
  if (document.querySelector(".team-page, [data-cases]")) takeBoxes(url.searchParams.has("fait"));
  // An act on many that was done needs its words no more.
  if (url.searchParams.has("lot")) dropBoxes(BULK);
  if (url.searchParams.has("fait") || url.searchParams.has("lot")) {
    url.searchParams.delete("fait");
    url.searchParams.delete("lot");
    url.searchParams.delete("demande");
    history.replaceState(null, "", url);
  }

  // Where CSS lays a table out as cards, some browsers no longer tell that it is one; they heed a role that is named.
  const roles = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell" };
  for (const [name, role] of Object.entries(roles)) {
    document.querySelectorAll(`main ${name}:not([role])`).forEach((part) => part.setAttribute("role", role));
  }
  document.querySelectorAll("main th:not([role])").forEach((head) => {
    head.setAttribute("role", head.scope === "row" ? "rowheader" : "columnheader");
  });

  hints();
  takePlace();
})();
