// A line to the service that can be cut: whoever calls then is refused, as by a server that is down, and what the browser
// keeps of pages is as it is (to intercept requests would switch its cache off).

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";

/** A line to this address; `base` is its own, `cut` and `mend` do what they say. */
export async function line(to) {
  const { hostname, port } = new URL(to);
  const calls = new Set();
  const open = async (at) => {
    const server = createServer((call) => {
      const service = connect(Number(port), hostname);
      for (const [end, other] of [[call, service], [service, call]]) {
        calls.add(end);
        end.on("close", () => calls.delete(end));
        end.on("error", () => other.destroy());
        end.pipe(other);
      }
    }).listen(at, "127.0.0.1");
    await once(server, "listening");
    return server;
  };
  let server = await open(0);
  const own = server.address().port;
  return {
    base: `http://127.0.0.1:${own}`,
    async cut() {
      server.close();
      for (const call of calls) call.destroy();
      if (server.listening) await once(server, "close");
    },
    async mend() {
      server = await open(own);
    },
  };
}

/** What stands in the fields that one writes in, by id. */
const written = async (page) => {
  const fields = await page.$$eval("form input[id], form textarea[id]", (all) =>
    all.filter((one) => one.type !== "file").map((one) => [one.id, one.value]));
  return new Map(fields);
};

/** Does `press`, which sends a form, while the line is cut: the browser shows a page of its own. Then goes back, to a page that
 * must be the one before, and mends the line. */
async function pressCutOnce(page, way, press) {
  const at = page.url();
  await way.cut();
  const failed = page.waitForEvent("requestfailed", (request) => request.isNavigationRequest());
  await Promise.all([failed, press().catch(() => {})]);
  await page.waitForURL("chrome-error://**").catch(() => {});
  await page.goBack().catch(() => {});
  assert.equal(page.url(), at, "going back leads to the page on which one wrote");
  await way.mend();
}

/** As `pressCutOnce`, by hands that are faster than a person's: Chromium learns what stands in a page's fields a second after
 * it was typed, or as the page is put away, which a busy machine does only after the next one is shown. Who goes back in
 * between finds the fields as they came, writes again and sends again, once; that is told. */
export async function pressCut(page, way, press) {
  const before = await written(page);
  const lost = async () => {
    await pressCutOnce(page, way, press);
    await page.waitForLoadState("load");
    const after = await written(page);
    return [...before].filter(([id, value]) => after.get(id) !== value);
  };
  const gone = await lost();
  if (gone.length === 0) return;
  console.warn(`went back before the browser knew what was typed, and does so again: ${gone.map(([id]) => id)}`);
  for (const [id, value] of gone) await page.fill(`#${id}:not([readonly])`, value);
  assert.deepEqual(await lost(), [], "what was typed is there");
}
