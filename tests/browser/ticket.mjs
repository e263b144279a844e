// The work on a ticket in a real Chromium: the mail as it came and as it will leave, what is kept while one writes, two people
// at once, taking an answer back, stopping and taking back a refusal, merging and splitting; by keyboard and without
// JavaScript, wide and on a telephone; axe-core on every state; pictures in shots/.

import assert from "node:assert/strict";
import { phone, plain, quick, start, until, wide } from "./service.mjs";
import { head, mail, text } from "./support/mail.mjs";
import { heard, listen } from "./support/spoken.mjs";
import { witness } from "./support/witness.mjs";

const { shot, look, conclude } = witness("ticket");

const png = "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAKElEQVR4nGNg+M9AUzSq4P9/BgYGhlEFowpGFYwqGFUwqmBUwaiCUQUAjZL/AWnbPwsAAAAASUVORK5CYII=";
const question =
  "Bonjour,\r\n\r\nNotre commune cherche un équivalent libre dans le SILL pour remplacer son logiciel de gestion des courriers. Que conseillez-vous ?\r\n\r\nLéa Martin\r\nTél. 02 99 00 11 22\r\n";
const rich = `${head("Léa Martin <lea@commune.example>", "Équivalent libre", "r1@commune.example", { more: "Cc: direction@commune.example\r\n" })}Content-Type: multipart/mixed; boundary="m"\r
\r
--m\r
Content-Type: multipart/alternative; boundary="a"\r
\r
--a\r
${text}${question}\r
--a\r
Content-Type: text/html; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r
\r
<p>Bonjour,</p><p>Notre commune cherche un <b>équivalent libre</b>. <img src="https://pixel.example/a.gif"><script>document.title="pris"</script></p>\r
--a--\r
--m\r
Content-Type: image/png; name="ecran.png"\r
Content-Disposition: attachment; filename="ecran.png"\r
Content-Transfer-Encoding: base64\r
\r
${png}\r
--m--\r
`;
const again = mail(
  "Paul Durand <paul@commune.example>",
  "Équivalent libre",
  "r2@commune.example",
  question.replace("Léa Martin", "Paul Durand"),
);
const training = mail(
  "Maryvonne Quintard <maryvonne@ac-limoges.example>",
  "Formation LibreOffice",
  "t1@ac-limoges.example",
  `Bonjour,

Nous souhaitons organiser une formation à LibreOffice pour une quinzaine d'agents. La mission logiciels libres propose-t-elle cette formation, et à quelles dates ?

Merci d'avance.
`,
);

const service = await start(["--empty"], { ...quick, GUICHET__ANSWER__HOLD: "20s", GUICHET__REFUSE__HOLD: "15m" });

