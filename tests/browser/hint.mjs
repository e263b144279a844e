// The hint before sending and the offer as the way in, in a real Chromium: once per pause, spoken by one region, by keyboard
// alone, without a script; axe-core in each state, at every width; pictures in shots/ for people to look at.

import assert from "node:assert/strict";
import { dark, dsfr, narrow, phone, plain, start, wide, zoomed } from "./service.mjs";
import { focused, passSum, tabTo } from "./support/hands.mjs";
import { heard, listen, spoken } from "./support/spoken.mjs";
import { witness } from "./support/witness.mjs";

const { shot, look, watch, conclude } = witness("hint");
let service = await start(["--empty"]);

const open = async (options) => watch(await service.open(options), service.base);

const TRAINING =
  "Bonjour, nous souhaitons organiser une formation à LibreOffice pour une quinzaine d’agents. La mission logiciels libres propose-t-elle cette formation, et à quelles dates ?";
const LICENCE = "Bonjour, sous quelle licence publier notre outil écrit en Python ? Nous sommes deux à le maintenir.";

async function offer(label, options) {
  const page = await open(options);
  await page.goto(`${service.base}/`);
  await look(page, `${label}-1-offer`);
  await page.click("summary >> nth=0");
  await look(page, `${label}-2-offer-open`);
  await page.click(".guichet-details[open] a[href*='categorie=']");
  await page.waitForURL(/categorie=source-publication/);
  await page.goto(`${service.base}/?categorie=purchasing`);
  await page.waitForSelector("#stage:visible");
  await page.waitForSelector("#software:visible");
  await look(page, `${label}-3-heading`);
  await page.selectOption("#category", "strategy");
  await page.waitForSelector("#capacity:visible");
  assert.ok(await page.locator("#stage").isHidden(), "what no longer helps goes");
  await page.selectOption("#category", "purchasing");
  await page.fill("#software", "PostgreSQL");
  await page.selectOption("#category", "");
  assert.ok(await page.locator("#software").isVisible(), "what was answered stays");
  await page.context().close();
}

async function hint(label, options) {
  const page = await open(options);
  const asked = [];
  page.on("request", (request) => {
    if (request.url().includes("/apercu")) asked.push(request.postData());
  });
  await listen(page);
  await page.goto(`${service.base}/`);
  assert.ok(await page.locator(".guichet-check").isHidden(), "the script makes the button needless");
  await page.fill("#email", "solenn@developpement-durable.gouv.fr");
  await page.focus("#message");
  await page.keyboard.insertText(LICENCE);
  await page.waitForFunction(() => document.getElementById("apercu-dit").textContent.includes("Ouvrir un code source"));
  await look(page, `${label}-4-hint`);
  // Leaving the field with the same words asks nothing again.
  await page.keyboard.press("Tab");
  await page.focus("#message");
  await page.keyboard.press("Tab");
  await page.waitForTimeout(1500);
  assert.equal(asked.length, 1, "one look for one text");
  assert.equal((await heard(page)).length, 1, "spoken once");
  assert.equal((await spoken(page)).filter((text) => text.includes("Ouvrir un code source")).length, 1);

  await page.fill("#message", TRAINING);
  await page.focus("#subject");
  await page.waitForSelector(".guichet-insist");
  assert.equal((await spoken(page)).filter((text) => text.includes("Formation")).length, 1, "one region speaks");
  await look(page, `${label}-5-refused`);
  await page.fill("#message", "");
  await page.waitForFunction(() => document.getElementById("apercu").hasAttribute("data-empty"));
  await page.fill("#message", TRAINING);
  await page.focus("#subject");
  await page.click(".guichet-insist");
  await past(page);
  await look(page, `${label}-6-sent`);
  await page.context().close();
}

/** Answers the sum, which keeps what was asked for. */
async function past(page) {
  await page.waitForSelector("#answer, #recu");
  if (await page.locator("#answer").count()) {
    assert.equal(await page.locator("input[type=checkbox][name=insiste]:checked").count(), 1, "what was asked for is kept");
  }
  await passSum(page);
}

/** The way in, the names proposed, the hint and the open door, without a mouse. */
async function byKeyboard() {
  const page = await open(wide);
  await page.goto(`${service.base}/`);
  await tabTo(page, "summary");
  await page.keyboard.press("Enter");
  assert.ok(await page.locator("details[open]").count(), "a heading opens by keyboard");
  await tabTo(page, "#email");
  await page.keyboard.type("solenn@developpement-durable.gouv.fr");
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "organisation");
  await page.keyboard.type("cour des com");
  await page.waitForSelector("[role=option]");
  await look(page, "keyboard-1-names");
  await page.keyboard.press("ArrowDown");
  const pointed = await page.evaluate(() => {
    const at = document.activeElement;
    return [at.id, at.getAttribute("aria-expanded"), document.getElementById(at.getAttribute("aria-activedescendant")).textContent];
  });
  assert.deepEqual(pointed, ["organisation", "true", "Cour des comptes"]);
  await look(page, "keyboard-2-name-pointed");
  await page.keyboard.press("Enter");
  assert.equal(await page.inputValue("#organisation"), "Cour des comptes");
  await page.keyboard.type(" x");
  await page.waitForTimeout(400);
  await page.keyboard.press("Escape");
  assert.equal(await page.inputValue("#organisation"), "Cour des comptes x", "the field stays free text");
  await tabTo(page, "#message");
  await page.keyboard.insertText(TRAINING);
  await page.waitForSelector(".guichet-insist");
  await tabTo(page, ".guichet-insist");
  await page.keyboard.press("Enter");
  await past(page);
  await page.context().close();
}

