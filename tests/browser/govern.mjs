// What the team governs, in a real Chromium: a reply text edited, refused, seen, published, taken back, by two people at once; the
// rules read, a text tried, a changed set replayed; the dashboards. Wide, on a telephone, 320 px, twice as large, dark, without
// JavaScript; axe-core on every state; pictures in shots/.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dark, narrow, phone, plain, start, until, wide, zoomed } from "./service.mjs";
import { witness } from "./support/witness.mjs";

const { shot, look, conclude } = witness("govern");
const service = await start();

try {
  const desk = await service.signIn(wide);
  const touch = await service.signIn(phone);
  const night = await service.signIn({ ...wide, ...dark });
  const small = await service.signIn(narrow);
  const large = await service.signIn(zoomed);
  const other = await service.signIn(wide);
  const hand = await service.signIn({ ...wide, ...plain });
  const everywhere = async (path, name) => {
    for (const [page, suffix] of [[desk, "wide"], [touch, "phone"], [night, "dark"], [small, "narrow"], [large, "large"]]) {
      await page.goto(`${service.base}${path}`);
      await look(page, `${name}-${suffix}`);
    }
  };

  // Reply texts.
  await everywhere("/equipe/reponses", "1-replies");
  await desk.goto(`${service.base}/equipe/reponses/receipt`);
  await other.goto(`${service.base}/equipe/reponses/receipt`);
  const french = await desk.inputValue("#fr");
  await desk.fill("#fr", french.replace("Bonjour,", "Bonjour {{ prenom }},"));
  await desk.click("button:has-text('Publier')");
  await desk.waitForSelector(".fr-alert--error");
  await look(desk, "2-faults-wide");
  assert.match(await desk.textContent(".fr-alert--error"), /receipt\.fr\.md:6/);
  assert.equal(await desk.evaluate(() => document.activeElement.className.includes("fr-alert")), true, "the fault has the focus");
  await desk.fill("#fr", french.replace("Bonjour,", "Bonjour à vous,"));
  await desk.click("button:has-text('Voir le courriel')");
  await desk.waitForSelector("#apercu:focus");
  await look(desk, "3-preview-wide");
  assert.match(await desk.textContent("#apercu"), /Bonjour à vous,/);
  // The very mail: as it looks, in a frame that can do nothing, and its text.
  const frame = desk.frameLocator("#apercu iframe").first();
  assert.equal(await frame.locator("body").evaluate((body) => getComputedStyle(body).fontFamily), "sans-serif");
  assert.match(await frame.locator("body").textContent(), /Bonjour à vous,/);
  // Seen by its key; the key of publishing only leads to the button.
  await desk.keyboard.press("x");
  assert.match(await desk.evaluate(() => document.activeElement.textContent), /^Publier/);
  await desk.keyboard.press("v");
  await desk.waitForSelector("#apercu:focus");
  await desk.fill("#pourquoi", "plus chaleureux");
  await desk.click("button:has-text('Publier')");
  await desk.waitForSelector("text=Le texte est publié");
  await everywhere("/equipe/reponses/receipt", "4-version");
  await other.fill("#fr", french.replace("Bonjour,", "Bonsoir,"));
  await other.click("button:has-text('Publier')");
  await other.waitForSelector(".fr-alert--warning");
  assert.match(await other.textContent("main"), /Une autre version a été publiée entre-temps/);
  await look(other, "5-conflict-wide");
  assert.match(await other.inputValue("#fr"), /Bonsoir,/);
  await desk.click("button:has-text('Revenir aux fichiers')");
  await desk.waitForSelector("text=de nouveau en vigueur");
  assert.equal(await desk.inputValue("#fr"), french);

  // Rules.
  await until("the rules' counts", async () => {
    await desk.goto(`${service.base}/equipe/regles`);
    return (await desk.textContent("main")).includes("Compté le");
  });
  await everywhere("/equipe/regles", "6-rules");
  await everywhere("/equipe/regles?categorie=sill", "7-category");
  await touch.click("#regle-sill-referent summary");
  await look(touch, "7-rule-phone");
  for (const page of [hand, desk, touch]) {
    await page.goto(`${service.base}/equipe/regles/essayer`);
    await page.fill("#objet", "Formation LibreOffice");
    await page.fill("#texte", "Bonjour,\n\nNous souhaitons organiser une formation à LibreOffice. La mission propose-t-elle cette formation ?");
    await page.fill("#adresse", "agent@culture.gouv.fr");
    await page.click("button:has-text('Voir ce que le tri déciderait')");
    await page.waitForSelector("#pourquoi");
    assert.match(await page.textContent("#pourquoi"), /Formation/);
  }
  await look(desk, "8-try-wide");
  await look(touch, "8-try-phone");
  const changed = join(service.dir, "categories.toml");
  const rules = fileURLToPath(new URL("../../rules/categories.toml", import.meta.url));
  await writeFile(changed, (await readFile(rules, "utf8")).replaceAll('alone = "act"', 'alone = "propose"'));
  await desk.goto(`${service.base}/equipe/regles/rejouer`);
  await look(desk, "9-upload-wide");
  await desk.setInputFiles("#fichiers", changed);
  await desk.click("button:has-text('Rejouer')");
  await desk.waitForURL("**/rejouer/*");
  await look(desk, "10-running-wide");
  const result = desk.url();
  await until("the replay's result", async () => {
    await desk.goto(result);
    return (await desk.textContent("main")).replaceAll("\u00a0", " ").includes("Nouveaux refus automatiques : aucun");
  });
  await everywhere(new URL(result).pathname, "11-result");

  // Dashboards.
  await everywhere("/equipe/tableau", "12-dashboard");
  await touch.click("#categories summary");
  await look(touch, "13-table-phone");
  await desk.click("text=4 semaines");
  await desk.waitForURL("**/tableau?du=**");
  await desk.emulateMedia({ media: "print" });
  await shot(desk, "14-print");
} finally {
  await service.end();
}
conclude("What the team governs holds in Chromium.");
