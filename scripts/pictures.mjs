#!/usr/bin/env node
// Takes the pictures of README and of docs/team.md anew, from the demonstration as it stands: `make pictures` after a page
// changed. The program must have been built (`cargo build`), the browser installed (`scripts/setup-test`).

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { start } from "../tests/browser/service.mjs";

const images = fileURLToPath(new URL("../docs/images/", import.meta.url));
await mkdir(images, { recursive: true });
// A hold of some minutes, so that the list has refusals that are about to leave.
const service = await start([], { GUICHET__REFUSE__HOLD: "15m" });
const page = await service.signIn({ viewport: { width: 1280, height: 860 } });

/** The window as it stands, or as much of the page as `height` says. */
async function take(name, height = 860) {
  await page.setViewportSize({ width: 1280, height });
  await page.screenshot({ path: `${images}${name}.png` });
}

try {
  await page.goto(service.base);
  await page.fill("#message", "Bonjour, proposez-vous une formation à LibreOffice pour une quinzaine d’agents de notre commune ?");
  await page.press("#message", "Tab");
  await page.waitForSelector(".guichet-hint:not([data-empty])");
  await page.setViewportSize({ width: 760, height: 860 });
  await page.locator("#apercu").evaluate((hint) => hint.scrollIntoView({ block: "end" }));
  await page.screenshot({ path: `${images}formulaire.png` });

  await page.setViewportSize({ width: 1280, height: 860 });
  await page.goto(`${service.base}/equipe`);
  await take("file");

  await page.keyboard.press("?");
  await page.waitForSelector("dialog[open]");
  await take("touches");
  await page.keyboard.press("Escape");

  await page.goto(await service.ticketOf(page, "Mise en page du magazine"));
  await take("demande", 1000);
  await page.keyboard.press("v");
  await page.waitForSelector("#apercu");
  await page.locator("#apercu").scrollIntoViewIfNeeded();
  await take("apercu");

  await page.goto(`${service.base}/equipe/tableau`);
  await take("tableau", 1000);
} finally {
  await service.end();
}
