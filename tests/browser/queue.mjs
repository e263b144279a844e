// A morning's queue of thirty requests, cleared by keyboard alone in a real Chromium: read, answered, put off, many at once,
// undone, searched, typed in; new ones told by a button and nothing that moves. Wide and on a telephone, with and without
// JavaScript; axe-core on every state; pictures in shots/.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { faults, start, sticksOut, until } from "./service.mjs";

const shots = fileURLToPath(new URL("shots/", import.meta.url));
await mkdir(shots, { recursive: true });
const problems = [];

async function look(page, name) {
  await page.screenshot({ path: `${shots}${name}.png`, fullPage: true });
  for (const fault of await faults(page)) problems.push(`${name}: ${fault}`);
  if (await sticksOut(page)) problems.push(`${name}: sticks out sideways`);
}

const mail = (number, subject, text) =>
  `From: Personne ${number} <personne${number}@organisme${number}.example>\r
To: contact@code.gouv.fr\r
Subject: ${subject}\r
Message-ID: <m${number}@organisme${number}.example>\r
MIME-Version: 1.0\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r
\r
${text}\r
`;
const kinds = [
  ["Licence d'un code source", "Bonjour, sous quelle licence publier le code source de notre logiciel métier ?"],
  ["Référencement au SILL", "Bonjour, comment référencer notre solution libre dans le SILL ?"],
  ["Un sujet plus long que la place qu'il a dans la liste, écrit par quelqu'un qui dit tout dès l'objet", "Bonjour, qui contacter pour la politique de logiciels libres de notre ministère ?"],
  ["Formation LibreOffice", "Bonjour, nous souhaitons organiser une formation à LibreOffice pour une quinzaine d'agents. La mission logiciels libres propose-t-elle cette formation, et à quelles dates ?"],
  ["Question", "Bonjour, j'ai une question au sujet de votre catalogue, pouvez-vous me rappeler ?"],
];

const service = await start(["--empty"], { GUICHET__INTAKE__POLL: "1s", GUICHET__REFUSE__HOLD: "15m" });

async function signIn(options) {
  const context = await service.browser.newContext({ locale: "fr-FR", ...options });
  const page = await context.newPage();
  await page.goto(`${service.base}/equipe`);
  await page.fill("[name=adresse]", service.account.email);
  await page.fill("[name=mot_de_passe]", service.account.password);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".team-queue");
  return page;
}

/** Tabs until the focus is on what bears these words. */
async function tabTo(page, words) {
  for (let tries = 0; tries < 80; tries += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((text) => document.activeElement?.textContent.includes(text), words)) return;
  }
  throw new Error(`the focus never came to ${words}`);
}

/** Presses keys one after the other, then waits for the page they lead to, told by words on it. */
async function keys(page, pressed, words) {
  for (const key of pressed) await page.keyboard.press(key);
  // Which kind of space stands before a question mark is typography.
  const says = (text) => document.querySelector("main")?.textContent.replaceAll("\u00a0", " ").includes(text);
  if (words) await page.waitForFunction(says, words);
  if (words) await page.waitForLoadState("load");
}

const waiting = (page) => page.locator("[data-ligne]").count();
const home = `${service.base}/equipe`;