/** A press that began before the hint came ends in a click: nothing moves under it. */
async function pressedBefore() {
  const page = await open(wide);
  let answer = () => {};
  const asked = new Promise((is) => {
    page.route("**/apercu?partie=1", async (route) => {
      is();
      await new Promise((may) => {
        answer = may;
      });
      await route.continue();
    });
  });
  await page.goto(`${service.base}/`);
  await page.fill("#email", "solenn@developpement-durable.gouv.fr");
  await page.focus("#message");
  await page.keyboard.insertText(TRAINING);
  const press = async (selector) => {
    const box = await page.locator(selector).boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
  };
  const answered = async () => {
    await asked;
    const done = page.waitForEvent("requestfinished", (request) => request.url().includes("/apercu"));
    answer();
    await done;
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  };
  await page.locator(".guichet-send button >> nth=0").scrollIntoViewIfNeeded();
  await press(".guichet-send button >> nth=0");
  await answered();
  assert.ok(await page.locator("#apercu[data-empty]").count(), "nothing moves while the button is down");
  await page.mouse.up();
  await page.waitForSelector("#answer, #recu");
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.context().close();
}

/** A word is enough to be refused, so it is enough to be told; and what is told is never about another text. */
async function short() {
  const page = await open(wide);
  await page.goto(`${service.base}/`);
  await page.focus("#message");
  await page.keyboard.insertText("Formation ?");
  await page.keyboard.press("Tab");
  await page.waitForSelector(".guichet-insist");
  await page.focus("#message");
  await page.keyboard.insertText(" À la forge");
  await page.waitForFunction(() => document.getElementById("apercu").hasAttribute("data-empty"));
  // Let go on nothing, the hint comes as soon as the button is up.
  await page.fill("#message", TRAINING);
  await page.mouse.move(5, 5);
  await page.mouse.down();
  await page.waitForTimeout(1500);
  assert.ok(await page.locator("#apercu[data-empty]").count());
  await page.mouse.up();
  await page.waitForSelector(".guichet-insist");
  await page.context().close();
}

/** The text that one goes back to has its hint; whoever is asked the sum has it before sending again. */
async function goneBack() {
  const page = await open(wide);
  await listen(page);
  await page.goto(`${service.base}/`);
  await page.fill("#email", "solenn@developpement-durable.gouv.fr");
  await page.fill("#message", TRAINING);
  // By then the browser has been told what was typed too, which it needs for going back.
  await page.waitForSelector(".guichet-insist");
  await page.click(".guichet-privacy a");
  await page.waitForSelector("#message", { state: "detached" });
  await page.goBack();
  await page.waitForSelector(".guichet-insist");
  assert.equal((await heard(page)).length, 1, "spoken once");
  const asked = [];
  page.on("request", (request) => {
    if (request.url().includes("/apercu")) asked.push(request.url());
  });
  await page.evaluate(() => {
    document.getElementById("precision").value = "x";
  });
  await page.click(".guichet-send button >> nth=0");
  await page.waitForSelector("#answer");
  assert.equal(await focused(page), "avis", "the notice is read first");
  assert.ok(await page.locator(".guichet-insist").isVisible(), "and the hint is there");
  await look(page, "wide-7-sum");
  await page.waitForLoadState("networkidle");
  assert.deepEqual([asked, await heard(page)], [[], []], "what the server has told is neither asked nor spoken again");
  await page.click("#avis a[href='#apercu']");
  assert.equal(await focused(page), "apercu");
  await page.click(".guichet-insist");
  await past(page);
  await page.context().close();
}

/** Without any script the button gives the page back with the hint, its focus on it. */
async function withoutScripts() {
  const page = await open({ ...phone, ...plain });
  await page.goto(`${service.base}/`);
  await page.fill("#email", "solenn@example.org");
  await page.fill("#message", TRAINING);
  await page.setInputFiles("#files", [{ name: "a.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7") }]);
  await page.click(".guichet-check");
  await page.waitForSelector("#apercu:focus");
  assert.match(page.url(), /\/apercu\?envoi=[\w-]+#apercu$/);
  assert.equal(await page.inputValue("#message"), TRAINING);
  await shot(page, "no-script");
  await page.click(".guichet-insist");
  await past(page);
  await page.context().close();
}

try {
  await offer("wide", wide);
  await offer("phone", phone);
  await offer("dark", { ...phone, ...dark });
  await hint("wide", wide);
  await hint("narrow", narrow);
  await hint("dark", { ...phone, ...dark });
  await hint("zoomed", zoomed);
  await pressedBefore();
  await short();
  await goneBack();
  await byKeyboard();
  await withoutScripts();
} finally {
  await service.end();
}

service = await start(["--empty"], dsfr);
try {
  await offer("dsfr", wide);
  await hint("dsfr", phone);
} finally {
  await service.end();
}

conclude("The hint holds in Chromium.");
