// The status page in a real Chromium: before the code, with it, and after each act; by keyboard alone; axe-core in each state,
// at every width; and the public page on sorting. Pictures in shots/ for people to look at.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { dark, dsfr, narrow, phone, plain, start, until, wide, zoomed } from "./service.mjs";
import { focused, passSum, tabTo } from "./support/hands.mjs";
import { line, pressCut } from "./support/line.mjs";
import { heard, listen } from "./support/spoken.mjs";
import { witness } from "./support/witness.mjs";

const { shot, look, watch, conclude } = witness("status");
// The line of a mail that holds a code.
const CODE = /^ {4}(\d{3} \d{3})\s*$/m;
const pdf = [{ name: "suite.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7") }];
let service;

const open = async (options) => watch(await service.open(options), service.base);

/** Sends a form and answers the address of its status page. */
async function sent(page, message, path = "/") {
  await page.goto(service.base + path);
  await page.fill("#email", `solenn-${Math.random()}@example.org`);
  await page.fill("#message", message);
  await page.click(".guichet-send button >> nth=0");
  await passSum(page);
  assert.equal(await focused(page), "recu", "the success is read first");
  return (await page.getAttribute(".guichet-link a", "href")).replace(/^https?:\/\/[^/]+/, service.base);
}

/** Asks for a code once the request is understood (its receipt has left), and reads it in the mail that leaves. */
async function code(page, link, ask = "text=Recevoir un code") {
  await page.goto(link);
  const reference = (await page.textContent(".guichet-reference")).trim();
  const about = async (wanted) => (await service.mails()).find((mail) => mail.text.includes(reference) && wanted(mail.text));
  await until("the receipt", () => about(() => true));
  await page.click(ask);
  await page.waitForSelector("#code");
  return CODE.exec((await until("the code", () => about((text) => CODE.test(text)))).text)[1];
}

/** Opens the acts of a request. */
async function enter(page, link) {
  await page.fill("#code", await code(page, link));
  await page.click("text=Continuer");
  await page.waitForSelector("#actes");
}

async function journey(label, options) {
  const page = await open(options);
  await listen(page);
  const link = await sent(page, "Bonjour, où publier le code source de notre outil ?");
  await page.goto(link);
  await look(page, `${label}-1-before`);
  const right = await code(page, link);
  assert.equal(await focused(page), "avis", "the notice has the focus");
  const [notice, field] = [await page.locator("#avis").boundingBox(), await page.locator("label[for=code]").boundingBox()];
  assert.ok(field.y - notice.y - notice.height >= 16, "the field stands apart from the notice");
  await look(page, `${label}-2-asked`);
  await page.fill("#code", "12");
  await page.click("text=Continuer");
  await page.waitForSelector("#erreurs");
  assert.equal(await focused(page), "erreurs", "the error takes the focus");
  await look(page, `${label}-3-wrong`);
  await page.fill("#code", right);
  await page.click("text=Continuer");
  await page.waitForSelector("#actes");
  await look(page, `${label}-4-open`);
  await page.click("button:text-is('Ajouter')");
  await page.waitForSelector("#erreurs");
  assert.equal(await focused(page), "erreurs");
  await look(page, `${label}-5-empty-message`);
  // A file alone is enough; one too large is told at its own field.
  await page.setInputFiles("#files", [{ name: "gros.bin", mimeType: "a/b", buffer: Buffer.alloc(11_000_000) }]);
  assert.equal((await heard(page)).length, 1, "spoken once, before it is sent");
  await page.fill("#message", "Il est écrit en Rust.");
  await page.click("button:text-is('Ajouter')");
  await page.waitForSelector("#erreurs a[href='#files']");
  assert.equal(await page.getAttribute("#message", "aria-invalid"), null);
  assert.equal(await page.inputValue("#message"), "Il est écrit en Rust.");
  await look(page, `${label}-5-large-file`);
  await page.setInputFiles("#files", pdf);
  await page.click("button:text-is('Ajouter')");
  await page.waitForSelector("#fait");
  assert.equal(await focused(page), "fait");
  await look(page, `${label}-6-added`);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("text=Télécharger ce que")]);
  assert.match(download.suggestedFilename(), /^demande-\w{8}\.zip$/);
  assert.equal((await readFile(await download.path())).subarray(0, 2).toString(), "PK");
  await page.fill("#message", "Un mot de plus.");
  await page.click("text=Retirer ma demande");
  await page.waitForSelector("#avis");
  assert.equal(await focused(page), "avis", "the question has the focus");
  assert.match(await page.title(), /^Retirer votre demande/);
  await look(page, `${label}-7-sure`);
  await page.click("text=Non, la garder");
  await page.waitForSelector("#message");
  assert.equal(await page.inputValue("#message"), "Un mot de plus.", "what was typed is not lost");
  await page.click("text=C’est bon, merci");
  await page.waitForSelector("text=Votre message n’est pas envoyé");
  assert.equal(await focused(page), "avis");
  await look(page, `${label}-7-not-sent`);
  await page.click("text=Clore sans envoyer");
  await page.waitForSelector("#fait");
  assert.match(await page.title(), /^Demande close/);
  await look(page, `${label}-8-closed`);
  await page.click("text=Refermer cette page");
  await page.waitForSelector("text=Recevoir un code");
  await look(page, `${label}-9-left`);
  await page.context().close();
}

