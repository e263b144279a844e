// What a screen reader says by itself: the live regions, as Chromium's accessibility tree has them, and each change of their words.

const REGIONS = "[role=status], [role=alert], [role=log], [aria-live=polite], [aria-live=assertive]";

/** The live regions of the accessibility tree that have words, with their words. */
export async function spoken(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const words = (node) =>
    (node.role?.value === "StaticText" ? (node.name?.value ?? "") : "") +
    (node.childIds ?? []).map((id) => (byId.has(id) ? words(byId.get(id)) : "")).join("");
  const live = (node) => ["polite", "assertive"].includes(node?.properties?.find((one) => one.name === "live")?.value.value);
  return nodes
    .filter((node) => !node.ignored && live(node) && !live(byId.get(node.parentId)))
    .map((node) => words(node).replace(/\s+/g, " ").trim())
    .filter((text) => text !== "");
}

/** Hears, on this page and those it goes to, every time that a live region gets other words: what `heard` reads. */
export const listen = (page) =>
  page.addInitScript((regions) => {
    globalThis.heard = [];
    addEventListener("DOMContentLoaded", () => {
      const words = (region) => region.textContent.replace(/\s+/g, " ").trim();
      const last = new Map(Array.from(document.querySelectorAll(regions), (region) => [region, words(region)]));
      new MutationObserver((changes) => {
        const changed = new Set();
        for (const { target } of changes) {
          const at = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
          const region = at?.closest(regions);
          if (region && !at.closest("[aria-live=off]")) changed.add(region);
        }
        for (const region of changed) {
          const now = words(region);
          if (now !== (last.get(region) ?? "") && now !== "") globalThis.heard.push(now);
          last.set(region, now);
        }
      }).observe(document, { childList: true, characterData: true, subtree: true });
    });
  }, REGIONS);

/** What was heard on this page since it was loaded, or since the last time it was asked. */
export const heard = (page) => page.evaluate(() => globalThis.heard.splice(0));

/** What would be said twice, one line each: a live region in another one, or one that takes the focus and is read for it. */
export const twice = (page) =>
  page.evaluate((regions) => {
    const named = (part) => `${part.localName}${part.id && `#${part.id}`}.${[...part.classList].join(".")}`;
    return Array.from(document.querySelectorAll(regions)).flatMap((region) => {
      if (region.parentElement.closest(regions)) return [`a live region in a live region: ${named(region)}`];
      if (region.matches("[autofocus]") || region.querySelector("[autofocus]")) return [`said and focused: ${named(region)}`];
      return [];
    });
  }, REGIONS);
