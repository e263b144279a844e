// The page of a ticket in a real Chromium, with what mail reading finds: a forward and its writer, folded history, a mail
// that came back; by keyboard and without JavaScript, wide and on a telephone; axe-core on every state; pictures in shots/.

import assert from "node:assert/strict";
import { phone, plain, quick, start, until, wide } from "./service.mjs";
import { bounce, mail } from "./support/mail.mjs";
import { witness } from "./support/witness.mjs";

const { shot, look, conclude } = witness("team");

const forward = mail(
  "Marie Dupont <marie@ville.example>",
  "TR : question",
  "f1@ville.example",
  `Bonjour,

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
`,
);

const reply = mail(
  "Marie Dupont <marie@ville.example>",
  "Re: question",
  "f2@ville.example",
  `J'ajoute que c'est assez pressé de leur côté.

Le lun. 2 mars 2026 à 17:10, Marie Dupont <marie@ville.example> a écrit :
> Une demande pour vous, je crois.
> Marie

-- 
Marie Dupont, bureau 12
`,
  { more: "In-Reply-To: <f1@ville.example>\r\n" },
);

const service = await start(["--empty"], quick);

try {
  await service.receive(forward, "marie@ville.example");
  const desk = await service.signIn(wide);
  const ticket = await service.ticketOf(desk);
  await service.receive(reply, "marie@ville.example");
  await until("the reply", async () => {
    await desk.goto(ticket);
    return (await desk.locator("details.team-history").count()) > 0;
  });
  assert.match(await desk.textContent("details.team-history >> nth=-1"), /bureau 12/);
  await look(desk, "1-forward-wide");
  const hand = await service.signIn({ ...phone, ...plain });
  await hand.goto(ticket);
  // axe-core is a script: this state is looked at by eye.
  await shot(hand, "1-forward-phone");
  // By keyboard alone.
  await desk.keyboard.press("d");
  await desk.waitForURL("**#repondre");
  const toYannick = "input[name=destinataire][value='yannick.le-goff@port-de-commerce.example']";
  assert.ok(await desk.isChecked(toYannick));
  // And back and forth without JavaScript.
  await hand.goto(ticket);
  await hand.click("text=Répondre plutôt à qui l’a transférée");
  await hand.click("text=Répondre à cette personne");
  assert.ok(await hand.isChecked(toYannick));

  await desk.goto(ticket);
  await desk.fill("#reponse", "Bonjour,\n\nVoici comment faire référencer votre solution.");
  await desk.click("text=Envoyer et clore");
  const sent = await until("the answer", () => service.mailWith("Voici comment faire"));
  await service.receive(bounce("yannick.le-goff@port-de-commerce.example", sent.id), "");
  await until("the bounce", async () => {
    await desk.goto(ticket);
    return (await desk.locator("text=Un courriel n’est pas arrivé").count()) > 0;
  });
  await look(desk, "2-bounce-wide");
  await desk.goto(`${service.base}/equipe`);
  await look(desk, "3-list-wide");
  await hand.goto(`${service.base}/equipe`);
  await shot(hand, "3-list-phone");
  const touch = await service.signIn(phone);
  await touch.goto(ticket);
  await look(touch, "2-bounce-phone");
  // How the service is: what is well, and the mail that did not arrive; found by the navigation, without JavaScript too.
  await hand.click("nav >> text=État");
  await hand.waitForURL("**/equipe/sante");
  assert.match(await hand.textContent("main"), /1 courriel n’est pas arrivé/);
  await desk.goto(`${service.base}/equipe/sante`);
  await look(desk, "4-health-wide");
  await touch.goto(`${service.base}/equipe/sante`);
  await look(touch, "4-health-phone");
} finally {
  await service.end();
}
conclude("The ticket page holds in Chromium.");