/** Code, message, withdrawal: without a mouse and without a script. */
async function byKeyboard() {
  const page = await open({ ...wide, ...plain });
  const link = await sent(page, "Bonjour, sous quelle licence publier notre outil ?");
  const right = await code(page, link);
  await tabTo(page, "#code");
  await page.keyboard.type(right);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#actes");
  await tabTo(page, "#message");
  await page.keyboard.type("Un mot de plus.");
  await tabTo(page, "form[action*='/ajouter?'] button");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#fait:focus");
  await tabTo(page, "button[formaction*='/retirer?']");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#avis:focus");
  await tabTo(page, "form[action*='/retirer?'] button");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#fait:focus");
  assert.match(await page.textContent("#fait"), /retirée/);
  await shot(page, "keyboard-withdrawn");
  await tabTo(page, "a[href$='/donnees']");
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  assert.match(download.suggestedFilename(), /\.zip$/);
  await page.context().close();
}

/** The page closes while one writes: the text waits for the new code, and is there once it is given. */
async function closedMeanwhile() {
  const page = await open({ ...wide, ...dark });
  const link = await sent(page, "Bonjour, quelle forge conseillez-vous à notre équipe ?");
  await enter(page, link);
  await page.fill("#message", "Un long texte, écrit d’un trait.");
  await page.setInputFiles("#files", pdf);
  await page.context().clearCookies();
  await page.click("button:text-is('Ajouter')");
  await page.waitForSelector("#garde");
  assert.equal(await focused(page), "erreurs");
  assert.match(await page.textContent("#perdu"), /joignez-les de nouveau/, "the file is not dropped without a word");
  await look(page, "dark-closed-meanwhile");
  await page.click("text=Recevoir un code");
  await page.waitForSelector("#code");
  assert.equal(await focused(page), "avis");
  await look(page, "dark-closed-asked");
  // The other language keeps the text that waits, and that a code was asked for.
  for (const [lang, asks] of [["en", "Continue"], ["fr", "Continuer"]]) {
    await page.click(".guichet-tools a");
    await page.waitForSelector(`html[lang=${lang}] button:text-is("${asks}")`);
    assert.equal(await page.inputValue("#garde"), "Un long texte, écrit d’un trait.");
  }
  await page.fill("#code", "12");
  await page.click("text=Continuer");
  await page.waitForSelector("#erreurs");
  assert.equal(await page.inputValue("#garde"), "Un long texte, écrit d’un trait.");
  await page.context().close();
}

