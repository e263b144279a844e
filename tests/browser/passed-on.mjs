// A refused technical question, in a real Chromium: the page on which its requester has it passed on to the coordinator,
// without JavaScript; wide and on a telephone; axe-core on every state; pictures in shots/.

import assert from "node:assert/strict";
import { phone, plain, quick, start, until, wide } from "./service.mjs";
import { mail } from "./support/mail.mjs";
import { witness } from "./support/witness.mjs";

const { look, conclude } = witness("pass-on");

const from = "yann@ille-et-vilaine.gouv.fr";
const request = mail(
  `Yann <${from}>`,
  "QGIS plante",
  "q1@ille-et-vilaine.gouv.fr",
  `Bonjour,

QGIS 3.34 plante au démarrage depuis la mise à jour de ce matin, avec un message d'erreur. Pouvez-vous nous aider à réparer ?

Cordialement,
Yann
DDTM d'Ille-et-Vilaine
`,
);

const service = await start(["--empty"], quick);

try {
  await service.receive(request, from);
  // The path of the page that the refusal links to.
  const path = await until("the refusal", async () => {
    const links = (await service.mails()).map((mail) => /\/transmettre\/[0-9A-Z]{8}\.[\w-]+/.exec(mail.text));
    return links.find((link) => link)?.[0];
  });
  const reader = await service.open(wide);
  await reader.goto(service.base + path);
  await look(reader, "1-offered-wide");
  const touch = await service.open(phone);
  await touch.goto(service.base + path);
  await look(touch, "1-offered-phone");
  await touch.goto(`${service.base}/en${path}`);
  await look(touch, "1-offered-english-phone");

  const bare = await service.open({ ...phone, ...plain });
  await bare.goto(service.base + path);
  await bare.click("text=Transmettre ma demande");
  assert.match(await bare.textContent("main"), /revenue à notre équipe/);
  await touch.goto(service.base + path);
  await look(touch, "2-done-phone");
} finally {
  await service.end();
}
conclude("A refused question is passed on in Chromium.");
