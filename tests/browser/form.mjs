// The form in a real Chromium: with and without JavaScript, by keyboard, on a small screen, in the dark; axe-core on
// every state; pictures in shots/ for people to look at.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { dsfr, faults, start, sticksOut } from "./service.mjs";

const shots = fileURLToPath(new URL("shots/", import.meta.url));
await mkdir(shots, { recursive: true });

let service = await start(["--empty"]);
const problems = [];

/** A page in a new context, whose console and foreign requests are watched. */
async function open(options = {}) {
  const context = await service.browser.newContext({ locale: "fr-FR", ...options });
  const page = await context.newPage();
  page.on("console", (message) => {
    // A form shown again with its errors is a 422, which Chromium writes to the console.
    if (message.type() === "error" && !message.text().includes("422")) problems.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(service.base)) problems.push(`foreign request: ${request.url()}`);
  });
  return page;
}

/** Looks at a state of a page: picture, axe-core, nothing sticking out. */
async function look(page, name) {
  await page.screenshot({ path: `${shots}${name}.png`, fullPage: true });
  for (const fault of await faults(page)) problems.push(`${name}: ${fault}`);
  if (await sticksOut(page)) problems.push(`${name}: sticks out sideways`);
}

const wide = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
const narrow = { viewport: { width: 320, height: 640 } };
const pdf = (name) => ({ name, mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7") });

async function journey(options, label) {
  const page = await open(options);
  await page.goto(`${service.base}/`);
  await look(page, `${label}-1-empty`);

  await page.fill("#name", "Solenn Kervadec");
  await page.fill("#email", "solenn@developpement-durable.gouv");
  await page.fill("#subject", "x".repeat(210));
  await page.setInputFiles("#files", [pdf("Cahier des charges.pdf"), pdf("Annexe technique au dossier de consultation.pdf")]);
  await page.click("button:text-is('Envoyer'):visible >> nth=-1");
  await page.waitForSelector("#erreurs");
  const focused = await page.evaluate(() => document.activeElement?.id);
  assert.equal(focused, "erreurs", `${label}: the error summary has the focus`);
  assert.match(await page.title(), /^Erreur\s: /);
  await look(page, `${label}-2-errors`);

  await page.fill("#email", "solenn@developpement-durable.gouv.fr");
  await page.fill("#subject", "Licence pour un outil");
  await page.fill("#message", "Bonjour,\n\nSous quelle licence publier notre outil ?\n\nSolenn");
  await page.click(".guichet-kept button >> nth=0");
  await page.waitForSelector(".guichet-removed");
  await look(page, `${label}-3-file-removed`);

  // A bot fills what people do not see.
  await page.evaluate(() => {
    document.getElementById("precision").value = "x";
  });
  await page.click("button:text-is('Envoyer'):visible >> nth=-1");
  await page.waitForSelector("#answer");
  await look(page, `${label}-4-sum`);
  const question = await page.textContent("label[for=answer]");
  const [, a, b] = question.match(/(\d) \+ (\d) =/);
  await page.fill("#answer", String(Number(a) + Number(b)));
  await page.click("button:text-is('Envoyer'):visible >> nth=-1");
  await page.waitForURL(/\/suivi\/.*envoye=1$/);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "recu", `${label}: the success is read first`);
  await look(page, `${label}-5-sent`);
  await page.click(".guichet-link a");
  await page.waitForURL(/\/suivi\/[^?]*$/);
  await look(page, `${label}-6-status`);
  await page.context().close();
}

/** From the top of the page to the answer, without a mouse. */
async function byKeyboard() {
  const page = await open(wide);
  await page.goto(`${service.base}/en`);
  await page.keyboard.press("Tab");
  const skip = await page.evaluate(() => document.activeElement.getAttribute("href"));
  assert.equal(skip, "#contenu", "the skip link comes first");
  await page.screenshot({ path: `${shots}keyboard-1-skip.png` });
  await page.keyboard.press("Enter");
  for (let tries = 0; tries < 20; tries += 1) {
    await page.keyboard.press("Tab");
    const id = await page.evaluate(() => document.activeElement.id);
    assert.notEqual(id, "precision", "the trap is never reached");
    if (id === "email") break;
  }
  await page.keyboard.type("someone@example.org");
  await page.setInputFiles("#files", [pdf("a.pdf")]);
  // Enter in a field sends the form, and takes no file away.
  await page.keyboard.press("Enter");
  await page.waitForSelector("#erreurs");
  assert.equal(await page.locator(".guichet-kept li").count(), 1);
  await page.focus("#email");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#erreurs");
  assert.equal(await page.locator(".guichet-kept li").count(), 1, "Enter takes no kept file away");
  await page.click("#erreurs a");
  assert.equal(await page.evaluate(() => document.activeElement.id), "message", "the summary leads to the field");
  await page.keyboard.type("Under which licence?");
  for (let tries = 0; tries < 20; tries += 1) {
    await page.keyboard.press("Tab");
    const tag = await page.evaluate(() => document.activeElement.className);
    if (tag.includes("fr-btn--lg")) break;
  }
  await page.keyboard.press("Enter");
  await page.waitForSelector("#answer, #recu");
  // Quicker than a person: the sum is asked, the notice has the focus and leads to the question.
  if (await page.locator("#answer").count()) {
    assert.equal(await page.evaluate(() => document.activeElement.id), "avis");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "answer");
    const [, a, b] = (await page.textContent("label[for=answer]")).match(/(\d) \+ (\d) =/);
    await page.keyboard.type(String(Number(a) + Number(b)));
    await page.keyboard.press("Enter");
  }
  await page.waitForURL(/\/en\/suivi\/.*envoye=1$/);
  await look(page, "keyboard-2-sent");
  await page.context().close();
}

