// A refused technical question, in a real Chromium: the page on which its requester has it passed on to the coordinator,
// without JavaScript; wide and on a telephone; axe-core on every state; pictures in shots/.

import assert from "node:assert/strict";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { faults, start, sticksOut } from "./service.mjs";

const shots = fileURLToPath(new URL("shots/", import.meta.url));
await mkdir(shots, { recursive: true });
const problems = [];

async function look(page, name) {
  await page.screenshot({ path: `${shots}${name}.png`, fullPage: true });
  for (const fault of await faults(page)) problems.push(`${name}: ${fault}`);
  if (await sticksOut(page)) problems.push(`${name}: sticks out sideways`);
}

const from = "yann@ille-et-vilaine.gouv.fr";
const request = `From: Yann <${from}>\r
To: contact@code.gouv.fr\r
Subject: QGIS plante\r
Message-ID: <q1@ille-et-vilaine.gouv.fr>\r
MIME-Version: 1.0\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r
\r
Bonjour,\r
\r
QGIS 3.34 plante au démarrage depuis la mise à jour de ce matin, avec un message d'erreur. Pouvez-vous nous aider à réparer ?\r
\r
Cordialement,\r
Yann\r
DDTM d'Ille-et-Vilaine\r
`;

const service = await start(["--empty"], {
  GUICHET__INTAKE__POLL: "1s",
  GUICHET__OUTBOX__POLL: "1s",
  GUICHET__REFUSE__HOLD: "0s",
});

/** The path of the page that the refusal links to. */
async function offered() {
  for (let tries = 0; tries < 150; tries += 1) {
    const dir = join(service.dir, "mail");
    for (const name of await readdir(dir).catch(() => [])) {
      const raw = (await readFile(join(dir, name), "latin1")).replaceAll("=\r\n", "").replaceAll("=3D", "=");
      const found = /\/transmettre\/[0-9A-Z]{8}\.[\w-]+/.exec(raw);
      if (found) return found[0];
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("the refusal never left");
}

const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

async function open(options) {
  return (await service.browser.newContext({ locale: "fr-FR", ...options })).newPage();
}

try {
  await service.receive(request, from);
  const path = await offered();
  const reader = await open({ viewport: { width: 1440, height: 900 } });
  await reader.goto(service.base + path);
  await look(reader, "pass-on-1-offered-wide");
  const touch = await open(phone);
  await touch.goto(service.base + path);
  await look(touch, "pass-on-1-offered-phone");
  await touch.goto(`${service.base}/en${path}`);
  await look(touch, "pass-on-1-offered-english-phone");

  const plain = await open({ ...phone, javaScriptEnabled: false });
  await plain.goto(service.base + path);
  await plain.click("text=Transmettre ma demande");
  assert.match(await plain.textContent("main"), /revenue à notre équipe/);
  await touch.goto(service.base + path);
  await look(touch, "pass-on-2-done-phone");
} finally {
  await service.end();
}
assert.deepEqual(problems, []);
console.log("A refused question is passed on in Chromium.");
