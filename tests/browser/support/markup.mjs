// Keeps every page of HTML that a story is sent, and has the Nu HTML checker read them all at the end: an error of markup is
// a fault of the story that met it.

import { createHash } from "node:crypto";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const checker = fileURLToPath(new URL("../node_modules/vnu-jar/build/dist/vnu.jar", import.meta.url));

/** Listens to every page that the browser opens from now on; `check()` names what is wrong in what was sent, and fails the
 * story without hiding another failure. */
export function markup(browser) {
  const pages = new Map();
  const reading = new Set();
  const open = browser.newContext.bind(browser);
  browser.newContext = async (...args) => {
    const context = await open(...args);
    context.on("response", (response) => {
      const html = (response.headers()["content-type"] ?? "").startsWith("text/html");
      if (!html || response.request().method() === "HEAD" || (response.status() >= 300 && response.status() < 400)) return;
      // What is gone before it can be read was replaced by the next page at once, and is met again elsewhere.
      const read = response.text().then(
        (text) => text && pages.set(createHash("sha256").update(text).digest("hex"), { url: response.url(), text }),
        () => {},
      );
      reading.add(read);
      read.finally(() => reading.delete(read));
    });
    return context;
  };
  return {
    async check() {
      // A page that was closed while it came never tells its end.
      const late = new Promise((resolve) => setTimeout(resolve, 3000).unref());
      await Promise.race([Promise.all(reading), late]);
      if (pages.size === 0) return;
      const dir = await mkdtemp(join(tmpdir(), "guichet-markup-"));
      try {
        const files = [];
        for (const [hash, page] of pages) {
          // A part of a page, sent to a script, is read in the page that it belongs to.
          const whole = /^\s*<!doctype/i.test(page.text) ? page.text : frame(page.text);
          files.push(join(dir, `${hash.slice(0, 16)}.html`));
          await writeFile(files.at(-1), whole);
        }
        const args = ["-Xss2m", "-jar", checker, "--format", "json", "--errors-only", "--exit-zero-always", ...files];
        const { stderr } = await promisify(execFile)("java", args, { maxBuffer: 64 << 20 });
        const found = new Set();
        for (const message of JSON.parse(stderr).messages) {
          const hash = /([0-9a-f]{16})\.html/.exec(message.url ?? "")?.[1];
          const page = [...pages].find(([whole]) => whole.startsWith(hash))?.[1];
          found.add(`${page?.url.replace(/^https?:\/\/[^/]+/, "")}:${message.lastLine}: ${message.message} ${message.extract ?? ""}`);
        }
        if (found.size > 0) {
          console.error(`HTML that is not valid:\n${[...found].join("\n")}`);
          process.exitCode = 1;
        }
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    },
  };
}

function frame(part) {
  return `<!doctype html><html lang="fr"><head><title>Partie</title></head><body>${part}</body></html>`;
}
