// A request handed over, in a real Chromium: the page of whoever has it, without an account and without JavaScript, and
// what the team sees of it; wide and on a telephone; axe-core on every state; pictures in shots/.

import assert from "node:assert/strict";
import { phone, plain, quick, start, until, wide } from "./service.mjs";
import { mail } from "./support/mail.mjs";
import { witness } from "./support/witness.mjs";

const { shot, look, conclude } = witness("hand-over");

const coordinator = "marches@ministere.example";
const request = mail(
  "Ingrid Solberg <ingrid@archives.example>",
  "Bon de commande PostgreSQL",
  "q1@archives.example",
  `Bonjour,

Quelle est la marche à suivre pour passer un bon de commande de support pour PostgreSQL ?

Ingrid Solberg
`,
);

const service = await start(["--empty"], quick);

/** The last mail that left for the coordinator: its id and the path of its page. */
function handedOver(count) {
  return until("the hand-over", async () => {
    const mails = (await service.mails()).filter((mail) => mail.text.includes(`\r\nTo: ${coordinator}`));
    if (mails.length < count) return null;
    const { id, text } = mails.at(-1);
    return { id, path: /\/transmission\/[0-9a-f-]+\.[\w-]+/.exec(text)[0] };
  });
}

try {
  await service.receive(request, "ingrid@archives.example");
  const desk = await service.signIn(wide);
  const ticket = await service.ticketOf(desk, "Ingrid Solberg");
  const handOver = async (again = false) => {
    await desk.goto(ticket);
    await desk.evaluate(() => document.getElementById("transmettre").setAttribute("open", ""));
    await desk.fill("#destinataire", coordinator);
    await desk.fill("#nom", "la coordination des marchés du ministère");
    if (again) await desk.click("label[for=encore]");
    await desk.click("#transmettre button");
  };
  await handOver();
  await desk.goto(ticket);
  await look(desk, "1-waiting-wide");
  const { path } = await handedOver(1);

  const reader = await service.open(wide);
  await reader.goto(service.base + path);
  await look(reader, "2-page-wide");
  const touch = await service.open(phone);
  await touch.goto(service.base + path);
  await look(touch, "2-page-phone");
  await touch.goto(`${service.base}/en${path}`);
  await look(touch, "2-page-english-phone");
  // Without JavaScript, and what the browser lets through all the same.
  const bare = await service.open({ ...phone, ...plain });
  await bare.goto(service.base + path);
  await bare.fill("#absence-jusqu", "2999-12-31");
  await bare.click("form:has(#absence-jusqu) button");
  assert.match(await bare.textContent("main"), /Rien n’a été enregistré/);
  assert.equal(await bare.inputValue("#absence-jusqu"), "2999-12-31");
  await shot(bare, "3-wrong-phone");
  await bare.fill("#pas-moi-nom", "Le bureau des achats");
  await bare.fill("#pas-moi-adresse", "achats@ministere.example");
  await bare.click("text=Ce n’est pas pour moi");
  assert.match(await bare.textContent("main"), /C’est noté/);
  await touch.goto(service.base + path);
  await look(touch, "4-done-phone");

  await desk.goto(ticket);
  assert.match(await desk.textContent("main"), /La transmission est sans suite/);
  await look(desk, "5-back-wide");
  await desk.goto(`${service.base}/equipe`);
  await look(desk, "5-list-wide");

  await handOver(true);
  const { id } = await handedOver(2);
  const answer = mail(
    `Claude Martin <${coordinator}>`,
    "RE: demande",
    "c1@ministere.example",
    `Bonjour,

Il faut joindre le devis du titulaire. Je reste à votre disposition.

Claude Martin
`,
    { to: "ingrid@archives.example, contact@code.gouv.fr", more: `In-Reply-To: <${id}>\r\n` },
  );
  await service.receive(answer, coordinator);
  await until("the answer", async () => {
    await desk.goto(ticket);
    return (await desk.locator("text=Une réponse est à relire").count()) > 0;
  });
  await look(desk, "6-to-read-wide");
  await desk.goto(`${service.base}/equipe?vue=a-relire`);
  await look(desk, "6-list-wide");
  await desk.goto(ticket);
  await desk.click("text=Réponse relue : clore");
  await desk.goto(ticket);
  assert.match(await desk.textContent("main"), /Close/);
} finally {
  await service.end();
}
conclude("A request handed over holds in Chromium.");
