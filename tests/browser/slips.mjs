// What a key pressed too much, or a colleague who was quicker, must never do: send, act on another request, lose what was
// written; and where the hands are afterwards. In a real Chromium, with and without JavaScript; nothing stops the story, all
// that slipped is told at its end.

import assert from "node:assert/strict";
import { plain, quick, start, until, wide } from "./service.mjs";
import { tabTo } from "./support/hands.mjs";
import { mail } from "./support/mail.mjs";
import { witness } from "./support/witness.mjs";

const { look, conclude } = witness("slips");

const service = await start(["--empty"], { ...quick, GUICHET__REFUSE__HOLD: "15m", GUICHET__ANSWER__HOLD: "10m" });
const home = `${service.base}/equipe`;

const slipped = [];
/** A part of the story, that must hold whatever the others do. */
async function holds(what, part) {
  try {
    await part();
    console.log(`holds: ${what}`);
  } catch (fault) {
    slipped.push(what);
    console.error(`SLIPPED: ${what}: ${fault.message}`);
  }
}

const training =
  "Bonjour, nous souhaitons organiser une formation à LibreOffice pour une quinzaine d'agents. La mission logiciels libres propose-t-elle cette formation, et à quelles dates ?";

/** Person `number` writes. */
function write(number, subject, words, more = "") {
  const from = `personne${number}@organisme${number}.example`;
  const head = more ? { more } : undefined;
  return service.receive(mail(`Personne ${number} <${from}>`, subject, `m${number}@organisme${number}.example`, `${words}\n`, head), from);
}

/** Presses keys, then waits for words on the page. */
async function keys(page, pressed, words) {
  for (const key of pressed) await page.keyboard.press(key);
  const says = (text) => document.querySelector("main")?.textContent.replaceAll("\u00a0", " ").includes(text);
  if (words) await page.waitForFunction(says, words, { timeout: 8000 });
  if (words) await page.waitForLoadState("load");
}

/** What Enter on a box sends: the address and fields of the request, without JavaScript. */
async function sentByEnter(page, box) {
  const asked = page.waitForRequest((request) => request.method() === "POST", { timeout: 5000 });
  await page.focus(box);
  await page.keyboard.press("Enter");
  const request = await asked;
  return `${new URL(request.url()).pathname}?${request.postData()}`;
}

/** Enter on a box with JavaScript: nothing is sent, and the box is there to be ticked. */
async function nothingByEnter(page, box) {
  const posted = [];
  const note = (request) => request.method() === "POST" && !request.url().includes("/presence") && posted.push(request.url());
  page.on("request", note);
  const ticked = await page.isChecked(box);
  await page.focus(box);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Space");
  assert.equal(await page.isChecked(box), !ticked);
  await page.keyboard.press("Space");
  page.off("request", note);
  assert.deepEqual(posted, []);
}

const rank = (page) =>
  page.evaluate(() => [...document.querySelectorAll("[data-ligne]")].indexOf(document.activeElement.closest("[data-ligne]")));
const opened = (page) => new URL(page.url()).pathname;

