// A request handed over, in a real Chromium: the page of whoever has it, without an account and without JavaScript, and
// what the team sees of it; wide and on a telephone; axe-core on every state; pictures in shots/.

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

const coordinator = "marches@ministere.example";
const head = (from, to, subject, id) =>
  `From: ${from}\r\nTo: ${to}\r\nSubject: ${subject}\r\nMessage-ID: <${id}>\r\nMIME-Version: 1.0\r\n`;
const text = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
const request = `${head("Ingrid Solberg <ingrid@archives.example>", "contact@code.gouv.fr", "Bon de commande PostgreSQL", "q1@archives.example")}${text}Bonjour,\r
\r
Quelle est la marche à suivre pour passer un bon de commande de support pour PostgreSQL ?\r
\r
Ingrid Solberg\r
`;

const service = await start(["--empty"], { GUICHET__INTAKE__POLL: "1s", GUICHET__OUTBOX__POLL: "1s" });

/** The last mail that left for the coordinator: its id and the path of its page. */
async function handedOver(count) {
  return until("the hand-over", async () => {
    const dir = join(service.dir, "mail");
    const mails = [];
    for (const name of (await readdir(dir)).sort()) {
      const raw = await readFile(join(dir, name), "latin1");
      if (raw.includes(`\r\nTo: ${coordinator}`)) mails.push(raw);
    }
    if (mails.length < count) return null;
    const raw = mails.at(-1).replaceAll("=\r\n", "").replaceAll("=3D", "=");
    return {
      id: /^Message-ID: <(.*)>/m.exec(raw)[1],
      path: /\/transmission\/[0-9a-f-]+\.[\w-]+/.exec(raw)[0],
    };
  });
}

const wide = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

async function open(options) {
  return (await service.browser.newContext({ locale: "fr-FR", ...options })).newPage();
}

try {
  await service.receive(request, "ingrid@archives.example");
  const desk = await open(wide);
  await desk.goto(`${service.base}/equipe`);
  await desk.fill("[name=adresse]", service.account.email);
  await desk.fill("[name=mot_de_passe]", service.account.password);
  await desk.click("main button");
  await desk.waitForURL(`${service.base}/equipe**`);
  const ticket = await until("the request", async () => {
    await desk.goto(`${service.base}/equipe`);
    return desk.locator("[data-ouvre]").first().getAttribute("href", { timeout: 100 }).catch(() => null);
  });
  const handOver = async (again = false) => {
    await desk.goto(service.base + ticket);
    await desk.evaluate(() => document.getElementById("transmettre").setAttribute("open", ""));
    await desk.fill("#destinataire", coordinator);
    await desk.fill("#nom", "la coordination des marchés du ministère");
    if (again) await desk.click("label[for=encore]");
    await desk.click("#transmettre button");
  };
  await handOver();
  await desk.goto(service.base + ticket);
  await look(desk, "hand-over-1-waiting-wide");
  const { path } = await handedOver(1);

  const reader = await open(wide);
  await reader.goto(service.base + path);
  await look(reader, "hand-over-2-page-wide");
  const touch = await open(phone);
  await touch.goto(service.base + path);
  await look(touch, "hand-over-2-page-phone");
  await touch.goto(`${service.base}/en${path}`);
  await look(touch, "hand-over-2-page-english-phone");
  // Without JavaScript, and what the browser lets through all the same.
  const plain = await open({ ...phone, javaScriptEnabled: false });
  await plain.goto(service.base + path);
  await plain.fill("#absence-jusqu", "2999-12-31");
  await plain.click("form:has(#absence-jusqu) button");
  assert.match(await plain.textContent("main"), /Rien n’a été enregistré/);
  assert.equal(await plain.inputValue("#absence-jusqu"), "2999-12-31");
  await plain.screenshot({ path: `${shots}hand-over-3-wrong-phone.png`, fullPage: true });
  await plain.fill("#pas-moi-nom", "Le bureau des achats");
  await plain.fill("#pas-moi-adresse", "achats@ministere.example");
  await plain.click("text=Ce n’est pas pour moi");
  assert.match(await plain.textContent("main"), /C’est noté/);
  await touch.goto(service.base + path);
  await look(touch, "hand-over-4-done-phone");

  await desk.goto(service.base + ticket);
  assert.match(await desk.textContent("main"), /La transmission est sans suite/);
  await look(desk, "hand-over-5-back-wide");
  await desk.goto(`${service.base}/equipe`);
  await look(desk, "hand-over-5-list-wide");

  await handOver(true);
  const { id } = await handedOver(2);
  const answer = `${head(`Claude Martin <${coordinator}>`, "ingrid@archives.example, contact@code.gouv.fr", "RE: demande", "c1@ministere.example")}In-Reply-To: <${id}>\r
${text}Bonjour,\r
\r
Il faut joindre le devis du titulaire. Je reste à votre disposition.\r
\r
Claude Martin\r
`;
  await service.receive(answer, coordinator);
  await until("the answer", async () => {
    await desk.goto(service.base + ticket);
    return (await desk.locator("text=Une réponse est à relire").count()) > 0;
  });
  await look(desk, "hand-over-6-to-read-wide");
  await desk.goto(`${service.base}/equipe?vue=a-relire`);
  await look(desk, "hand-over-6-list-wide");
  await desk.goto(service.base + ticket);
  await desk.click("text=Réponse relue : clore");
  await desk.goto(service.base + ticket);
  assert.match(await desk.textContent("main"), /Close/);
} finally {
  await service.end();
}
assert.deepEqual(problems, []);
console.log("A request handed over holds in Chromium.");
