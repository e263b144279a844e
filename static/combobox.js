// Names of public bodies proposed while one is typed (WAI-ARIA combobox, list autocomplete with manual selection). The field
// stays free text: whatever is typed is taken, and without this script nothing is missing but the list.
(() => {
  "use strict";

  const PAUSE = 200;
  const LEAST = 2;
  const input = document.getElementById("organisation");
  const names = input?.form?.dataset.names;
  if (!names || !window.fetch) return;

  const list = document.createElement("ul");
  list.id = "organisation-liste";
  list.className = "guichet-combobox";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].firstChild.textContent.trim());
  list.hidden = true;
  const around = document.createElement("div");
  around.className = "guichet-combobox__around";
  input.replaceWith(around);
  around.append(input, list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  let timer = 0;
  let asked = 0;
  let active = -1;

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const point = (to) => {
    const options = [...list.children];
    options[active]?.setAttribute("aria-selected", "false");
    active = to;
    const option = options[active];
    if (!option) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  };

  const choose = (option) => {
    input.value = option.textContent;
    close();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    clearTimeout(timer);
  };

  const open = (found) => {
    list.replaceChildren(
      ...found.map((name, at) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${at}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = name;
        return option;
      }),
    );
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
  };

  const look = async () => {
    const typed = input.value.trim();
    asked += 1;
    const mine = asked;
    if (typed.length < LEAST) {
      close();
      return;
    }
    try {
      const answer = await fetch(`${names}?q=${encodeURIComponent(typed)}`);
      const found = answer.ok ? await answer.json() : [];
      const known = found.length === 1 && found[0] === input.value;
      // An answer to what is typed no more, or after leaving, is none.
      if (mine === asked && document.activeElement === input) open(known ? [] : found);
    } catch {
      close();
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    const count = list.children.length;
    const shown = !list.hidden;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !event.altKey) {
      event.preventDefault();
      if (!shown) {
        look();
        return;
      }
      // One step before the first and after the last is the field itself.
      const step = event.key === "ArrowDown" ? 1 : -1;
      point(((active + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Escape" && shown) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && shown && active >= 0) {
      event.preventDefault();
      choose(list.children[active]);
    } else if (event.key === "Tab") {
      close();
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
  input.addEventListener("blur", () => {
    asked += 1;
    close();
  });
})();
