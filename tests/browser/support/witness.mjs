// What a story sees: a picture of each state in shots/, what axe-core finds there, what would be said twice, what sticks out
// sideways, what the console says. Nothing stops the story; at its end everything found fails it.

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { twice } from "./spoken.mjs";

const shots = fileURLToPath(new URL("../shots/", import.meta.url));

/** What axe-core finds against WCAG 2.2 AA and its best practices, one line each. */
async function faults(page) {
  await page.evaluate(axe.source);
  // The size of targets (2.5.8) is of WCAG 2.2, which axe-core leaves off by itself.
  const rules = { "target-size": { enabled: true } };
  const result = await page.evaluate((on) => globalThis.axe.run(document, { resultTypes: ["violations"], rules: on }), rules);
  return result.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary.replaceAll("\n", " ")}`),
  );
}

const sticksOut = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

/** The witness of one story; its pictures are named `STORY-…`. */
export function witness(story) {
  const problems = [];

  /** A picture alone: of what is no whole page, or where axe-core, a script, cannot run. */
  async function shot(page, name, part = { fullPage: true }) {
    await mkdir(shots, { recursive: true });
    await page.screenshot({ path: `${shots}${story}-${name}.png`, scale: "css", ...part });
  }

  /** A state of a page without a picture, unless something is wrong with it: for pages that other stories picture. */
  async function check(page, name) {
    const found = [...(await faults(page)), ...(await twice(page))];
    if (await sticksOut(page)) found.push("sticks out sideways");
    if (found.length > 0) await shot(page, name);
    for (const fault of found) problems.push(`${name}: ${fault}`);
  }

  /** A state of a page: picture, axe-core, nothing said twice, nothing sticking out. */
  async function look(page, name) {
    await shot(page, name);
    await check(page, name);
  }

  /** Listens from now on to the page's console, and to what it asks for: all of it there, none of it from elsewhere. */
  function watch(page, base) {
    page.on("console", (message) => {
      // What could not be loaded is told by its answer, below.
      const load = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !load) problems.push(`console: ${message.text()}`);
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(base)) problems.push(`foreign request: ${request.url()}`);
    });
    page.on("response", (response) => {
      // A page that refuses is a state of the story; a part of a page that does is not.
      const whole = response.request().isNavigationRequest();
      if (response.status() >= 400 && !whole) problems.push(`${response.status()}: ${response.url()}`);
    });
    return page;
  }

  /** Fails the story if anything was found. */
  function conclude(says) {
    for (const problem of problems) console.error(problem);
    if (problems.length > 0) throw new Error(`${problems.length} problem(s)`);
    console.log(says);
  }

  return { shot, check, look, watch, conclude };
}
