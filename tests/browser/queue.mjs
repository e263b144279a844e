// A morning's queue of thirty requests, cleared by keyboard alone in a real Chromium: read, answered, put off, many at once,
// undone, searched, typed in; new ones told by a button and nothing that moves. Wide and on a telephone, with and without
// JavaScript; axe-core on every state; pictures in shots/.

import assert from "node:assert/strict";
import { phone as telephone, plain as bare, quick, start, until, wide } from "./service.mjs";
import { tabTo } from "./support/hands.mjs";
import { mail } from "./support/mail.mjs";
import { heard, listen } from "./support/spoken.mjs";
import { witness } from "./support/witness.mjs";

const { shot, look, conclude } = witness("queue");

const kinds = [
  ["Licence d'un code source", "Bonjour, sous quelle licence publier le code source de notre logiciel métier ?"],
  ["Référencement au SILL", "Bonjour, comment référencer notre solution libre dans le SILL ?"],
  ["Un sujet plus long que la place qu'il a dans la liste, écrit par quelqu'un qui dit tout dès l'objet", "Bonjour, qui contacter pour la politique de logiciels libres de notre ministère ?"],
  ["Formation LibreOffice", "Bonjour, nous souhaitons organiser une formation à LibreOffice pour une quinzaine d'agents. La mission logiciels libres propose-t-elle cette formation, et à quelles dates ?"],
  ["Question", "Bonjour, j'ai une question au sujet de votre catalogue, pouvez-vous me rappeler ?"],
];

const service = await start(["--empty"], { ...quick, GUICHET__REFUSE__HOLD: "15m" });

/** Person `number` writes. */
function write(number, [subject, words]) {
  const from = `personne${number}@organisme${number}.example`;
  return service.receive(mail(`Personne ${number} <${from}>`, subject, `m${number}@organisme${number}.example`, `${words}\n`), from);
}

/** Presses keys one after the other, then waits for the page they lead to, told by words on it. */
async function keys(page, pressed, words) {
  for (const key of pressed) await page.keyboard.press(key);
  // Which kind of space stands before a question mark is typography.
  const says = (text) => document.querySelector("main")?.textContent.replaceAll("\u00a0", " ").includes(text);
  if (words) await page.waitForFunction(says, words);
  if (words) await page.waitForLoadState("load");
}

/** Another view, by the keyboard: tabs to its link beside the list. */
async function view(page, title) {
  const link = `.team-side-list a:has-text("${title}")`;
  if ((await page.locator(".team-side-list").count()) === 0) await keys(page, ["u"], "Vues");
  await tabTo(page, link);
  // The view may be the one that is left: only the load tells that it is there anew.
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  await page.waitForSelector(`${link}[aria-current=page]`);
}

const waiting = (page) => page.locator("[data-ligne]").count();
const home = `${service.base}/equipe`;

