// The form in a real Chromium: with and without JavaScript, by keyboard, on a small screen, in the dark; axe-core on
// every state; pictures in shots/ for people to look at.

import assert from "node:assert/strict";
import { dark, dsfr, narrow, phone, plain, start, wide } from "./service.mjs";
import { focused, passSum, sum } from "./support/hands.mjs";
import { line, pressCut } from "./support/line.mjs";
import { heard, listen, spoken } from "./support/spoken.mjs";
import { witness } from "./support/witness.mjs";

const { shot, look, watch, conclude } = witness("form");
let service = await start(["--empty"]);

const open = async (options) => watch(await service.open(options), service.base);

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
  assert.equal(await focused(page), "erreurs", `${label}: the error summary has the focus`);
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
  await page.fill("#answer", await sum(page));
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
  await shot(page, "keyboard-1-skip", {});
  await page.keyboard.press("Enter");
  for (let tries = 0; tries < 20; tries += 1) {
    await page.keyboard.press("Tab");
    const id = await focused(page);
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
  assert.equal(await focused(page), "message", "the summary leads to the field");
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
    assert.equal(await focused(page), "avis");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.equal(await focused(page), "answer");
    await page.keyboard.type(await sum(page));
    await page.keyboard.press("Enter");
  }
  await page.waitForURL(/\/en\/suivi\/.*envoye=1$/);
  await look(page, "keyboard-2-sent");
  await page.context().close();
}

/** A sending that breaks off, or cannot begin, leaves the form alive; each of it is spoken once. */
async function interrupted() {
  const page = await open(wide);
  await listen(page);
  await page.clock.install();
  await page.goto(`${service.base}/`);
  await page.fill("#email", "solenn@example.org");
  await page.fill("#message", "Sous quelle licence publier ?");
  const send = () => page.click(".guichet-send button >> nth=0");
  const says = async (words) => {
    const said = await heard(page);
    assert.equal(said.length, 1, `spoken once: ${said}`);
    assert.match(said[0], words);
    assert.deepEqual(await spoken(page), said, "one region speaks");
  };
  await page.context().setOffline(true);
  await send();
  await says(/pas connecté/);
  await page.context().setOffline(false);
  await page.waitForFunction(() => document.querySelector(".guichet-sending").textContent === "");
  let broken = 0;
  await page.route((url) => url.pathname === "/" && url.search !== "", (route) => {
    broken += 1;
    return route.abort("aborted");
  });
  await send();
  await page.waitForFunction(() => document.querySelector(".guichet-sending").textContent.includes("en cours"));
  await send();
  await says(/en cours/);
  await page.clock.fastForward(6000);
  assert.equal(broken, 1, "a double click sends once");
  await says(/envoyez de nouveau/);
  await page.unrouteAll({ behavior: "wait" });
  await send();
  await page.waitForSelector("#answer, #recu");
  await page.context().close();
}

/** The service cannot be reached when the form is sent: the browser shows a page of its own, and going back finds what was
 * typed, on the empty form, on the form with its errors and on its preview, each time again. */
async function unreachable(path, options) {
  const way = await line(service.base);
  const page = watch(await service.open(options), way.base);
  const words = "Sous quelle licence publier notre outil ?";
  const lost = async (press) => {
    await pressCut(page, way, press);
    await page.waitForSelector("#message");
    assert.equal(await page.inputValue("#message"), words, "what was typed is there");
  };
  const send = () => page.click(".guichet-send button >> nth=0");
  await page.goto(way.base + path);
  await page.fill("#message", words);
  await lost(send);
  // Without an address the form comes back with an error, at the address that it was sent to.
  await send();
  await page.waitForSelector("#erreurs");
  await page.fill("#email", "solenn@example.org");
  await lost(send);
  assert.equal(await page.inputValue("#email"), "solenn@example.org");
  if (options.javaScriptEnabled === false) {
    await page.click(".guichet-check");
    await page.waitForSelector("#apercu:focus");
    await lost(() => page.click(".guichet-check"));
    await lost(send);
  }
  await send();
  await passSum(page);
  // The address of a sending, asked for as any page is, shows the form.
  await page.goto(`${way.base}${path}?envoi=x`);
  await page.waitForSelector("#message");
  await page.context().close();
  await way.cut();
}

/** Without any script: the same journey, and the browser's own focus on what is wrong. */
async function withoutScripts() {
  const page = await open({ ...phone, ...plain });
  await page.goto(`${service.base}/`);
  await page.fill("#email", "solenn@example");
  await page.setInputFiles("#files", [pdf("a.pdf")]);
  await page.click(".guichet-send button");
  await page.waitForSelector("#erreurs:focus");
  await shot(page, "no-script-errors");
  await page.fill("#email", "solenn@example.org");
  await page.fill("#message", "Sous quelle licence publier ?");
  await page.click(".guichet-send button");
  await passSum(page);
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
  const night = await open({ ...phone, ...dark });
  await night.goto(`${service.base}/`);
  await look(night, "dark-empty");
  await night.click("button:text-is('Envoyer'):visible >> nth=-1");
  await night.waitForSelector("#erreurs");
  await look(night, "dark-errors");

  const large = await open(wide);
  await listen(large);
  await large.goto(`${service.base}/`);
  await large.setInputFiles("#files", [{ name: "gros.bin", mimeType: "a/b", buffer: Buffer.alloc(11_000_000) }]);
  const said = await heard(large);
  assert.equal(said.length, 1, "spoken once");
  assert.match(said[0], /plus légers/, "a large file is said before it is sent");
  assert.deepEqual(await spoken(large), said, "one region speaks");
  await large.setInputFiles("#files", [pdf("a.pdf")]);
  assert.deepEqual(await spoken(large), [], "what is put right is said no more");
  await large.setInputFiles("#files", [{ name: "gros.bin", mimeType: "a/b", buffer: Buffer.alloc(11_000_000) }]);
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
  for (const page of [night, large, forced]) await page.context().close();
}

try {
  await journey(wide, "wide");
  await journey(phone, "phone");
  await journey(narrow, "narrow");
  await journey({ ...phone, javaScriptEnabled: true, reducedMotion: "reduce" }, "calm");
  await byKeyboard();
  await interrupted();
  for (const options of [wide, { ...phone, ...plain }]) {
    for (const path of ["/", "/en"]) await unreachable(path, options);
  }
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
service = await start(["--empty"], dsfr);
try {
  await journey(wide, "dsfr-wide");
  await journey({ ...phone, ...dark }, "dsfr-phone");
} finally {
  await service.end();
}

conclude("The form holds in Chromium.");
