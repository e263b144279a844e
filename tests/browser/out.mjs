// The mails of a ticket in a real Chromium, in every state a person has to understand: waiting behind the breaker, let go,
// returned and its address taken back, waiting for a mail server that is away. Wide and on a telephone; axe-core on every
// state; pictures in shots/.

import assert from "node:assert/strict";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { faults, start, sticksOut, until } from "./service.mjs";

const shots = fileURLToPath(new URL("shots/", import.meta.url));
await mkdir(shots, { recursive: true });
const problems = [];
const wide = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
const quick = { GUICHET__INTAKE__POLL: "1s", GUICHET__OUTBOX__POLL: "1s" };

async function look(page, name) {
  await page.screenshot({ path: `${shots}${name}.png`, fullPage: true });
  for (const fault of await faults(page)) problems.push(`${name}: ${fault}`);
  if (await sticksOut(page)) problems.push(`${name}: sticks out sideways`);
}

async function signIn(service, options) {
  const context = await service.browser.newContext({ locale: "fr-FR", ...options });
  const page = await context.newPage();
  await page.goto(`${service.base}/equipe`);
  await page.fill("[name=adresse]", service.account.email);
  await page.fill("[name=mot_de_passe]", service.account.password);
  await page.click("main button");
  await page.waitForURL(`${service.base}/equipe**`);
  return page;
}

const mail = (name, question) =>
  `From: ${name} <${name}@${name}.example>\r\nTo: contact@code.gouv.fr\r\nSubject: Question de ${name}\r
Message-ID: <${name}@${name}.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r\n\r\nBonjour, ${question}\r\n`;
const asks = "comment référencer notre logiciel libre dans le SILL ?";

const bounce = (to, about) =>
  `From: MAILER-DAEMON@mx.example\r\nTo: contact@code.gouv.fr\r\nSubject: Undelivered Mail Returned to Sender\r
Message-ID: <b1@mx.example>\r\nMIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary="r"\r\n\r\n--r\r\nContent-Type: text/plain\r\n\r
Ce courriel n'a pu etre remis.\r\n\r\n--r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r
Final-Recipient: rfc822; ${to}\r\nAction: failed\r\nStatus: 5.1.1\r
Diagnostic-Code: smtp; 550 5.1.1 <${to}>: Recipient address rejected: User unknown in virtual mailbox table\r\n\r
--r\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <${about}>\r\n\r\n--r--\r\n`;

async function ticketOf(service, page, name) {
  return until(`the request of ${name}`, async () => {
    await page.goto(`${service.base}/equipe?vue=toutes`);
    const row = page.locator("[data-ouvre]", { hasText: `Question de ${name}` }).first();
    return row.getAttribute("href", { timeout: 200 }).catch(() => null);
  });
}

async function breaker() {
  const service = await start(["--empty"], { ...quick, GUICHET__AUTOMATIC__BREAKER_PER_HOUR: "2" });
  try {
    for (const name of ["anne", "basile", "chloe"]) await service.receive(mail(name, asks), `${name}@${name}.example`);
    const desk = await signIn(service, wide);
    const held = await ticketOf(service, desk, "chloe");
    await until("the breaker", async () => {
      await desk.goto(service.base + held);
      return (await desk.locator("#courriels", { hasText: "disjoncteur" }).count()) > 0;
    });
    await look(desk, "out-1-breaker-wide");
    const touch = await signIn(service, phone);
    await touch.goto(service.base + held);
    await look(touch, "out-1-breaker-phone");
    for (const [page, width] of [[desk, "wide"], [touch, "phone"]]) {
      await page.goto(`${service.base}/equipe`);
      assert.match(await page.textContent(".team-head"), /Courriels automatiques en attente/);
      await look(page, `out-2-list-${width}`);
      await page.goto(`${service.base}/equipe/automatismes`);
      assert.match(await page.textContent("main"), /tout ce qui est automatique attend/);
      await look(page, `out-3-automatic-${width}`);
    }
    await desk.goto(service.base + held);
    await desk.click("text=Envoyer quand même");
    await until("what was let go", async () => {
      await desk.goto(service.base + held);
      return (await desk.locator("#courriels", { hasText: "Remis au serveur" }).count()) > 0;
    });
    assert.match(await desk.textContent(".team-trail"), /Envoyé quand même.*malgré ceci/s);
    await desk.goto(`${service.base}/equipe/automatismes`);
    await desk.click("text=Relancer les courriels automatiques");
    await desk.waitForSelector("text=Les courriels automatiques qui attendaient partent");
    assert.match(await desk.textContent("main"), /Disjoncteur relancé par/);

    // An answer comes back, and a person knows better.
    const returned = await ticketOf(service, desk, "anne");
    await desk.goto(service.base + returned);
    const before = new Set(await readdir(join(service.dir, "mail")));
    await desk.fill("#reponse", "Bonjour,\n\nVoici comment faire.");
    await desk.click("text=Envoyer et clore");
    const sent = await until("the answer", async () => {
      const files = await readdir(join(service.dir, "mail"));
      return files.find((file) => !before.has(file) && file.endsWith(".eml"))?.replace(/\.eml$/, "");
    });
    await service.receive(bounce("anne@anne.example", sent), "");
    await until("the bounce", async () => {
      await desk.goto(service.base + returned);
      return (await desk.locator("#courriels", { hasText: "Revenu" }).count()) > 0;
    });
    assert.match(await desk.textContent("#courriels"), /aucune boîte n’existe à cette adresse/);
    await look(desk, "out-4-returned-wide");
    await touch.goto(service.base + returned);
    await look(touch, "out-4-returned-phone");
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
    await service.receive(mail("denis", asks), "denis@denis.example");
    const desk = await signIn(service, wide);
    const waiting = await ticketOf(service, desk, "denis");
    await until("the fault", async () => {
      await desk.goto(service.base + waiting);
      return (await desk.locator("#courriels", { hasText: "ne prend rien depuis" }).count()) > 0;
    });
    await look(desk, "out-5-away-wide");
    const touch = await signIn(service, phone);
    await touch.goto(`${service.base}/equipe`);
    assert.match(await touch.textContent(".team-head"), /Aucun courriel ne part/);
    await look(touch, "out-5-away-phone");
  } finally {
    await service.end();
  }
}

await breaker();
await away();
assert.deepEqual(problems, []);
console.log("The mails of a ticket hold in Chromium.");