try {
  for (let number = 0; number < 30; number += 1) {
    await write(number, kinds[number % kinds.length]);
  }
  const desk = await service.signIn(wide);
  await listen(desk);
  await until("thirty requests", async () => {
    await desk.goto(`${home}?vue=toutes`);
    return (await waiting(desk)) === 30;
  });
  await look(desk, "1-list-wide");
  await desk.keyboard.press("j");
  await look(desk, "2-row-wide");
  // The acts of a row lie over nothing that is read: not over what is asked, nor over who asks. The state gives way to them.
  const overlaps = await desk.evaluate(() => {
    const row = document.activeElement.closest("tr");
    const acts = row.querySelector(".team-more").getBoundingClientRect();
    const read = [...row.querySelectorAll("td:not(.team-acts) *")].filter((part) => getComputedStyle(part).opacity !== "0");
    if (!["team-subject", "team-from"].every((cell) => read.some((part) => part.closest(`.${cell}`)))) return true;
    const cells = read.map((part) => part.getBoundingClientRect());
    return cells.some((box) => box.width > 0 && box.right > acts.left + 1 && box.bottom > acts.top && box.top < acts.bottom);
  });
  assert.equal(overlaps, false, "the acts of a row lie over its words");
  // Nothing of ordinary length is cut.
  const shortened = (page, what) =>
    page.evaluate((parts) => {
      const cut = (part) => part.scrollWidth > part.clientWidth + 1 || part.scrollHeight > part.clientHeight + 1;
      return [...document.querySelectorAll(parts)].filter(cut).map((part) => part.textContent);
    }, what);
  assert.deepEqual(await shortened(desk, ".team-subject a, .team-from > span"), [], "a subject or a name is cut");
  await view(desk, "À faire maintenant");
  await look(desk, "3-now-wide");
  const phone = await service.signIn(telephone);
  await look(phone, "3-now-phone");
  const cut = (page, what) =>
    page.evaluate((parts) => [...document.querySelectorAll(parts)].filter((part) => part.scrollWidth > part.clientWidth + 1).length, what);
  assert.equal(await cut(phone, ".team-from > span:first-child"), 0, "a name is cut on a telephone");
  assert.equal(await cut(desk, ".team-subject .team-quiet"), 0, "what a row says under its subject is cut");
  await phone.goto(`${home}?vue=toutes`);
  await look(phone, "1-list-phone");
  const plain = await service.signIn({ viewport: { width: 1024, height: 800 }, ...bare });
  await shot(plain, "3-now-plain");

  // One is read and answered.
  await keys(desk, ["j", "Enter"], "Pourquoi cette décision");
  await desk.keyboard.press("r");
  await desk.keyboard.press("Control+End");
  await desk.keyboard.type("Bonjour, voici la réponse.");
  await tabTo(desk, ':text("Envoyer et clore")');
  await keys(desk, ["Enter"], "La réponse est en route");
  await view(desk, "À traiter");
  // One is put off until tomorrow.
  const before = await waiting(desk);
  await keys(desk, ["j", "z"], "Jusqu’à quand ?");
  await look(desk, "4-snooze-wide");
  await phone.goto(desk.url());
  await look(phone, "4-snooze-phone");
  // Its days have keys of their own.
  await desk.keyboard.press("3");
  assert.equal(await desk.isChecked("#quand-semaine"), true);
  await desk.keyboard.press("g");
  assert.equal(await desk.evaluate(() => document.activeElement.id), "jusque");
  await keys(desk, ["Escape", "1", "v"], "reviendra d’elle-même");
  assert.equal(desk.url(), `${home}?vue=a-traiter`);
  assert.equal(await desk.locator("[data-ligne] :focus").count(), 1, "the hands are on the next one");
  assert.equal(await waiting(desk), before - 1);
  // A refusal that is about to leave is stopped.
  await view(desk, "Part bientôt");
  await keys(desk, ["j", "s"], "L’envoi est arrêté");
  // Back from a request the hands are on its row, in the same list.
  await desk.goto(`${home}?vue=toutes&categorie=sill`);
  const filtered = await waiting(desk);
  await keys(desk, ["j", "j", "Enter"], "Pourquoi cette décision");
  await keys(desk, ["u"], "demandes trouvées");
  assert.equal(desk.url(), `${home}?vue=toutes&categorie=sill`);
  assert.equal(await waiting(desk), filtered);
  assert.equal(await desk.evaluate(() => [...document.querySelectorAll("[data-ligne]")].indexOf(document.activeElement.closest("tr"))), 1);
  // Two are closed at once, and that is taken back.
  await view(desk, "Sans réponse");
  await keys(desk, ["j", "x", "j", "x", "b"]);
  assert.equal(await desk.textContent("[data-cochees]"), "\u00a0: 2");
  await look(desk, "5-ticked-wide");
  await keys(desk, ["Enter"], "Aucun courriel ne part");
  await keys(desk, ["v"], "2 demandes sont closes.");
  await keys(desk, ["U"], "2 demandes sont de nouveau comme avant");
  // With something ticked the keys of closing, answering and refusing stand for all of it; without, they have nothing to act on.
  const list = desk.url();
  await desk.keyboard.press("r");
  assert.equal(desk.url(), list);
  for (const [key, words] of [["c", "Aucun courriel ne part"], ["r", "Réponse à chacune"], ["R", "Chaque auteur reçoit le refus"]]) {
    await keys(desk, ["j", "x", "j", "x", key], words);
    await keys(desk, ["u"], "Vues");
    // Back on the last one ticked, the hands start from the top again.
    await view(desk, "Sans réponse");
  }
  // Two that are about to be refused are refused by a person, at once; what is no reason to refuse is left aside.
  await view(desk, "Part bientôt");
  await keys(desk, ["j", "x", "j", "x", "b"]);
  await tabTo(desk, ':text("Refuser")');
  await keys(desk, ["Enter"], "Chaque auteur reçoit le refus");
  await look(desk, "15-refuse-wide");
  await keys(desk, ["v"], "2 demandes sont refusées.");
  await look(desk, "16-refused-wide");
  // Two are answered at once.
  await view(desk, "Sans réponse");
  await keys(desk, ["j", "x", "j", "x", "b"]);
  await tabTo(desk, ':text("Répondre")');
  await keys(desk, ["Enter"], "Réponse à chacune");
  await desk.keyboard.press("r");
  await desk.keyboard.type("Bonjour, **merci** : nous revenons vers vous.");
  await look(desk, "6-bulk-wide");
  // The session ends meanwhile: signing in again, one finds the selection and the words.
  await desk.context().clearCookies();
  await keys(desk, ["Escape", "v"], "Adresse électronique");
  await service.typeAccount(desk);
  await keys(desk, ["Enter"], "Réponse à chacune");
  assert.equal(await desk.inputValue("#reponse"), "Bonjour, **merci** : nous revenons vers vous.");
  await keys(desk, ["v"], "2 demandes ont reçu leur réponse et sont closes.");
  await look(desk, "7-done-wide");
  // What was done is spoken, and once: not again with each second of the countdown.
  const left = await desk.textContent("[data-compte]");
  await desk.waitForFunction((was) => document.querySelector("[data-compte]").textContent !== was, left);
  assert.deepEqual(await heard(desk), ["2 demandes ont reçu leur réponse et sont closes."]);
  // A search by keyboard, with a word that is none.
  await view(desk, "À faire maintenant");
  await desk.keyboard.press("/");
  await desk.keyboard.type('objet:sill -formation couleur:bleu a*');
  await keys(desk, ["Enter"], "n’est pas un champ");
  await look(desk, "8-search-wide");
  await phone.goto(desk.url());
  await look(phone, "8-search-phone");
  // A list kept under a name.
  await desk.goto(`${home}?vue=toutes&categorie=sill`);
  await tabTo(desk, "#nom-vue");
  await desk.keyboard.type("Le SILL");
  await keys(desk, ["Enter"], "La liste est enregistrée");
  await look(desk, "9-kept-wide");
  // A second one is kept; the key leads to the button of the first, which Enter presses.
  await tabTo(desk, "#nom-vue");
  await desk.keyboard.type("Encore le SILL");
  await Promise.all([desk.waitForEvent("load"), desk.keyboard.press("Enter")]);
  const kept = () => desk.$$eval(".team-kept > a", (links) => links.map((link) => link.textContent.trim()));
  const [first, second] = await kept();
  await desk.keyboard.press("D");
  assert.match(await desk.evaluate(() => document.activeElement.textContent), new RegExp(` la vue ${first}`));
  await keys(desk, ["Enter"], "La vue est supprimée.");
  assert.deepEqual(await kept(), [second]);
  // A call is typed in.
  await keys(desk, ["+"], "Qui demande ?");
  await tabTo(desk, "#nom");
  await desk.keyboard.type("Jeanne Le Bris");
  await tabTo(desk, "#texte");
  await desk.keyboard.type("Elle demande comment référencer leur solution libre dans le SILL.");
  await tabTo(desk, ':text("Vérifier")');
  await keys(desk, ["Enter"], "Le tri propose");
  await look(desk, "10-by-hand-wide");
  await phone.goto(`${home}/nouvelle`);
  await phone.click("text=Ouvrir la demande");
  await look(phone, "10-by-hand-phone");
  await keys(desk, ["v"], "La demande est ouverte.");
  // New ones are told by a button; the list stays as it is until it is pressed.
  await view(desk, "Toutes");
  const stood = await waiting(desk);
  await write(99, kinds[4]);
  await until("the news", async () => {
    await desk.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    return (await desk.locator(".team-news a").count()) === 1;
  });
  assert.equal(await desk.textContent(".team-news a"), "1 nouvelle");
  assert.deepEqual(await heard(desk), ["1 nouvelle"]);
  assert.equal(await waiting(desk), stood);
  await look(desk, "11-news-wide");
  await tabTo(desk, ':text("1 nouvelle")');
  await keys(desk, ["Enter"]);
  await until("the new one", async () => (await waiting(desk)) === stood + 1);
  // The rest is closed, page by page.
  for (let pages = 0; pages < 5; pages += 1) {
    await view(desk, "À traiter");
    if ((await waiting(desk)) === 0) break;
    await keys(desk, ["X", "b", "Enter"], "Aucun courriel ne part");
    await keys(desk, ["v"], "closes.");
  }
  await view(desk, "À traiter");
  assert.equal(await waiting(desk), 0, "the morning is done");
  await view(desk, "À faire maintenant");
  await look(desk, "12-done-wide");
  // Keys of one's own.
  await desk.setViewportSize({ width: 1440, height: 480 });
  await desk.keyboard.press("?");
  await look(desk, "13-keys-wide");
  const help = await desk.evaluate(() => {
    const dialog = document.getElementById("touches");
    return [dialog.scrollHeight > dialog.clientHeight, dialog.scrollTop, document.activeElement.id];
  });
  assert.deepEqual(help, [true, 0, "touches-titre"], "long, it opens at its top");
  await desk.keyboard.press("Escape");
  await desk.setViewportSize({ width: 1440, height: 900 });
  // A touch screen shows the keys once a keyboard was used on it. (Chromium emulates no `hover: none`: what the style asks for
  // is looked at.)
  await phone.goto(`${home}?vue=toutes`);
  const keyboard = () => phone.evaluate(() => document.documentElement.matches("[data-clavier]"));
  assert.equal(await keyboard(), false);
  await phone.focus("#q");
  await phone.keyboard.press("j");
  assert.equal(await keyboard(), false, "what is typed in a box may come from the screen");
  await phone.locator("#q").blur();
  await phone.keyboard.press("j");
  assert.equal(await keyboard(), true);
  await phone.goto(home);
  assert.equal(await keyboard(), true, "nor does the next page forget it");
  await desk.goto(`${home}/preferences`);
  await look(desk, "14-preferences-wide");
  await phone.goto(`${home}/preferences`);
  await look(phone, "14-preferences-phone");
  await desk.fill("#touche-0", "q");
  await desk.click("main button:has-text('Enregistrer')");
  await desk.goto(`${home}?vue=toutes`);
  await desk.keyboard.press("j");
  assert.equal(await desk.locator("[data-ligne] :focus").count(), 0, "the usual key is free");
  await desk.keyboard.press("q");
  assert.equal(await desk.locator("[data-ligne] :focus").count(), 1);
} finally {
  await service.end();
}
conclude("The queue is cleared by keyboard in Chromium.");
