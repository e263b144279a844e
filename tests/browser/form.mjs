// The form in a real Chromium: with and without JavaScript, by keyboard, on a small screen, in the dark; axe-core on
// every state; pictures in shots/ for people to look at.

import assert from "node:assert/strict";
import { dark, dsfr, narrow, phone, plain, start, wide } from "./service.mjs";
import { focused, passSum, sum } from "./support/hands.mjs";
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

async function states() {
  const night = await open({ ...phone, ...dark });
  await night.goto(`${service.base}/`);
  await look(night, "dark-empty");
  await night.click("button:text-is('Envoyer'):visible >> nth=-1");
  await night.waitForSelector("#erreurs");
  await look(night, "dark-errors");

  const large = await open(wide);
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
  for (const page of [night, large, forced]) await page.context().close();
}

try {
  await journey(wide, "wide");
  await journey(phone, "phone");
  await journey(narrow, "narrow");
  await journey({ ...phone, javaScriptEnabled: true, reducedMotion: "reduce" }, "calm");
  await byKeyboard();
  await withoutScripts();
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
