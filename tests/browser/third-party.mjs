// A third party is asked from a ticket and its answer kept; the references seen, corrected and refused with their faults; in a
// real Chromium, wide and on a telephone; axe-core on every state; pictures in shots/.

import assert from "node:assert/strict";
import { phone, quick, start, until, wide } from "./service.mjs";
import { mail } from "./support/mail.mjs";
import { witness } from "./support/witness.mjs";

const { look, conclude } = witness("third-party");

const writer = "camille.le-goff@sorbonne-universite.fr";
const pilot = "pilote@finances.example";
const request = mail(
  `Camille Le Goff <${writer}>`,
  "Marché de support",
  "q1@sorbonne-universite.fr",
  `Bonjour,

Notre établissement est-il bénéficiaire du marché interministériel de support logiciels libres ?

Camille Le Goff
Sorbonne Université
`,
);

const service = await start(["--empty"], quick);

try {
  await service.receive(request, writer);
  const desk = await service.signIn(wide);
  const touch = await service.signIn(phone);
  const ticket = await service.ticketOf(desk);
  await desk.goto(ticket);
  await desk.click("#tiers summary");
  await desk.fill("#tiers-adresse", pilot);
  await look(desk, "1-asking-wide");
  await desk.click("#tiers button");
  await desk.waitForSelector("text=En attente de réponse");

  const { id } = await until("the question", () => service.mailWith(`\r\nTo: ${pilot}`));
  const answer = { more: `In-Reply-To: <${id}>\r\n` };
  await service.receive(mail(`Pilote <${pilot}>`, "Re: question", "a1@finances.example", "Oui, depuis novembre.\n", answer), pilot);
  await until("the answer", async () => {
    await desk.goto(ticket);
    return (await desk.locator("#garder").count()) > 0;
  });
  await desk.click("#garder summary");
  await look(desk, "2-answered-wide");
  await touch.goto(ticket);
  await touch.locator("#garder summary").click();
  await touch.locator("#tiers summary").click();
  await look(touch, "2-answered-phone");
  await touch.selectOption("#garder-reponse", "eligible");
  await touch.click("#garder button");
  await touch.waitForSelector("text=La réponse est gardée");

  await desk.goto(`${service.base}/equipe/references?q=sorbonne`);
  assert.ok(await desk.locator("text=d’après une réponse obtenue").count());
  await look(desk, "3-references-wide");
  await touch.goto(`${service.base}/equipe/references?q=sorbonne`);
  await look(touch, "3-references-phone");
  await touch.goto(`${service.base}/equipe/references?feuille=answers`);
  await look(touch, "4-lists-phone");

  await desk.goto(`${service.base}/equipe/references/organisations/ligne?cle=culture`);
  await desk.fill("#champ-parent", "nulle-part");
  await desk.fill("#source", "courriel du ministère");
  await desk.click("#corriger-titre ~ form button");
  await desk.waitForSelector("text=Rien n’a été fait");
  await look(desk, "5-refused-wide");
  await desk.fill("#champ-parent", "");
  await desk.fill("#pourquoi", "le parent n’a pas lieu d’être");
  await desk.click("#corriger-titre ~ form button");
  await desk.waitForSelector("text=La correction est enregistrée");
  await desk.goto(`${service.base}/equipe/references/organisations/ligne?cle=culture`);
  await look(desk, "6-corrected-wide");
  await touch.goto(`${service.base}/equipe/references/organisations/ligne?cle=culture`);
  await look(touch, "6-corrected-phone");
  await desk.click("button:has-text('Retirer')");
  await desk.waitForSelector("text=La correction est retirée");
} finally {
  await service.end();
}
conclude("A third party asked and the references hold in Chromium.");
