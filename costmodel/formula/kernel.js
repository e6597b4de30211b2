// Runs what javascript.py emits, on blocks of rows. Loops are written out, since each then keeps to one operation.
const costmodelKernel = (emitted, data, rows, few = false) => {
  const add = (t, a, b) => { for (let k = 0; k < t.length; k++) t[k] = a[k] + b[k]; };
  const subtract = (t, a, b) => { for (let k = 0; k < t.length; k++) t[k] = a[k] - b[k]; };
  const multiply = (t, a, b) => { for (let k = 0; k < t.length; k++) t[k] = a[k] * b[k]; };
  // No formula divides by zero: such a row has no answer, even where a minimum would swallow the infinity.
  const divide = (t, a, b) => { for (let k = 0; k < t.length; k++) t[k] = b[k] === 0 ? NaN : a[k] / b[k]; };
  const power = (t, a, b) => {
    for (let k = 0; k < t.length; k++) t[k] = a[k] === 0 && b[k] < 0 ? NaN : a[k] ** b[k];
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
  const where = (t, c, a, b) => { for (let k = 0; k < t.length; k++) t[k] = c[k] ? a[k] : b[k]; };
  const by_name = { /* operations by their short names */ };

  const block = () => new Float64Array(rows);
  const work = Array.from({ length: data.buffers }, block);
  const constants = data.constants.map((value) => block().fill(
    { inf: Infinity, "-inf": -Infinity, nan: NaN }[value] ?? value,
  ));

  const python = (value) => (Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : `${value}`);
  const guards = data.guards.map(([limit, words, concerned]) => ({ limit: data.limits[limit], words, concerned }));
  const message = ({ limit, words }, value) => data.words[words].join(python(value * limit[2]));
  // Places of outputs come as runs: where each begins, and how long it is.
  const places = (runs) => runs.flatMap((begin, k) => (k % 2 ? [] : Array.from({ length: runs[k + 1] }, (_, n) => begin + n)));
  const concerned = data.concerned.map(places);

  // Takes one block an input; returns one array an output, valid until the next call, and what formulas refused.
  return (inputs) => {
    const refused = [];
    const check = (place, values) => {
      const [low, high] = guards[place].limit;
      for (let k = 0; k < rows; k++) if (!(values[k] >= low && values[k] <= high)) refused.push([place, k, values[k]]);
    };
    const outputs = emitted(by_name, inputs, work, constants, check, few);
    const marked = outputs.map((values) => values);
    for (const [place, row] of refused) {
      for (const output of concerned[guards[place].concerned]) {
        if (output >= outputs.length) break;
        if (marked[output] === outputs[output]) marked[output] = outputs[output].slice();
        marked[output][row] = NaN;
      }
    }
    return { outputs: marked, reasons: refused.map(([place, row, value]) => [row, message(guards[place], value)]) };
  };
};
