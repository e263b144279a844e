// The mails of a ticket in a real Chromium, in every state a person has to understand: waiting behind the breaker, let go,
// returned and its address taken back, waiting for a mail server that is away. Wide and on a telephone; axe-core on every
// state; pictures in shots/.

import assert from "node:assert/strict";
import { phone, quick, start, until, wide } from "./service.mjs";
import { bounce, mail } from "./support/mail.mjs";
import { witness } from "./support/witness.mjs";

const { look, conclude } = witness("out");

const asks = (name) =>
  mail(
    `${name} <${name}@${name}.example>`,
    `Question de ${name}`,
    `${name}@${name}.example`,
    "Bonjour, comment référencer notre logiciel libre dans le SILL ?\n",
  );

async function breaker() {
  const service = await start(["--empty"], { ...quick, GUICHET__AUTOMATIC__BREAKER_PER_HOUR: "2" });
  try {
    for (const name of ["anne", "basile", "chloe"]) await service.receive(asks(name), `${name}@${name}.example`);
    const desk = await service.signIn(wide);
    const held = await service.ticketOf(desk, "Question de chloe");
    await until("the breaker", async () => {
      await desk.goto(held);
      return (await desk.locator("#courriels", { hasText: "disjoncteur" }).count()) > 0;
    });
    await look(desk, "1-breaker-wide");
    const touch = await service.signIn(phone);
    await touch.goto(held);
    await look(touch, "1-breaker-phone");
    for (const [page, width] of [[desk, "wide"], [touch, "phone"]]) {
      await page.goto(`${service.base}/equipe`);
      assert.match(await page.textContent(".team-head"), /Courriels automatiques en attente/);
      await look(page, `2-list-${width}`);
      await page.goto(`${service.base}/equipe/automatismes`);
      assert.match(await page.textContent("main"), /tout ce qui est automatique attend/);
      await look(page, `3-automatic-${width}`);
    }
    await desk.goto(held);
    await desk.click("text=Envoyer quand même");
    await until("what was let go", async () => {
      await desk.goto(held);
      return (await desk.locator("#courriels", { hasText: "Remis au serveur" }).count()) > 0;
    });
    assert.match(await desk.textContent(".team-trail"), /Envoyé quand même.*malgré ceci/s);
    await desk.goto(`${service.base}/equipe/automatismes`);
    await desk.click("text=Relancer les courriels automatiques");
    await desk.waitForSelector("text=Les courriels automatiques qui attendaient partent");
    assert.match(await desk.textContent("main"), /Disjoncteur relancé par/);

    // An answer comes back, and a person knows better.
    const returned = await service.ticketOf(desk, "Question de anne");
    await desk.goto(returned);
    await desk.fill("#reponse", "Bonjour,\n\nVoici comment faire.");
    await desk.click("text=Envoyer et clore");
    const sent = await until("the answer", () => service.mailWith("Voici comment faire."));
    await service.receive(bounce("anne@anne.example", sent.id), "");
    await until("the bounce", async () => {
      await desk.goto(returned);
      return (await desk.locator("#courriels", { hasText: "Revenu" }).count()) > 0;
    });
    assert.match(await desk.textContent("#courriels"), /aucune boîte n’existe à cette adresse/);
    await look(desk, "4-returned-wide");
    await touch.goto(returned);
    await look(touch, "4-returned-phone");
    await desk.locator("#adresse-douteuse button").click();
    await desk.waitForSelector("text=La marque de cette adresse est levée");
    assert.match(await desk.textContent(".team-trail"), /Adresse rétablie/);
    assert.equal(await desk.locator("#adresse-douteuse").count(), 0);
  } finally {
    await service.end();
  }
}

async function away() {
  const nobody = { GUICHET__SMTP__TRANSPORT: "smtp", GUICHET__SMTP__HOST: "127.0.0.1", GUICHET__SMTP__PORT: "1" };
  const service = await start(["--empty"], { ...quick, ...nobody });
  try {
    await service.receive(asks("denis"), "denis@denis.example");
    const desk = await service.signIn(wide);
    const waiting = await service.ticketOf(desk, "Question de denis");
    await until("the fault", async () => {
      await desk.goto(waiting);
      return (await desk.locator("#courriels", { hasText: "ne prend rien depuis" }).count()) > 0;
    });
    await look(desk, "5-away-wide");
    const touch = await service.signIn(phone);
    await touch.goto(`${service.base}/equipe`);
    assert.match(await touch.textContent(".team-head"), /Aucun courriel ne part/);
    await look(touch, "5-away-phone");
  } finally {
    await service.end();
  }
}

await breaker();
await away();
conclude("The mails of a ticket hold in Chromium.");
