// Starts the real program with an empty database on a free port, and a real Chromium; ends both.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { chromium } from "playwright-core";
import { markup } from "./support/markup.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = process.env.GUICHET_BIN ?? join(root, "target/debug/guichet");
const browserPath = process.env.CHROMIUM ?? "/usr/bin/chromium";

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

async function answers(address, child) {
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) throw new Error(`guichet ended with ${child.exitCode}`);
    try {
      if ((await fetch(address)).ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("guichet does not answer");
}

/** The installed design system of the State, for its theme. */
export const dsfr = fileURLToPath(new URL("node_modules/@gouvfr/dsfr", import.meta.url));

/** What the demonstration prints: the address and password of its one account. */
function account(child) {
  return new Promise((resolve) => {
    let printed = "";
    child.stdout.on("data", (octets) => {
      printed += octets;
      const found = /Connexion\s+(\S+)\s+mot de passe\s: (\S+)/.exec(printed);
      if (found) resolve({ email: found[1], password: found[2] });
    });
  });
}

/** The program and the browser; `receive(mail, from)` brings a mail in, `end()` stops both; HTML that is not valid fails the story. `args` are added to `guichet demo`, `settings` to its environment. */
export async function start(args = [], settings = {}) {
  const dir = await mkdtemp(join(tmpdir(), "guichet-browser-"));
  const port = await freePort();
  const child = spawn(program, ["demo", "--dir", dir, "--port", String(port), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...settings },
  });
  const base = `http://127.0.0.1:${port}`;
  const signIn = account(child);
  await answers(`${base}/sante`, child);
  const browser = await chromium.launch({
    executablePath: browserPath,
    // Chromium refuses its sandbox to root, as containers run it.
    args: process.getuid() === 0 ? ["--no-sandbox"] : [],
  });
  const sent = markup(browser);
  return {
    base,
    browser,
    dir,
    account: await signIn,
    async receive(mail, from) {
      const args = ["--config", join(dir, "config.toml"), "receive", `--envelope-from=${from}`];
      const door = spawn(program, [...args, "--envelope-to=contact@code.gouv.fr"], {
        stdio: ["pipe", "ignore", "inherit"],
      });
      door.stdin.end(mail);
      const [code] = await once(door, "exit");
      if (code !== 0) throw new Error(`receive ended with ${code}`);
    },
    async end() {
      try {
        await sent.check();
      } finally {
        await browser.close();
        child.kill("SIGTERM");
        await once(child, "exit");
        await rm(dir, { recursive: true, force: true });
      }
    },
  };
}

/** What axe-core finds against WCAG 2.2 AA and its best practices, one line each. */
export async function faults(page) {
  await page.evaluate(axe.source);
  const result = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return result.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary.replaceAll("\n", " ")}`),
  );
}

/** Whether anything sticks out of the window sideways. */
export function sticksOut(page) {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}

/** Runs `look` again and again until it answers. */
export async function until(what, look) {
  for (let tries = 0; tries < 150; tries += 1) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${what} never came`);
}