/** A sending that breaks off, or cannot begin, leaves the form alive. */
async function interrupted() {
  const page = await open(wide);
  await page.clock.install();
  await page.goto(`${service.base}/`);
  await page.fill("#email", "solenn@example.org");
  await page.fill("#message", "Sous quelle licence publier ?");
  const send = () => page.click(".guichet-send button >> nth=0");
  const says = () => page.textContent(".guichet-sending");
  await page.context().setOffline(true);
  await send();
  assert.match(await says(), /pas connecté/);
  await page.context().setOffline(false);
  await page.waitForFunction(() => document.querySelector(".guichet-sending").textContent === "");
  let broken = 0;
  await page.route(`${service.base}/`, (route) => {
    broken += 1;
    return route.abort("aborted");
  });
  await send();
  await page.waitForFunction(() => document.querySelector(".guichet-sending").textContent.includes("en cours"));
  await send();
  await page.clock.fastForward(6000);
  assert.match(await says(), /envoyez de nouveau/);
  assert.equal(broken, 1, "a double click sends once");
  await page.unrouteAll({ behavior: "wait" });
  await send();
  await page.waitForSelector("#answer, #recu");
  await page.context().close();
}

/** Without any script: the same journey, and the browser's own focus on what is wrong. */
async function withoutScripts() {
  const page = await open({ ...phone, javaScriptEnabled: false });
  await page.goto(`${service.base}/`);
  await page.fill("#email", "solenn@example");
  await page.setInputFiles("#files", [pdf("a.pdf")]);
  await page.click(".guichet-send button");
  await page.waitForSelector("#erreurs:focus");
  await page.screenshot({ path: `${shots}no-script-errors.png`, fullPage: true });
  await page.fill("#email", "solenn@example.org");
  await page.fill("#message", "Sous quelle licence publier ?");
  await page.click(".guichet-send button");
  await page.waitForSelector("#answer, #recu");
  if (await page.locator("#answer").count()) {
    const [, a, b] = (await page.textContent("label[for=answer]")).match(/(\d) \+ (\d) =/);
    await page.fill("#answer", String(Number(a) + Number(b)));
    await page.click(".guichet-send button");
  }
  await page.waitForSelector("#recu");
  await page.context().close();
}

