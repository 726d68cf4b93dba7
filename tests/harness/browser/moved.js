// What has moved since the page was gone to, as far as no key or click did it.
const done = arguments[arguments.length - 1];
const shifts = [];
const watching = new PerformanceObserver((list) => shifts.push(...list.getEntries()));
watching.observe({ type: "layout-shift", buffered: true });
requestAnimationFrame(() => setTimeout(() => {
  shifts.push(...watching.takeRecords());
  watching.disconnect();
  const own = shifts.filter((shift) => !shift.hadRecentInput);
  const sum = own.reduce((sum, { value }) => sum + value, 0);
  const name = ({ node }) => (node?.localName ? `${node.localName}.${node.className}#${node.id}` : String(node?.nodeName));
  const box = ({ x, y, width, height }) => `${x},${y} ${width}x${height}`;
  const what = own.flatMap(({ value, sources }) => sources.map((source) =>
    `${value.toFixed(4)} ${name(source)}: ${box(source.previousRect)} to ${box(source.currentRect)}`));
  done([Math.round(sum * 1000), what]);
}));
