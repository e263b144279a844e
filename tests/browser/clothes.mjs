// Every page of the team in every light and width, with all that folds unfolded: axe-core finds nothing and nothing sticks out
// sideways, in dark, at 320 pixels, at 200 %, and in the State's design system, wide and on a telephone.

import { dark, dsfr, narrow, phone, quick, start, wide, zoomed } from "./service.mjs";
import { witness } from "./support/witness.mjs";

const { check, watch, conclude } = witness("clothes");

const PAGES = {
  now: "/equipe",
  all: "/equipe?vue=toutes",
  "put-off": "/equipe?vue=reportees",
  found: "/equipe?vue=toutes&q=logiciel",
  "by-hand": "/equipe/nouvelle",
  preferences: "/equipe/preferences",
  directory: "/equipe/annuaire",
  references: "/equipe/references",
  bodies: "/equipe/references?q=culture",
  answers: "/equipe/references?feuille=answers",
  links: "/equipe/references?feuille=links",
  texts: "/equipe/reponses",
  text: "/equipe/reponses/refusal-training",
  rules: "/equipe/regles",
  dashboard: "/equipe/tableau",
  automatic: "/equipe/automatismes",
  parked: "/equipe/en-panne",
  health: "/equipe/sante",
};

/** Two tickets with what a ticket may hold: a note and a meeting's card on one, the other put off. */
async function prepared(service) {
  const desk = await service.signIn(wide);
  const noted = await service.ticketOf(desk, "Accompagnement sur notre politique");
  const away = await service.ticketOf(desk, "Mise en page du magazine");
  await desk.goto(noted);
  await desk.fill("#note", "Voir avec Jeanne, qui a suivi le dossier.");
  await desk.locator("form", { has: desk.locator("#note") }).locator("button").click();
  await desk.waitForSelector(".team-note");
  await desk.goto(away);
  await desk.click("a[data-touche='z']");
  await desk.click("button[data-touche='v']");
  await desk.waitForSelector(".team-nav");
  await desk.context().close();
  return { noted, away };
}

/** All that folds is unfolded, so that what is inside is looked at too. */
const unfold = (page) =>
  page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });

async function wearing(service, label, options, tickets) {
  const page = watch(await service.signIn(options), service.base);
  const addresses = Object.entries(PAGES).map(([name, path]) => [name, service.base + path]);
  for (const [name, address] of [...addresses, ...Object.entries(tickets)]) {
    await page.goto(address);
    await unfold(page);
    await check(page, `${label}-${name}`);
  }
  await page.context().close();
}

async function story(settings, clothes) {
  const service = await start([], { ...quick, ...settings });
  try {
    const tickets = await prepared(service);
    for (const [label, options] of Object.entries(clothes)) await wearing(service, label, options, tickets);
  } finally {
    await service.end();
  }
}

/** A laptop's window: narrower than most, wider than what folds. */
const laptop = { viewport: { width: 1280, height: 800 } };

await story({}, { dark: { ...wide, ...dark }, laptop, narrow, zoomed });
await story(dsfr, { "dsfr-dark": { ...wide, ...dark }, "dsfr-phone": phone });

conclude("The team's pages hold in every light and width.");