/** The states that nobody sees who has our scripts: axe-core needs scripts itself, so only ours are missing. */
async function ourScriptsAway(label, options) {
  const page = await open(options);
  await page.route("**/*.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
  await page.goto(`${service.base}/`);
  await page.fill("#email", "solenn@example");
  await page.fill("#message", "Bonjour, proposez-vous une formation à LibreOffice pour nos agents ?");
  await page.click(".guichet-check");
  await page.waitForSelector(".guichet-insist");
  await look(page, `${label}-unscripted-1-preview`);
  await page.click(".guichet-insist");
  await page.waitForSelector("#erreurs");
  assert.ok(await page.isChecked("#insiste"), "what was asked for is kept, and can be undone");
  await look(page, `${label}-unscripted-2-insisted-with-an-error`);
  await page.fill("#email", "solenn@example.org");
  await page.evaluate(() => {
    document.getElementById("precision").value = "x";
  });
  await page.click(".guichet-send button >> nth=0");
  await page.waitForSelector("#answer");
  await page.fill("#answer", "99");
  await page.click(".guichet-send button >> nth=0");
  await page.waitForSelector("#erreurs");
  await look(page, `${label}-unscripted-3-wrong-sum`);
  await page.context().close();
}

/** The other language keeps what was typed; what is printed can be read. */
async function keptElsewhere() {
  const page = await open({ ...wide, colorScheme: "dark" });
  await page.goto(`${service.base}/`);
  await page.fill("#name", "Solenn Kervadec");
  await page.fill("#message", "Sous quelle licence publier notre outil ?");
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  assert.ok(await page.isVisible("#message"), "the fields are printed");
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(ground, "rgb(255, 255, 255)", "and on white");
  await page.emulateMedia({ media: "screen", colorScheme: "dark" });
  await page.click(".guichet-tools a");
  await page.waitForSelector("html[lang=en] #message");
  assert.equal(await page.inputValue("#message"), "Sous quelle licence publier notre outil ?");
  assert.equal(await page.inputValue("#name"), "Solenn Kervadec");
  await page.context().close();
}

/** Without scripts nobody has to ask for a question that would help. */
async function askedWithoutScripts() {
  const page = await open({ ...wide, javaScriptEnabled: false });
  await page.goto(`${service.base}/`);
  for (const id of ["software", "stage", "capacity"]) assert.ok(await page.isVisible(`#${id}`), `${id} is asked`);
  await page.context().close();
}

async function states() {
  const dark = await open({ ...phone, colorScheme: "dark" });
  await dark.goto(`${service.base}/`);
  await look(dark, "dark-empty");
  await dark.click("button:text-is('Envoyer'):visible >> nth=-1");
  await dark.waitForSelector("#erreurs");
  await look(dark, "dark-errors");

  const large = await open({ ...wide, colorScheme: "light" });
  await large.goto(`${service.base}/`);
  await large.setInputFiles("#files", [{ name: "gros.bin", mimeType: "a/b", buffer: Buffer.alloc(11_000_000) }]);
  assert.match(await large.textContent("#files-messages"), /plus légers/, "a large file is said before it is sent");
  await large.click("summary");
  await look(large, "wide-topics");

  const forced = await open({ ...wide, forcedColors: "active" });
  await forced.goto(`${service.base}/`);
  await look(forced, "forced-colors");

  for (const path of ["mentions-legales", "donnees-personnelles", "accessibilite", "cookies", "en/personal-data", "rien"]) {
    for (const [label, options] of [["wide", wide], ["phone", phone]]) {
      const page = await open(options);
      await page.goto(`${service.base}/${path}`);
      await look(page, `${label}-page-${path.replace("/", "-")}`);
      await page.context().close();
    }
  }
  for (const page of [dark, large, forced]) await page.context().close();
}

try {
  await journey(wide, "wide");
  await journey(phone, "phone");
  await journey(narrow, "narrow");
  await journey({ ...phone, javaScriptEnabled: true, reducedMotion: "reduce" }, "calm");
  await byKeyboard();
  await interrupted();
  await withoutScripts();
  await askedWithoutScripts();
  await ourScriptsAway("wide", { ...wide, colorScheme: "dark" });
  await ourScriptsAway("phone", phone);
  await keptElsewhere();
  await states();
} finally {
  await service.end();
}

// The same markup with the State's design system.
service = await start(["--empty"], { GUICHET__WEB__THEME: "dsfr", GUICHET__WEB__DSFR_DIR: dsfr });
try {
  await journey(wide, "dsfr-wide");
  await journey({ ...phone, colorScheme: "dark" }, "dsfr-phone");
} finally {
  await service.end();
}

// The answer to a page that is not there is no fault of the page.
const real = problems.filter((problem) => !problem.includes("404"));
for (const problem of real) console.error(problem);
assert.equal(real.length, 0, `${real.length} problem(s)`);
console.log("The form holds in Chromium.");
