// A third party is asked from a ticket and its answer kept; the references seen, corrected and refused with their faults; in a
// real Chromium, wide and on a telephone; axe-core on every state; pictures in shots/.

import assert from "node:assert/strict";
import { mkdir, readdir, readFile } from "node:fs/promises";
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

const writer = "camille.le-goff@sorbonne-universite.fr";
const pilot = "pilote@finances.example";
const head = (from, subject, id, more = "") =>
  `From: ${from}\r\nTo: contact@code.gouv.fr\r\nSubject: ${subject}\r\nMessage-ID: <${id}>\r\n${more}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n`;
const request = `${head(`Camille Le Goff <${writer}>`, "Marché de support", "q1@sorbonne-universite.fr")}Bonjour,\r
\r
Notre établissement est-il bénéficiaire du marché interministériel de support logiciels libres ?\r
\r
Camille Le Goff\r
Sorbonne Université\r
`;

const service = await start(["--empty"], { GUICHET__INTAKE__POLL: "1s", GUICHET__OUTBOX__POLL: "1s" });

const wide = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

async function signIn(options) {
  const page = await (await service.browser.newContext({ locale: "fr-FR", ...options })).newPage();
  await page.goto(`${service.base}/equipe`);
  await page.fill("[name=adresse]", service.account.email);
  await page.fill("[name=mot_de_passe]", service.account.password);
  await page.click("main button");
  await page.waitForURL(`${service.base}/equipe**`);
  return page;
}

try {
  await service.receive(request, writer);
  const desk = await signIn(wide);
  const touch = await signIn(phone);
  const ticket = await until("the request", async () => {
    await desk.goto(`${service.base}/equipe`);
    return desk.locator("[data-ouvre]").first().getAttribute("href", { timeout: 100 }).catch(() => null);
  });
  await desk.goto(service.base + ticket);
  await desk.click("#tiers summary");
  await desk.fill("#tiers-adresse", pilot);
  await look(desk, "third-party-1-asking-wide");
  await desk.click("#tiers button");
  await desk.waitForSelector("text=En attente de réponse");

  const id = await until("the question", async () => {
    const dir = join(service.dir, "mail");
    for (const name of await readdir(dir)) {
      const raw = await readFile(join(dir, name), "latin1");
      if (raw.includes(`\r\nTo: ${pilot}`)) return /^Message-ID: <(.*)>/m.exec(raw)[1];
    }
    return null;
  });
  await service.receive(
    `${head(`Pilote <${pilot}>`, "Re: question", "a1@finances.example", `In-Reply-To: <${id}>\r\n`)}Oui, depuis novembre.\r\n`,
    pilot,
  );
  await until("the answer", async () => {
    await desk.goto(service.base + ticket);
    return (await desk.locator("#garder").count()) > 0;
  });
  await desk.click("#garder summary");
  await look(desk, "third-party-2-answered-wide");
  await touch.goto(service.base + ticket);
  await touch.locator("#garder summary").click();
  await touch.locator("#tiers summary").click();
  await look(touch, "third-party-2-answered-phone");
  await touch.selectOption("#garder-reponse", "eligible");
  await touch.click("#garder button");
  await touch.waitForSelector("text=La réponse est gardée");

  await desk.goto(`${service.base}/equipe/references?q=sorbonne`);
  assert.ok(await desk.locator("text=d’après une réponse obtenue").count());
  await look(desk, "third-party-3-references-wide");
  await touch.goto(`${service.base}/equipe/references?q=sorbonne`);
  await look(touch, "third-party-3-references-phone");
  await touch.goto(`${service.base}/equipe/references?feuille=answers`);
  await look(touch, "third-party-4-lists-phone");

  await desk.goto(`${service.base}/equipe/references/organisations/ligne?cle=culture`);
  await desk.fill("#champ-parent", "nulle-part");
  await desk.fill("#source", "courriel du ministère");
  await desk.click("#corriger-titre ~ form button");
  await desk.waitForSelector("text=Rien n’a été fait");
  await look(desk, "third-party-5-refused-wide");
  await desk.fill("#champ-parent", "");
  await desk.fill("#pourquoi", "le parent n’a pas lieu d’être");
  await desk.click("#corriger-titre ~ form button");
  await desk.waitForSelector("text=La correction est enregistrée");
  await desk.goto(`${service.base}/equipe/references/organisations/ligne?cle=culture`);
  await look(desk, "third-party-6-corrected-wide");
  await touch.goto(`${service.base}/equipe/references/organisations/ligne?cle=culture`);
  await look(touch, "third-party-6-corrected-phone");
  await desk.click("text=Retirer >> nth=-1");
  await desk.waitForSelector("text=La correction est retirée");
} finally {
  await service.end();
}
assert.deepEqual(problems, []);
console.log("A third party asked and the references hold in Chromium.");