/** The same page in English, and the other language while one writes: text and file go along. */
async function english(label, options) {
  const page = await open(options);
  const link = await sent(page, "Hello, where should we publish the source code of our tool?", "/en");
  assert.match(link, /\/en\/suivi\//);
  await page.goto(link);
  await look(page, `${label}-1-before`);
  await page.fill("#code", await code(page, link, "button:text-is('Receive a code')"));
  await look(page, `${label}-2-asked`);
  await page.click("button:text-is('Continue')");
  await page.waitForSelector("#actes");
  await page.fill("#message", "It is written in Rust.");
  await page.setInputFiles("#files", pdf);
  const across = async (lang) => {
    await page.click(".guichet-tools a");
    await page.waitForSelector(`html[lang=${lang}] #message`);
    assert.equal(await page.inputValue("#message"), "It is written in Rust.", "what was typed goes along");
    assert.match(await page.textContent(".guichet-kept"), /suite\.pdf/, "and what was attached");
  };
  await across("fr");
  await across("en");
  await look(page, `${label}-3-open`);
  await page.click("button:text-is('Add')");
  await page.waitForSelector("#fait");
  assert.match(await page.textContent("#fait"), /Your message is recorded/);
  await look(page, `${label}-4-added`);
  await page.click("text=All is well, thank you");
  await page.waitForSelector("text=Thank you!");
  assert.match(await page.title(), /^Request closed/);
  await look(page, `${label}-5-closed`);
  // The language alone, with nothing typed, is a link as any other.
  await page.click(".guichet-tools a");
  await page.waitForURL(/:\d+\/suivi\/[^/]*$/);
  await page.context().close();
}

/** The service cannot be reached when a message is sent, or the request ended: going back finds what was typed. */
async function unreachable(options) {
  const way = await line(service.base);
  const page = await service.open(options);
  const words = "Il est écrit en Rust, et en C pour le reste.";
  const link = await sent(page, "Bonjour, où publier le code source de notre bibliothèque ?");
  await enter(page, link.replace(service.base, way.base));
  await page.fill("#message", words);
  const lost = async (button, field = "#message") => {
    await pressCut(page, way, () => page.click(button));
    await page.waitForSelector(field);
    assert.equal(await page.inputValue(field), words, `what was typed is there: ${button}`);
  };
  const add = "button:text-is('Ajouter')";
  await lost(add);
  await page.setInputFiles("#files", [{ name: "gros.bin", mimeType: "a/b", buffer: Buffer.alloc(11_000_000) }]);
  await page.click(add);
  await page.waitForSelector("#erreurs a[href='#files']");
  await lost(add);
  await lost("text=C’est bon, merci");
  await page.click("text=Retirer ma demande");
  await page.waitForSelector("#garde");
  await lost("text=Oui, la retirer", "#garde");
  // The page closes meanwhile: the text waits for a code, and does so over a broken line.
  await page.click("text=Non, la garder");
  await page.waitForSelector("#message");
  await page.context().clearCookies();
  await page.click(add);
  await page.waitForSelector("#garde");
  await lost("text=Recevoir un code", "#garde");
  await page.click("text=Recevoir un code");
  await page.waitForSelector("#code");
  await page.fill("#code", "12");
  await page.click("text=Continuer");
  await page.waitForSelector("#erreurs");
  await lost("text=Continuer", "#garde");
  // An act asked for as a page leads to the page.
  await page.reload();
  await page.goto(page.url());
  await page.waitForURL(/\/suivi\/[^/]*$/);
  await page.context().close();
  await way.cut();
}

/** Whoever shares a computer leaves nothing behind: the browser has forgotten the page that was closed. */
async function leftBehind() {
  const page = await open(wide);
  const link = await sent(page, "Bonjour, quelle licence choisir pour nos données et notre code ?");
  await enter(page, link);
  await page.fill("#message", "Ce que personne d’autre ne lit.");
  await page.click("text=Refermer cette page");
  await page.waitForSelector("#fait");
  await page.goBack();
  await page.waitForSelector("text=Recevoir un code");
  assert.equal(await page.locator("#message").count(), 0);
  await page.context().close();
}

/** Two requests that the team made one: neither author ends what is the other's too, and each is told what becomes of it. */
async function joined(label, options) {
  const host = await open(options);
  const guest = await open(options);
  const asked = await sent(host, "Bonjour, qui peut nous parler de la politique de logiciels libres de notre ministère ?");
  const joins = await sent(guest, "Bonjour, qui suit la stratégie de logiciels libres dans notre ministère ?");
  await enter(host, asked);
  await enter(guest, joins);
  const reference = async (page) => (await page.textContent(".guichet-reference")).trim();
  const desk = await service.signIn(wide, `/equipe/demandes/${await reference(guest)}`);
  await desk.click("#fusionner summary");
  await desk.fill("#autre", await reference(host));
  await desk.click("button:text-is('Fusionner')");
  await desk.waitForSelector("text=tout ce qu’elle contenait est ici");
  await desk.context().close();

  await guest.click("text=C’est bon, merci");
  await guest.waitForSelector("#erreurs");
  assert.equal(await focused(guest), "erreurs");
  assert.match(await guest.textContent("#erreurs"), /jointe à celle d’une autre personne/);
  await look(guest, `${label}-joined`);
  await host.click("text=C’est bon, merci");
  await host.waitForSelector("#fait");
  assert.equal(await focused(host), "fait");
  assert.match(await host.textContent("#fait"), /l’équipe se charge de la suite/);
  await look(host, `${label}-joined-to`);
  await guest.context().close();
  await host.context().close();
}

/** Codes are not guessed: after too many tries none is looked at for a while, and the page says so. The last story of a service,
 * which counts the tries of an address. */
async function tooOften(label, options) {
  const page = await open(options);
  const link = await sent(page, "Bonjour, où trouver les licences conseillées pour un code source ?");
  await code(page, link);
  for (let status = 0, tries = 0; status !== 429; tries += 1) {
    assert.ok(tries <= 100, "codes can be guessed");
    await page.fill("#code", "000 000");
    const [answer] = await Promise.all([page.waitForResponse((one) => one.url().includes("/entrer?")), page.click("text=Continuer")]);
    status = answer.status();
    await page.waitForSelector("#erreurs");
  }
  assert.equal(await focused(page), "erreurs");
  await look(page, `${label}-too-often`);
  await page.context().close();
}

async function sorting() {
  for (const [label, options] of [["wide", wide], ["phone", phone], ["narrow", narrow], ["dark", { ...phone, ...dark }]]) {
    const page = await open(options);
    await page.goto(`${service.base}/tri`);
    await look(page, `${label}-sorting`);
    await page.context().close();
  }
  // Text at 200 %: what does not fit scrolls, and can be reached to be scrolled.
  const page = await open(narrow);
  await page.goto(`${service.base}/tri`);
  await page.evaluate(() => {
    document.documentElement.style.fontSize = "200%";
  });
  await look(page, "large-sorting");
  await page.context().close();
}

service = await start(["--empty"]);
try {
  await journey("wide", wide);
  await journey("narrow", narrow);
  await journey("dark", { ...phone, ...dark });
  await journey("zoomed", zoomed);
  await byKeyboard();
  await closedMeanwhile();
  for (const options of [wide, { ...phone, ...plain }]) await unreachable(options);
  await leftBehind();
  await english("english", phone);
  await joined("wide", wide);
  await joined("dark", { ...phone, ...dark });
  await sorting();
  await tooOften("narrow", { ...narrow, ...dark });
} finally {
  await service.end();
}
service = await start(["--empty"], dsfr);
try {
  await journey("dsfr", phone);
  await journey("dsfr-wide", wide);
  await joined("dsfr", wide);
  await sorting();
  await tooOften("dsfr", phone);
} finally {
  await service.end();
}

conclude("The status page holds in Chromium.");
