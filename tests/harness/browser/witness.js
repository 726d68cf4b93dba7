// Writes down what a screen reader is told from now on, and what every countdown shows.
const witness = (window.postern_witness = { told: [], left: [] });
const last = new WeakMap();
const LIVE = "[role=status], [role=alert], [aria-live]";
const words = (region) => {
  const spoken = region.cloneNode(true);
  for (const silent of spoken.querySelectorAll("[aria-live=off]")) silent.remove();
  return spoken.textContent.replace(/\s+/g, " ").trim();
};
const tell = (region) => {
  if (!region || region.getAttribute("aria-live") === "off") return;
  const said = words(region);
  if (said && last.get(region) !== said) witness.told.push(said);
  last.set(region, said);
};
const look = (timer) => witness.left.push(timer.textContent);
document.querySelectorAll(LIVE).forEach((region) => last.set(region, words(region)));
document.querySelectorAll("[role=timer]").forEach(look);
new MutationObserver((changes) => {
  for (const { target, addedNodes } of changes) {
    const place = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
    tell(place?.closest(LIVE));
    const timer = place?.closest("[role=timer]");
    if (timer) look(timer);
    for (const node of addedNodes) {
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      [node, ...node.querySelectorAll("*")].filter((e) => e.matches(LIVE)).forEach(tell);
      [node, ...node.querySelectorAll("*")].filter((e) => e.matches("[role=timer]")).forEach(look);
    }
  }
}).observe(document.body, { childList: true, characterData: true, subtree: true });
