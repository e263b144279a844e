// Starts the real program with an empty database on a free port, and a real Chromium; ends both. What a story needs of
// either stands here: pages, people signed in, mails that come and that left, the address of a ticket.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { markup } from "./support/markup.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = process.env.GUICHET_BIN ?? join(root, "target/debug/guichet");
const browserPath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** The windows that pages are looked at in. */
export const wide = { viewport: { width: 1440, height: 900 } };
export const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
/** The least that WCAG asks for (1.4.10). */
export const narrow = { viewport: { width: 320, height: 640 } };
/** 200 % of a window of 1280 pixels: what is left to lay the page out in. */
export const zoomed = { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 };
export const dark = { colorScheme: "dark" };
export const plain = { javaScriptEnabled: false };

/** The settings with which what comes in is read at once, and what leaves leaves at once. */
export const quick = { GUICHET__INTAKE__POLL: "1s", GUICHET__OUTBOX__POLL: "1s", GUICHET__REFUSE__HOLD: "0s" };

/** The settings of the theme that is the State's design system, as installed here. */
export const dsfr = {
  GUICHET__WEB__THEME: "dsfr",
  GUICHET__WEB__DSFR_DIR: fileURLToPath(new URL("node_modules/@gouvfr/dsfr", import.meta.url)),
};

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Runs `look` again and again, for half a minute, until it answers. */
export async function until(what, look) {
  for (let tries = 0; tries < 150; tries += 1) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${what} never came`);
}

const answers = (address, child) =>
  until("guichet", () => {
    if (child.exitCode !== null) throw new Error(`guichet ended with ${child.exitCode}`);
    // Not listening yet.
    return fetch(address).then((answer) => answer.ok, () => false);
  });

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

/** The program and the browser. HTML that is not valid fails the story. `args` are added to `guichet demo`, `settings` to its
 * environment. */
export async function start(args = [], settings = {}) {
  const dir = await mkdtemp(join(tmpdir(), "guichet-browser-"));
  const port = await freePort();
  const child = spawn(program, ["demo", "--dir", dir, "--port", String(port), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...settings },
  });
  const signIn = account(child);
  await answers(`http://127.0.0.1:${port}/sante`, child);
  const browser = await chromium.launch({
    executablePath: browserPath,
    // Chromium refuses its sandbox to root, as containers run it.
    args: process.getuid() === 0 ? ["--no-sandbox"] : [],
  });
  return new Service(`http://127.0.0.1:${port}`, dir, child, browser, await signIn);
}

class Service {
  #child;
  #browser;
  #sent;
  #account;

  constructor(base, dir, child, browser, account) {
    this.base = base;
    this.dir = dir;
    this.#child = child;
    this.#browser = browser;
    this.#sent = markup(browser);
    this.#account = account;
  }

  /** A page in a context of its own. `options` are those of Playwright's contexts: a window, and what goes with it. */
  async open(options = {}) {
    const context = await this.#browser.newContext({ locale: "fr-FR", ...options });
    return context.newPage();
  }

  /** The same at a page of the team, signed in by keyboard. */
  async signIn(options, path = "/equipe") {
    const page = await this.open(options);
    await page.goto(this.base + path);
    await this.typeAccount(page);
    await page.keyboard.press("Enter");
    await page.waitForSelector(".team-nav");
    return page;
  }

  /** The first page of a second person of the team, Dominique, who followed the link to choose a password. */
  async colleague(options) {
    const printed = await this.run(["user", "add", "dominique@example.org", "Dominique"]);
    const [link] = /https?:\/\/\S+/.exec(printed);
    const page = await this.open(options);
    await page.goto(this.base + new URL(link).pathname);
    for (const box of await page.locator("input[type=password]").all()) await box.fill("une phrase assez longue");
    await page.click("main button");
    await page.waitForSelector(".team-nav");
    return page;
  }

  /** Fills in the page that asks who one is. */
  async typeAccount(page) {
    await page.fill("[name=adresse]", this.#account.email);
    await page.fill("[name=mot_de_passe]", this.#account.password);
  }

  /** Runs a command of the program beside the server; `input` is what it reads. Answers what it prints. */
  async run(args, input = "") {
    const child = spawn(program, ["--config", join(this.dir, "config.toml"), ...args], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdin.end(input);
    let printed = "";
    child.stdout.on("data", (octets) => (printed += octets));
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`guichet ${args[0]} ended with ${code}`);
    return printed;
  }

  /** Brings a mail in. */
  receive(mail, from) {
    return this.run(["receive", `--envelope-from=${from}`, "--envelope-to=contact@code.gouv.fr"], mail);
  }

  /** Every mail that left, as they were promised: its Message-ID, and its text with the long lines whole. */
  async mails() {
    const folder = join(this.dir, "mail");
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".eml"));
    const mails = names.sort().map(async (name) => {
      const raw = await readFile(join(folder, name), "latin1");
      const id = /^Message-ID: <(.*)>/m.exec(raw)?.[1];
      return { id, text: raw.replaceAll("=\r\n", "").replaceAll("=3D", "=") };
    });
    return Promise.all(mails);
  }

  /** One of them that holds these words, in ASCII. */
  async mailWith(words) {
    return (await this.mails()).find((mail) => mail.text.includes(words));
  }

  /** The address of the ticket in whose line of the list these words stand, once it is there. */
  ticketOf(page, words = "") {
    return until(`the ticket of ${words}`, async () => {
      await page.goto(`${this.base}/equipe?vue=toutes`);
      const row = page.locator("[data-ligne]", { hasText: words }).locator("[data-ouvre]").first();
      const href = await row.getAttribute("href", { timeout: 200 }).catch(() => null);
      return href && this.base + href;
    });
  }

  /** Stops both. */
  async end() {
    try {
      await this.#sent.check();
    } finally {
      await this.#browser.close();
      this.#child.kill("SIGTERM");
      await once(this.#child, "exit");
      await rm(this.dir, { recursive: true, force: true });
    }
  }
}
