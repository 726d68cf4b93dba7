// Winds the browser's clock and its stopwatch by so many milliseconds each.
const wound = (window.postern_wound ??= (() => {
  const [clock, stopwatch] = [Date.now, performance.now.bind(performance)];
  const wound = { clock: 0, stopwatch: 0 };
  Date.now = () => clock() + wound.clock;
  performance.now = () => stopwatch() + wound.stopwatch;
  return wound;
})());
wound.clock += arguments[0];
wound.stopwatch += arguments[1];
