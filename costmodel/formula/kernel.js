// Runs what javascript.py emits, on blocks of rows. Loops are written out, since each then keeps to one operation.
const costmodelOperations = (() => {
  const add = (t, a, b) => { for (let k = 0; k < t.length; k++) t[k] = a[k] + b[k]; };
  const subtract = (t, a, b) => { for (let k = 0; k < t.length; k++) t[k] = a[k] - b[k]; };
  const multiply = (t, a, b) => { for (let k = 0; k < t.length; k++) t[k] = a[k] * b[k]; };
  // No formula divides by zero: such a row has no answer, even where a minimum would swallow the infinity.
  const divide = (t, a, b) => { for (let k = 0; k < t.length; k++) t[k] = b[k] === 0 ? 0 / 0 : a[k] / b[k]; };
  const power = (t, a, b) => {
    for (let k = 0; k < t.length; k++) t[k] = a[k] === 0 && b[k] < 0 ? 0 / 0 : a[k] ** b[k];
  };
  const negative = (t, a) => { for (let k = 0; k < t.length; k++) t[k] = -a[k]; };
  const maximum = (t, a, b) => { for (let k = 0; k < t.length; k++) t[k] = Math.max(a[k], b[k]); };
  const minimum = (t, a, b) => { for (let k = 0; k < t.length; k++) t[k] = Math.min(a[k], b[k]); };
  const exp = (t, a) => { for (let k = 0; k < t.length; k++) t[k] = Math.exp(a[k]); };
  const log = (t, a) => { for (let k = 0; k < t.length; k++) t[k] = Math.log(a[k]); };
  const expm1 = (t, a) => { for (let k = 0; k < t.length; k++) t[k] = Math.expm1(a[k]); };
  const log1p = (t, a) => { for (let k = 0; k < t.length; k++) t[k] = Math.log1p(a[k]); };
  const sqrt = (t, a) => { for (let k = 0; k < t.length; k++) t[k] = Math.sqrt(a[k]); };
  const floor = (t, a) => { for (let k = 0; k < t.length; k++) t[k] = Math.floor(a[k]); };
  const ceil = (t, a) => { for (let k = 0; k < t.length; k++) t[k] = Math.ceil(a[k]); };
  const less = (t, a, b) => { for (let k = 0; k < t.length; k++) t[k] = a[k] < b[k] ? 1 : 0; };
  const less_equal = (t, a, b) => { for (let k = 0; k < t.length; k++) t[k] = a[k] <= b[k] ? 1 : 0; };
  const where = (t, c, a, b) => { for (let k = 0; k < t.length; k++) { const x = a[k], y = b[k]; t[k] = c[k] ? x : y; } };
  return { /* operations by their short names */ };
})();

// Bounds: limits, words, and the places of the outputs concerned, which come as runs: where each begins, and how long it is.
const costmodelGuards = (data) => {
  const places = (runs) => runs.flatMap((begin, k) => (k % 2 ? [] : Array.from({ length: runs[k + 1] }, (_, n) => begin + n)));
  const concerned = data.concerned.map(places);
  return data.guards.map(([limit, words, outputs]) => ({ limit: data.limits[limit], words, concerned: concerned[outputs] }));
};
const costmodelRefused = ({ limit: [low, high] }, values) => {
  const rows = [];
  for (let k = 0; k < values.length; k++) if (!(values[k] >= low && values[k] <= high)) rows.push(k);
  return rows;
};
// Outputs without the rows that were refused, by guards.
const costmodelMarked = (outputs, guards, refused) => {
  const marked = [...outputs];
  for (const [place, rows] of refused) {
    for (const output of guards[place].concerned) {
      if (output >= outputs.length) break;
      if (marked[output] === outputs[output]) marked[output] = outputs[output].slice();
      for (const row of rows) marked[output][row] = NaN;
    }
  }
  return marked;
};
const costmodelConstants = (data, rows) => data.constants.map((value) => new Float64Array(rows).fill(
  { inf: Infinity, "-inf": -Infinity, nan: NaN }[value] ?? value,
));

const costmodelKernel = (emitted, data, rows) => {
  const work = Array.from({ length: data.buffers }, () => new Float64Array(rows));
  const constants = costmodelConstants(data, rows), guards = costmodelGuards(data);
  const python = (value) => (Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : `${value}`);
  const message = ({ limit, words }, value) => data.words[words].join(python(value * limit[2]));

  // Takes one block an input; returns one array an output, valid until the next call, and what formulas refused.
  return (inputs) => {
    const refused = [], reasons = [];
    const check = (place, values) => {
      const rows = costmodelRefused(guards[place], values);
      if (rows.length) refused.push([place, rows]);
      for (const row of rows) reasons.push([row, message(guards[place], values[row])]);
    };
    const outputs = emitted(costmodelOperations, inputs, work, constants, check, false);
    return { outputs: costmodelMarked(outputs, guards, refused), reasons };
  };
};
