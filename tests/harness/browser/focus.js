// What is wrong with how what has the focus shows that, or nothing.
const element = document.activeElement;
if (!element || element === document.body) return "nothing has the focus";
const rgba = (color) => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d");
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  return canvas.getImageData(0, 0, 1, 1).data;
};
const ground = (e) => {
  for (; e; e = e.parentElement) {
    const color = rgba(getComputedStyle(e).backgroundColor);
    if (color[3] === 255) return color;
  }
  return [255, 255, 255, 255];
};
const luminance = (color) => {
  const [r, g, b] = [...color.slice(0, 3)].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
};
// A field in a box, and a radio button in its chip, are outlined by what is around them.
const rings = [];
for (let e = element, steps = 0; e && steps < 3; e = e.parentElement, steps += 1) {
  const style = getComputedStyle(e);
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) continue;
  const behind = parseFloat(style.outlineOffset) < 0 ? ground(e) : ground(e.parentElement);
  rings.push(contrast(rgba(style.outlineColor), behind));
}
const name = `${element.computedRole} “${element.computedName}”`;
const box = element.getBoundingClientRect();
const bar = document.querySelector("header.topbar")?.getBoundingClientRect().bottom ?? 0;
const under = !element.closest(".topbar") && box.height > 0 && box.bottom <= bar;
if (under) return `${name} is hidden beneath the bar`;
if (rings.length === 0) return `${name} has no ring`;
const best = Math.max(...rings);
return best < 3 ? `${name} has a ring of contrast ${best.toFixed(2)}` : null;
