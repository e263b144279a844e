// The page of a ticket in a real Chromium, with what mail reading finds: a forward and its writer, folded history, a mail
// that came back; by keyboard and without JavaScript, wide and on a telephone; axe-core on every state; pictures in shots/.

import assert from "node:assert/strict";
import { mkdir, readdir } from "node:fs/promises";
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

const head = (from, subject, id) =>
  `From: ${from}\r\nTo: contact@code.gouv.fr\r\nSubject: ${subject}\r\nMessage-ID: <${id}>\r\nMIME-Version: 1.0\r\n`;
const text = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";

const forward = `${head("Marie Dupont <marie@ville.example>", "TR : question", "f1@ville.example")}${text}Bonjour,

Une demande pour vous, je crois ; je laisse son auteur en discuter avec vous.

Marie

________________________________
De : Yannick Le Goff, direction des systèmes d'information <yannick.le-goff@port-de-commerce.example>
Envoyé : lundi 2 mars 2026 17:02
À : Marie Dupont
Objet : question

Bonjour, comment référencer notre solution libre dans le SILL ?

-- 
Yannick Le Goff
Port de commerce, quai 4
`.replaceAll("\n", "\r\n");

const reply = `${head("Marie Dupont <marie@ville.example>", "Re: question", "f2@ville.example")}In-Reply-To: <f1@ville.example>\r
${text}J'ajoute que c'est assez pressé de leur côté.

Le lun. 2 mars 2026 à 17:10, Marie Dupont <marie@ville.example> a écrit :
> Une demande pour vous, je crois.
> Marie

-- 
Marie Dupont, bureau 12
`.replaceAll("\n", "\r\n");

const bounce = (about) =>
  `${head("MAILER-DAEMON@mx.example", "Undelivered Mail Returned to Sender", "b1@mx.example")}Content-Type: multipart/report; report-type=delivery-status; boundary="r"\r
\r
--r\r
${text}Ce courriel n'a pu être remis à son destinataire.\r
\r
--r\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.example\r
\r
Final-Recipient: rfc822; yannick.le-goff@port-de-commerce.example\r
Action: failed\r
Status: 5.1.1\r
Diagnostic-Code: smtp; 550 5.1.1 <yannick.le-goff@port-de-commerce.example>: Recipient address rejected: User unknown in virtual mailbox table\r
\r
--r\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: <${about}>\r
\r
--r--\r
`;

const service = await start(["--empty"], { GUICHET__INTAKE__POLL: "1s", GUICHET__OUTBOX__POLL: "1s" });

/** Runs `look` again and again until it answers. */
async function until(what, look) {
  for (let tries = 0; tries < 150; tries += 1) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${what} never came`);
}

async function signIn(options) {
  const context = await service.browser.newContext({ locale: "fr-FR", ...options });
  const page = await context.newPage();
  await page.goto(`${service.base}/equipe`);
  await page.fill("[name=adresse]", service.account.email);
  await page.fill("[name=mot_de_passe]", service.account.password);
  await page.click("main button");
  await page.waitForURL(`${service.base}/equipe**`);
  return page;
}

const wide = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

try {
  await service.receive(forward, "marie@ville.example");
  const desk = await signIn(wide);
  const ticket = await until("the forward", async () => {
    await desk.goto(`${service.base}/equipe`);
    return desk.locator("[data-ouvre]").first().getAttribute("href", { timeout: 100 }).catch(() => null);
  });
  await service.receive(reply, "marie@ville.example");
  await until("the reply", async () => {
    await desk.goto(service.base + ticket);
    return (await desk.locator("details.team-history").count()) > 0;
  });
  assert.match(await desk.textContent("details.team-history >> nth=-1"), /bureau 12/);
  await look(desk, "team-1-forward-wide");
  const hand = await signIn({ ...phone, javaScriptEnabled: false });
  await hand.goto(service.base + ticket);
  // axe-core is a script: this state is looked at by eye.
  await hand.screenshot({ path: `${shots}team-1-forward-phone.png`, fullPage: true });
  // By keyboard alone.
  await desk.keyboard.press("d");
  await desk.waitForURL("**#repondre");
  const toYannick = "input[name=destinataire][value='yannick.le-goff@port-de-commerce.example']";
  assert.ok(await desk.isChecked(toYannick));
  // And back and forth without JavaScript.
  await hand.goto(service.base + ticket);
  await hand.click("text=Répondre plutôt à qui l’a transférée");
  await hand.click("text=Répondre à cette personne");
  assert.ok(await hand.isChecked(toYannick));

  await desk.goto(service.base + ticket);
  await desk.fill("#reponse", "Bonjour,\n\nVoici comment faire référencer votre solution.");
  await desk.click("text=Envoyer et clore");
  const sent = await until("the answer", async () => {
    const files = await readdir(join(service.dir, "mail"));
    return files.length > 1 && files.sort().at(-1).replace(/\.eml$/, "");
  });
  await service.receive(bounce(sent), "");
  await until("the bounce", async () => {
    await desk.goto(service.base + ticket);
    return (await desk.locator("text=Un courriel n’est pas arrivé").count()) > 0;
  });
  await look(desk, "team-2-bounce-wide");
  await desk.goto(`${service.base}/equipe`);
  await look(desk, "team-3-list-wide");
  await hand.goto(`${service.base}/equipe`);
  await hand.screenshot({ path: `${shots}team-3-list-phone.png`, fullPage: true });
  const touch = await signIn(phone);
  await touch.goto(service.base + ticket);
  await look(touch, "team-2-bounce-phone");
  // How the service is: what is well, and the mail that did not arrive; found by the navigation, without JavaScript too.
  await hand.click("nav >> text=État");
  await hand.waitForURL("**/equipe/sante");
  assert.match(await hand.textContent("main"), /1 courriel n’est pas arrivé/);
  await desk.goto(`${service.base}/equipe/sante`);
  await look(desk, "team-4-health-wide");
  await touch.goto(`${service.base}/equipe/sante`);
  await look(touch, "team-4-health-phone");
} finally {
  await service.end();
}
assert.deepEqual(problems, []);
console.log("The ticket page holds in Chromium.");