try {
  await service.receive(rich, "lea@commune.example");
  const desk = await service.signIn(wide);
  const touch = await service.signIn(phone);
  const first = await service.ticketOf(desk, "Léa Martin");

  // The mail as it came.
  await desk.goto(first);
  await desk.click("text=Voir la mise en forme d’origine");
  const frame = desk.frameLocator(".team-page-view iframe");
  assert.equal(await frame.locator("b").textContent(), "équivalent libre");
  assert.equal(await frame.locator("img, script").count(), 0);
  assert.ok(await desk.locator(".team-picture").evaluate((image) => image.decode().then(() => image.naturalWidth > 0)));
  await look(desk, "1-read-wide");
  await touch.goto(first);
  await look(touch, "1-read-phone");

  // What is typed is kept without a press, survives another text, and comes back.
  await desk.goto(first);
  await desk.fill("#reponse", "Bonjour Léa,\n\nVoici **trois** pistes.\n");
  await desk.waitForFunction(() => /Brouillon gardé à/.test(document.getElementById("brouillon-garde").textContent));
  const session = await service.signIn({ ...wide, ...plain });
  await session.goto(first);
  assert.match(await session.inputValue("#reponse"), /trois/);
  await session.click("text=Partir d’un autre texte");
  await session.selectOption("#langue", "en");
  await session.click("text=Mettre ce texte");
  assert.doesNotMatch(await session.inputValue("#reponse"), /trois/);
  await session.click("text=Reprendre le texte d’avant");
  assert.match(await session.inputValue("#reponse"), /trois/);
  await session.click("text=Partir d’un autre texte");
  await session.selectOption("#langue", "fr");
  await session.click("text=Garder le brouillon");

  // Whom it goes to is kept too.
  await desk.goto(first);
  await desk.locator("#repondre label", { hasText: "direction@commune.example" }).click();
  await until("the tick is kept", async () => {
    await session.goto(first);
    return session.isChecked("#repondre input[value='direction@commune.example']");
  });
  await desk.locator("#repondre label", { hasText: "direction@commune.example" }).click();
  await until("and its end", async () => {
    await session.goto(first);
    return !(await session.isChecked("#repondre input[value='direction@commune.example']"));
  });

  // Every act has a key, shown though it is folded; one that would send unseen only leads to its button.
  await desk.goto(first);
  assert.equal(await desk.textContent("#transmettre summary kbd"), "t");
  assert.deepEqual(await desk.locator("#fusionner summary kbd").allTextContents(), ["m", "y"]);
  for (const [key, id] of [["R", "refus"], ["C", "categorie"], ["A", "personne"], ["T", "tiers-adresse"], ["B", "modele"]]) {
    await desk.keyboard.press(key);
    assert.equal(await desk.evaluate(() => document.activeElement.id), id, key);
    await desk.evaluate(() => document.activeElement.blur());
  }
  await desk.keyboard.press("x");
  assert.equal(await desk.evaluate(() => document.activeElement.value), "clore");
  assert.equal(await desk.locator("button:has-text('Annuler l’envoi')").count(), 0, "nothing is sent");

  // The very mail, by keyboard: to two people, looked at, sent, taken back.
  await desk.goto(first);
  await desk.locator("#repondre label", { hasText: "direction@commune.example" }).click();
  await desk.locator("h1").click();
  await desk.keyboard.press("v");
  await desk.waitForSelector("#apercu:focus");
  assert.match(await desk.textContent("#apercu .team-fields"), /direction@commune\.example/);
  assert.equal(await desk.frameLocator("#apercu iframe").locator("strong").textContent(), "trois");
  await look(desk, "2-preview-wide");
  await desk.locator("h1").click();
  await desk.keyboard.press("x");
  await desk.waitForSelector("text=Annuler l’envoi");
  await look(desk, "3-sending-wide");
  await desk.keyboard.press("z");
  await desk.waitForSelector("text=L’envoi est arrêté");
  assert.match(await desk.inputValue("#reponse"), /trois/);

  // Two people at once: each sees the other, and the second one both sides.
  const other = await service.colleague(wide);
  await listen(desk);
  await desk.goto(first);
  await other.goto(first);
  const asks = () => desk.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await asks();
  await desk.waitForFunction(() => document.querySelector("[data-presence]").textContent.includes("Dominique"));
  await Promise.all([desk.waitForResponse((answer) => answer.url().includes("/presence")), asks()]);
  assert.equal((await heard(desk)).length, 1, "a colleague who comes is spoken of once");
  assert.match(await other.textContent("[data-presence]"), /a aussi cette demande ouverte/);
  await other.fill("#reponse", "Bonjour, je réponds aussi.");
  await desk.goto(first);
  assert.match(await desk.textContent("[data-presence]"), /Dominique/);
  await desk.fill("#reponse", "Bonjour Léa, voici la réponse de Camille.");
  await desk.click("text=Envoyer et attendre");
  await desk.waitForSelector("text=la demande attend la suite");
  await other.click("text=Envoyer et clore");
  await other.waitForSelector("text=Cette demande a changé entre-temps");
  assert.match(await other.textContent(".team-clash"), /la réponse de Camille/);
  assert.match(await other.textContent(".team-clash"), /je réponds aussi/);
  assert.equal(await other.inputValue("#reponse"), "Bonjour, je réponds aussi.");
  await look(other, "4-clash-wide");

  // A likely duplicate becomes part of the first, and comes back.
  await service.receive(again, "paul@commune.example");
  const second = await service.ticketOf(desk, "Paul Durand");
  await desk.goto(second);
  assert.match(await desk.textContent("#voisines"), /Ressemblent à celle-ci/);
  await look(desk, "5-alike-wide");
  await desk.click("#voisines >> text=Fusionner dans celle-là");
  await desk.waitForSelector("text=tout ce qu’elle contenait est ici");
  assert.equal(await desk.locator("article.team-message").count(), 2);
  await desk.goto(second);
  await look(desk, "6-merged-wide");
  await desk.keyboard.press("z");
  await desk.waitForSelector("text=La fusion est défaite");

  // A second topic of a message, on a telephone.
  await touch.goto(second);
  await touch.locator("#fusionner summary").click();
  await touch.selectOption("#separe-categorie", "strategy");
  await look(touch, "7-split-phone");
  await touch.locator(".team-split button").click();
  await touch.waitForSelector("text=Voici la nouvelle demande");
  await touch.fill("#rdv-jour", "2026-12-03");
  await touch.fill("#rdv-heure", "14:00");
  await touch.click("#rendez-vous button >> nth=0");
  await touch.waitForSelector("text=3 décembre 2026 à 14 h 00");
  await touch.locator("#transferer summary").click();
  await look(touch, "8-meeting-phone");

  // A refusal: stopped, sent after all, taken back.
  await service.receive(training, "maryvonne@ac-limoges.example");
  const refused = await service.ticketOf(desk, "Maryvonne");
  await desk.goto(refused);
  await look(desk, "9-refusal-wide");
  await desk.keyboard.press("s");
  await desk.waitForSelector("text=L’envoi est arrêté");
  await desk.click("text=Envoyer quand même");
  await until("the refusal", async () => {
    await desk.goto(refused);
    return (await desk.locator("text=Rattraper le refus").count()) > 0;
  });
  await desk.click("button:has-text('Rattraper le refus')");
  await desk.waitForSelector("text=Le courriel de rectification est en route");

  // On paper.
  await desk.goto(first);
  await desk.emulateMedia({ media: "print" });
  await shot(desk, "10-print");
  assert.ok(!(await desk.locator("#repondre").isVisible()));
} finally {
  await service.end();
}
conclude("The work on a ticket holds in Chromium.");
