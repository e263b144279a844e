// What the team governs, in a real Chromium: a reply text edited, refused, seen, published, taken back, by two people at once; the
// rules read, a text tried, a changed set replayed; the dashboards. Wide, on a telephone, 320 px, twice as large, dark, without
// JavaScript; axe-core on every state; pictures in shots/.

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
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

const service = await start([]);

async function signIn(options) {
  const context = await service.browser.newContext({ locale: "fr-FR", ...options });
  const page = await context.newPage();
  await page.goto(`${service.base}/equipe/tableau`);
  await page.fill("[name=adresse]", service.account.email);
  await page.fill("[name=mot_de_passe]", service.account.password);
  await page.click("main button");
  await page.waitForURL(`${service.base}/equipe/tableau**`);
  return page;
}

const wide = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

try {
  const desk = await signIn(wide);
  const touch = await signIn(phone);
  const dark = await signIn({ ...wide, colorScheme: "dark" });
  // 320 px, and 200 % of a window of 1280 px.
  const narrow = await signIn({ viewport: { width: 320, height: 700 } });
  const large = await signIn({ viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 });
  const other = await signIn(wide);
  const hand = await signIn({ ...wide, javaScriptEnabled: false });
  const everywhere = async (path, name) => {
    for (const [page, suffix] of [[desk, "wide"], [touch, "phone"], [dark, "dark"], [narrow, "narrow"], [large, "large"]]) {
      await page.goto(`${service.base}${path}`);
      await look(page, `${name}-${suffix}`);
    }
  };

  // Reply texts.
  await everywhere("/equipe/reponses", "govern-1-replies");
  await desk.goto(`${service.base}/equipe/reponses/receipt`);
  await other.goto(`${service.base}/equipe/reponses/receipt`);
  const french = await desk.inputValue("#fr");
  await desk.fill("#fr", french.replace("Bonjour,", "Bonjour {{ prenom }},"));
  await desk.click("button:has-text('Publier')");
  await desk.waitForSelector(".fr-alert--error");
  await look(desk, "govern-2-faults-wide");
  assert.match(await desk.textContent(".fr-alert--error"), /receipt\.fr\.md:6/);
  assert.equal(await desk.evaluate(() => document.activeElement.className.includes("fr-alert")), true, "the fault has the focus");
  await desk.fill("#fr", french.replace("Bonjour,", "Bonjour à vous,"));
  await desk.click("button:has-text('Voir le courriel')");
  await desk.waitForSelector("#apercu");
  await look(desk, "govern-3-preview-wide");
  assert.match(await desk.textContent("#apercu"), /Bonjour à vous,/);
  await desk.fill("#pourquoi", "plus chaleureux");
  await desk.click("button:has-text('Publier')");
  await desk.waitForSelector("text=Le texte est publié");
  await everywhere("/equipe/reponses/receipt", "govern-4-version");
  await other.fill("#fr", french.replace("Bonjour,", "Bonsoir,"));
  await other.click("button:has-text('Publier')");
  await other.waitForSelector(".fr-alert--warning");
  assert.match(await other.textContent("main"), /Une autre version a été publiée entre-temps/);
  await look(other, "govern-5-conflict-wide");
  assert.match(await other.inputValue("#fr"), /Bonsoir,/);
  await desk.click("button:has-text('Revenir aux fichiers')");
  await desk.waitForSelector("text=de nouveau en vigueur");
  assert.equal(await desk.inputValue("#fr"), french);

  // Rules.
  await until("the rules' counts", async () => {
    await desk.goto(`${service.base}/equipe/regles`);
    return (await desk.textContent("main")).includes("Compté le");
  });
  await everywhere("/equipe/regles", "govern-6-rules");
  await everywhere("/equipe/regles?categorie=sill", "govern-7-category");
  await touch.click("#regle-sill-referent summary");
  await look(touch, "govern-7-rule-phone");
  for (const page of [hand, desk, touch]) {
    await page.goto(`${service.base}/equipe/regles/essayer`);
    await page.fill("#objet", "Formation LibreOffice");
    await page.fill("#texte", "Bonjour,\n\nNous souhaitons organiser une formation à LibreOffice. La mission propose-t-elle cette formation ?");
    await page.fill("#adresse", "agent@culture.gouv.fr");
    await page.click("button:has-text('Voir ce que le tri déciderait')");
    await page.waitForSelector("#pourquoi");
    assert.match(await page.textContent("#pourquoi"), /Formation/);
  }
  await look(desk, "govern-8-try-wide");
  await look(touch, "govern-8-try-phone");
  const changed = join(service.dir, "categories.toml");
  const rules = fileURLToPath(new URL("../../rules/categories.toml", import.meta.url));
  await writeFile(changed, (await readFile(rules, "utf8")).replaceAll('alone = "act"', 'alone = "propose"'));
  await desk.goto(`${service.base}/equipe/regles/rejouer`);
  await look(desk, "govern-9-upload-wide");
  await desk.setInputFiles("#fichiers", changed);
  await desk.click("button:has-text('Rejouer')");
  await desk.waitForURL("**/rejouer/*");
  await look(desk, "govern-10-running-wide");
  const result = desk.url();
  await until("the replay's result", async () => {
    await desk.goto(result);
    return (await desk.textContent("main")).replaceAll("\u00a0", " ").includes("Nouveaux refus automatiques : aucun");
  });
  await everywhere(new URL(result).pathname, "govern-11-result");

  // Dashboards.
  await everywhere("/equipe/tableau", "govern-12-dashboard");
  await touch.click("#categories summary");
  await look(touch, "govern-13-table-phone");
  await desk.click("text=4 semaines");
  await desk.waitForURL("**/tableau?du=**");
  await desk.emulateMedia({ media: "print" });
  await desk.screenshot({ path: `${shots}govern-14-print.png`, fullPage: true });
} finally {
  await service.end();
}
assert.deepEqual(problems, []);
console.log("What the team governs holds in Chromium.");