try {
  for (let number = 0; number < 6; number += 1) {
    await write(number, `Licence ${number}`, `Bonjour, sous quelle licence publier le code source de notre logiciel numéro ${number} ?`);
  }
  await write(10, "Formation", training);
  await write(11, "Formation encore", training);
  await write(20, "À deux", "Bonjour, sous quelle licence publier le code de notre outil ?", "Cc: direction@organisme20.example\r\n");
  await write(30, "Référencement au SILL", "Bonjour, comment référencer notre solution libre dans le SILL ?");
  const desk = await service.signIn(wide);
  await until("all of them", async () => {
    await desk.goto(`${home}?vue=toutes`);
    return (await desk.locator("[data-ligne]").count()) === 10;
  });
  const bare = await service.signIn({ ...wide, ...plain });
  const two = await service.ticketOf(desk, "À deux");
  const third = "[data-ligne]:nth-child(3) [type=checkbox]";

  for (const view of ["sans-reponse", "part-bientot"]) {
    const box = view === "sans-reponse" ? third : "[data-ligne]:nth-child(2) [type=checkbox]";
    await holds(`Enter on a box of ${view} acts on nothing, without JavaScript`, async () => {
      await bare.goto(`${home}?vue=${view}`);
      await bare.check(box);
      const sent = await sentByEnter(bare, box);
      assert.match(sent, /^\/equipe\/lot\?acte=rien&/);
      assert.ok(await bare.isChecked(box), "what was ticked is");
      assert.equal(bare.url(), `${home}?vue=${view}`);
    });
    await holds(`Enter on a box of ${view} acts on nothing`, async () => {
      await desk.goto(`${home}?vue=${view}`);
      await nothingByEnter(desk, box);
    });
  }
  await holds("Enter on a recipient sends no answer, without JavaScript", async () => {
    await bare.goto(two);
    await bare.fill("#reponse", "Pas encore prêt.");
    const sent = await sentByEnter(bare, "#vers-2");
    assert.match(sent, /repondre\?suite=brouillon&/);
    await bare.waitForSelector("text=Le brouillon est gardé");
    assert.equal(await bare.inputValue("#reponse"), "Pas encore prêt.");
  });
  await holds("Enter on a recipient sends no answer", async () => {
    await desk.goto(two);
    await nothingByEnter(desk, "#vers-2");
  });

  await holds("a preview after a colleague's answer shows what changed and sends nothing", async () => {
    const other = await service.colleague(wide);
    await other.goto(two);
    await other.fill("#reponse", "Bonjour, je réponds aussi.");
    await desk.goto(two);
    await desk.fill("#reponse", "Bonjour, voici la réponse de Camille.");
    await desk.click("text=Envoyer et attendre");
    await desk.waitForSelector("text=la demande attend la suite");
    await other.locator("h1").click();
    await keys(other, ["v"], "Cette demande a changé entre-temps");
    assert.equal(await other.locator("#apercu").count(), 0, "no mail on what was not read");
    const before = () => other.evaluate(() => document.activeElement.textContent);
    assert.match(await before(), /Cette demande a changé entre-temps/);
    await look(other, "1-clash-wide");
    await other.keyboard.press("x");
    assert.equal(await other.evaluate(() => document.activeElement.value), "clore");
    assert.match(await other.textContent(".team-clash"), /voici la réponse de Camille/);
    await desk.goto(two);
    assert.doesNotMatch(await desk.textContent("main"), /je réponds aussi/, "one answer alone");
    // Looked at again, it is sent by a press of its own.
    await other.locator("h1").click();
    await keys(other, ["v"], "Le courriel tel qu’il partira");
    assert.equal(await other.inputValue("#reponse"), "Bonjour, je réponds aussi.");
  });

  await holds("an answer to many that is undone is written again where it was", async () => {
    await desk.goto(`${home}?vue=sans-reponse`);
    await keys(desk, ["j", "x", "j", "x", "b"]);
    await tabTo(desk, ':text("Répondre")');
    await keys(desk, ["Enter"], "Réponse à chacune");
    await desk.keyboard.press("r");
    await desk.keyboard.type("Bonjour, **merci** : nous revenons vers vous.");
    await keys(desk, ["Escape", "v"], "2 demandes ont reçu leur réponse");
    await keys(desk, ["U"], "2 demandes sont de nouveau comme avant");
    await look(desk, "2-undone-wide");
    assert.match(await desk.textContent("h1"), /Répondre à 2 demandes/);
    assert.equal(await desk.inputValue("#reponse"), "Bonjour, **merci** : nous revenons vers vous.");
    assert.equal(await desk.locator("[name=d]").count(), 2);
    await desk.reload();
    assert.equal(await desk.inputValue("#reponse"), "Bonjour, **merci** : nous revenons vers vous.");
    await keys(desk, ["v"], "2 demandes ont reçu leur réponse");
    await keys(desk, ["U"], "2 demandes sont de nouveau comme avant");
  });

  await holds("after an undo the hands are in the list", async () => {
    await desk.goto(`${home}?vue=sans-reponse`);
    await keys(desk, ["j", "x", "j", "x", "b", "Enter"], "Aucun courriel ne part");
    await keys(desk, ["v"], "2 demandes sont closes.");
    await keys(desk, ["U"], "2 demandes sont de nouveau comme avant");
    assert.ok((await rank(desk)) >= 0);
  });

  await holds("the request before is a key away, and back in the list the hands are on the last one read", async () => {
    await desk.goto(`${home}?vue=sans-reponse`);
    const at = (place) => desk.locator("[data-ouvre]").nth(place).getAttribute("href").then((href) => href.split("?")[0]);
    const [first, second, other] = await Promise.all([at(0), at(1), at(2)]);
    const reach = async (key, path) => {
      await desk.keyboard.press(key);
      await desk.waitForURL((url) => url.pathname === path, { timeout: 8000 });
    };
    await desk.keyboard.press("j");
    await reach("Enter", first);
    await reach("j", second);
    await reach("j", other);
    await keys(desk, ["u"], "Rechercher");
    assert.equal(await rank(desk), 2);
    await reach("Enter", other);
    await reach("k", second);
    assert.equal(opened(desk), second);
    await keys(desk, ["u"], "Rechercher");
    assert.equal(await rank(desk), 1);
  });

  await holds("what was put off is taken up again from the list", async () => {
    await desk.goto(`${home}?vue=sans-reponse`);
    await keys(desk, ["j", "z"], "Jusqu’à quand ?");
    await keys(desk, ["v"], "reviendra d’elle-même");
    await desk.goto(`${home}?vue=reportees`);
    await look(desk, "3-put-off-wide");
    await keys(desk, ["j", "z"], "La demande est de nouveau à traiter");
    assert.equal(await desk.locator("[data-ligne]").count(), 0);
  });

  await holds("a link to check is told to who sends, not to who gets the mail", async () => {
    await desk.goto(await service.ticketOf(desk, "Référencement au SILL"));
    assert.doesNotMatch(await desk.inputValue("#reponse"), /lien contrôlé|à vérifier/);
    assert.match(await desk.textContent("#repondre"), /4 février 2025/);
    await look(desk, "4-link-wide");
    await desk.keyboard.press("v");
    await desk.waitForSelector("#apercu:focus");
    assert.match(await desk.textContent("#apercu .team-stale"), /4 février 2025/);
    assert.doesNotMatch(await desk.textContent("#apercu .team-text"), /lien contrôlé/);
    await look(desk, "5-link-preview-wide");
  });

  await holds("a mark that nothing fills is named, and nothing leaves with it", async () => {
    await desk.goto(await service.ticketOf(desk, "Référencement au SILL"));
    await desk.fill("#reponse", "Bonjour {{ prenom }},\n\nVoici.");
    await desk.locator("h1").click();
    await keys(desk, ["v"], "Rien n’a été fait");
    assert.match(await desk.textContent(".team-notice"), /\{\{ prenom \}\}/);
    assert.equal(await desk.locator("#apercu").count(), 0);
    assert.match(await desk.inputValue("#reponse"), /prenom/);
  });

  await holds("what can no longer be taken back is no longer offered, and the hands stay where it was", async () => {
    await desk.goto(await service.ticketOf(desk, "Référencement au SILL"));
    await desk.fill("#reponse", "Bonjour,\n\nVoici.");
    await desk.locator("h1").click();
    await desk.keyboard.press("v");
    await desk.waitForSelector("#apercu:focus");
    await desk.locator("h1").click();
    await keys(desk, ["x"], "Annuler l’envoi");
    // A clock is set for all pages of a context.
    const late = await service.signIn(wide);
    await late.clock.install();
    await late.goto(desk.url());
    await late.focus(".team-leaving button");
    await late.clock.fastForward("11:00");
    await late.waitForSelector("text=part d’un instant à l’autre");
    assert.equal(await late.locator(".team-leaving button").count(), 0);
    assert.ok(await late.evaluate(() => document.activeElement.matches(".team-leaving")));
    await look(late, "6-too-late-wide");
    await late.context().close();
    await keys(desk, ["z"], "L’envoi est arrêté");
  });
} finally {
  await service.end();
}
assert.deepEqual(slipped, []);
conclude("No slip of the hand sends, acts or loses anything in Chromium.");
