// The private directory in a real Chromium: entries are added, imported after a look, confirmed, marked absent; by a finger
// and without JavaScript too; axe-core on every state; pictures in shots/.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { phone, plain, start, wide } from "./service.mjs";
import { witness } from "./support/witness.mjs";

const { look, conclude } = witness("directory");

const day = (before) => new Date(Date.now() - before * 86_400_000).toISOString().slice(0, 10);
const file = `organisation;role;contract;deputy;name;email;valid_until;absent_until;confirmed_on;note
Ministère de la Culture;coordinator;support;;Bureau des marchés;marches@culture.example;;;${day(20)};Répond sous deux jours.
Ministère de la Culture;coordinator;expertise;;;expertise-logiciels-libres@culture.example;;;${day(345)};
Ministère de la Culture;coordinator;support;oui;Suppléance du bureau des marchés;suppleance@culture.example;;;${day(500)};
Ministère de la Culture;amdac;;;Camille Martin;amdac@culture.example;;${day(-20)};${day(40)};
Cour des comptes;coordinator;;;Direction du numérique;dsi@ccomptes.example;;;;
Cour des comptes;amdac;;;;ancienne@ccomptes.example;2024-12-31;;2024-01-15;
Une entreprise titulaire;holder;support;;Guichet du support;guichet@titulaire.example;;;${day(3)};
`;

const service = await start(["--empty"]);

const home = "/equipe/annuaire";

try {
  const desk = await service.signIn(wide, home);
  const touch = await service.signIn(phone, home);
  const hand = await service.signIn({ ...wide, ...plain }, home);
  await look(desk, "1-empty-wide");

  // A file, seen before it is applied; one with faults tells them all.
  await desk.click("text=Importer un CSV");
  const bad = join(service.dir, "faux.csv");
  await writeFile(bad, "organisation,role,email\nNulle part,chef,rien\n");
  await desk.setInputFiles("#fichier", bad);
  await desk.click("text=Voir ce qui changerait");
  await look(desk, "2-faults-wide");
  assert.equal(await desk.locator(".fr-alert li").count(), 3);
  const good = join(service.dir, "annuaire.csv");
  await writeFile(good, file);
  await desk.setInputFiles("#fichier", good);
  await desk.click("text=Voir ce qui changerait");
  await look(desk, "3-preview-wide");
  await desk.click("text=Appliquer");
  // The script takes what was done out of the address at once: the sentence is what stays.
  await desk.waitForSelector("text=Le fichier est repris dans l’annuaire.");
  await look(desk, "4-list-wide");
  await touch.goto(`${service.base}${home}`);
  await look(touch, "4-list-phone");
  await touch.goto(`${service.base}${home}?vue=a-confirmer`);
  await look(touch, "5-confirm-phone");

  // Several at once, without JavaScript.
  await hand.goto(`${service.base}${home}?vue=a-confirmer`);
  const before = await hand.locator("[name=entree]").count();
  assert.equal(before, 3);
  await hand.check("#coche-1");
  // Enter on a box asks for nothing: neither the first row's button nor what is ticked.
  const asked = hand.waitForRequest((request) => request.method() === "POST");
  await hand.locator("#coche-3").press("Enter");
  assert.match((await asked).postData(), /^rien=oui&/);
  assert.ok(await hand.isChecked("#coche-1"));
  await hand.check("#coche-2");
  await hand.click("text=Confirmer aujourd’hui les entrées cochées");
  assert.equal(await hand.locator("[name=entree]").count(), 1);
  await hand.click("button:has-text('Confirmée aujourd’hui')");
  assert.match(await hand.textContent(".team-empty"), /Aucune entrée/);

  // One entry: absent, back, changed; what is wrong is told at its box.
  await desk.goto(`${service.base}${home}`);
  await desk.click("text=Bureau des marchés");
  await desk.fill("#au", day(-15));
  await desk.click("text=Noter l’absence");
  await desk.waitForSelector("text=L’absence est enregistrée.");
  await look(desk, "6-entry-wide");
  await touch.goto(desk.url());
  await look(touch, "6-entry-phone");
  await hand.goto(desk.url());
  await desk.fill("#name", "Bureau des achats");
  await desk.click("text=Enregistrer");
  await desk.waitForSelector("text=L’entrée est modifiée.");
  await hand.fill("#name", "Bureau du numérique");
  await hand.click("text=Enregistrer");
  assert.match(await hand.textContent("main"), /a changé entre-temps/);
  assert.equal(await hand.inputValue("#name"), "Bureau du numérique");
  await desk.goto(`${service.base}${home}/ajouter`);
  await look(desk, "7-add-wide");
  await desk.fill("#organisation", "Nulle part");
  await desk.fill("#email", "a@b.example");
  await desk.click("button:has-text('Ajouter')");
  await look(desk, "8-wrong-wide");
  assert.equal(await desk.getAttribute("#organisation", "aria-invalid"), "true");
  await touch.goto(`${service.base}${home}/ajouter`);
  await look(touch, "7-add-phone");
  await touch.goto(`${service.base}${home}/importer`);
  await look(touch, "2-import-phone");
} finally {
  await service.end();
}
conclude("The directory holds in Chromium.");