try {
  for (let number = 0; number < 30; number += 1) {
    await service.receive(mail(number, ...kinds[number % kinds.length]), `personne${number}@organisme${number}.example`);
  }
  const desk = await signIn({ viewport: { width: 1440, height: 900 } });
  await until("thirty requests", async () => {
    await desk.goto(`${home}?vue=toutes`);
    return (await waiting(desk)) === 30;
  });
  await look(desk, "queue-1-list-wide");
  await desk.keyboard.press("j");
  await look(desk, "queue-2-row-wide");
  // The acts of a row lie over nothing that is read.
  const overlaps = await desk.evaluate(() => {
    const row = document.activeElement.closest("tr");
    const acts = row.querySelector(".team-more").getBoundingClientRect();
    const cells = [...row.querySelectorAll("td:not(.team-acts) *")].map((part) => part.getBoundingClientRect());
    return cells.some((box) => box.width > 0 && box.right > acts.left + 1 && box.bottom > acts.top && box.top < acts.bottom);
  });
  assert.equal(overlaps, false, "the acts of a row lie over its words");
  await desk.goto(home);
  await look(desk, "queue-3-now-wide");
  const phone = await signIn({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
  await look(phone, "queue-3-now-phone");
  await phone.goto(`${home}?vue=toutes`);
  await look(phone, "queue-1-list-phone");
  const plain = await signIn({ viewport: { width: 1024, height: 800 }, javaScriptEnabled: false });
  await plain.screenshot({ path: `${shots}queue-3-now-plain.png`, fullPage: true });

  // One is read and answered.
  await keys(desk, ["j", "Enter"], "Pourquoi cette décision");
  await desk.keyboard.press("r");
  await desk.keyboard.press("Control+End");
  await desk.keyboard.type("Bonjour, voici la réponse.");
  await tabTo(desk, "Envoyer et clore");
  await keys(desk, ["Enter"], "La réponse est en route");
  await desk.goto(`${home}?vue=a-traiter`);
  // One is put off until tomorrow.
  const before = await waiting(desk);
  await keys(desk, ["j", "z"], "Jusqu’à quand ?");
  await look(desk, "queue-4-snooze-wide");
  await phone.goto(desk.url());
  await look(phone, "queue-4-snooze-phone");
  await keys(desk, ["v"], "reviendra d’elle-même");
  await desk.goto(`${home}?vue=a-traiter`);
  assert.equal(await waiting(desk), before - 1);
  // A refusal that is about to leave is stopped.
  await desk.goto(`${home}?vue=part-bientot`);
  await keys(desk, ["j", "s"], "L’envoi est arrêté");
  // Two are closed at once, and that is taken back.
  await desk.goto(`${home}?vue=sans-reponse`);
  await keys(desk, ["j", "x", "j", "x", "b"]);
  assert.equal(await desk.textContent("[data-cochees]"), "\u00a0: 2");
  await look(desk, "queue-5-ticked-wide");
  await keys(desk, ["Enter"], "Aucun courriel ne part");
  await keys(desk, ["v"], "2 demandes sont closes.");
  await keys(desk, ["U"], "2 demandes sont de nouveau comme avant");
  // Two are answered at once.
  await desk.goto(`${home}?vue=sans-reponse`);
  await keys(desk, ["j", "x", "j", "x", "b"]);
  await tabTo(desk, "Répondre");
  await keys(desk, ["Enter"], "Réponse à chacune");
  await desk.keyboard.press("r");
  await desk.keyboard.type("Bonjour, **merci** : nous revenons vers vous.");
  await look(desk, "queue-6-bulk-wide");
  await keys(desk, ["Escape", "v"], "2 demandes ont reçu leur réponse et sont closes.");
  await look(desk, "queue-7-done-wide");
  // A search by keyboard, with a word that is none.
  await desk.goto(home);
  await desk.keyboard.press("/");
  await desk.keyboard.type('objet:sill -formation couleur:bleu a*');
  await keys(desk, ["Enter"], "n’est pas un champ");
  await look(desk, "queue-8-search-wide");
  await phone.goto(desk.url());
  await look(phone, "queue-8-search-phone");
  // A list kept under a name.
  await desk.goto(`${home}?vue=toutes&categorie=sill`);
  await desk.focus("#nom-vue");
  await desk.keyboard.type("Le SILL");
  await keys(desk, ["Enter"], "La liste est enregistrée");
  await look(desk, "queue-9-kept-wide");
  // A call is typed in.
  await desk.goto(home);
  await keys(desk, ["+"], "Qui demande ?");
  await desk.focus("#nom");
  await desk.keyboard.type("Jeanne Le Bris");
  await desk.focus("#texte");
  await desk.keyboard.type("Elle demande comment référencer leur solution libre dans le SILL.");
  await tabTo(desk, "Vérifier");
  await keys(desk, ["Enter"], "Le tri propose");
  await look(desk, "queue-10-by-hand-wide");
  await phone.goto(`${home}/nouvelle`);
  await phone.click("text=Ouvrir la demande");
  await look(phone, "queue-10-by-hand-phone");
  await keys(desk, ["v"], "La demande est ouverte.");
  // New ones are told by a button; the list stays as it is until it is pressed.
  await desk.goto(`${home}?vue=toutes`);
  const stood = await waiting(desk);
  await service.receive(mail(99, ...kinds[4]), "personne99@organisme99.example");
  await until("the news", async () => {
    await desk.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    return (await desk.locator(".team-news a").count()) === 1;
  });
  assert.equal(await desk.textContent(".team-news a"), "1 nouvelle");
  assert.equal(await waiting(desk), stood);
  await look(desk, "queue-11-news-wide");
  await tabTo(desk, "1 nouvelle");
  await keys(desk, ["Enter"]);
  await until("the new one", async () => (await waiting(desk)) === stood + 1);
  // The rest is closed, page by page.
  for (let pages = 0; pages < 5; pages += 1) {
    await desk.goto(`${home}?vue=a-traiter`);
    if ((await waiting(desk)) === 0) break;
    await keys(desk, ["X", "b", "Enter"], "Aucun courriel ne part");
    await keys(desk, ["v"], "closes.");
  }
  await desk.goto(`${home}?vue=a-traiter`);
  assert.equal(await waiting(desk), 0, "the morning is done");
  await desk.goto(home);
  await look(desk, "queue-12-done-wide");
  // Keys of one's own.
  await desk.setViewportSize({ width: 1440, height: 480 });
  await desk.keyboard.press("?");
  await look(desk, "queue-13-keys-wide");
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
  await look(desk, "queue-14-preferences-wide");
  await phone.goto(`${home}/preferences`);
  await look(phone, "queue-14-preferences-phone");
  await desk.fill("#touche-0", "q");
  await desk.click("text=Enregistrer");
  await desk.goto(`${home}?vue=toutes`);
  await desk.keyboard.press("j");
  assert.equal(await desk.locator("[data-ligne] :focus").count(), 0, "the usual key is free");
  await desk.keyboard.press("q");
  assert.equal(await desk.locator("[data-ligne] :focus").count(), 1);
} finally {
  await service.end();
}
assert.deepEqual(problems, []);
console.log("The queue is cleared by keyboard in Chromium.");
