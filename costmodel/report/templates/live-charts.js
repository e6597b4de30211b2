// Charts follow the controls: rows of their data are made again from the figures, with scales that reach as far.
{
  const { page, valueOf, along, many, onUpdate, changed, figures: allFigures } = costmodelLive;
  const { number, like, figure, ends } = costmodelNumerals;
  // Read once more: the rows that are drawn carry marks of the chart library, which must not come in again.
  const specs = costmodelCharts.read();
  const plain = (name) => name.replace(/\s+/g, " ");
  // Names on a chart are folded, long words in their middle: they are known by their letters alone.
  const letters = (name) => name.replace(/\s+/g, "");
  const ids = new Map(page.offers.map(({ id, name }) => [letters(name), id]));
  const idOf = (row) => ids.get(letters(row.offer ?? ""));
  const names = new Map(page.offers.map(({ name }) => [letters(name), name]));
  const whole = (folded) => names.get(letters(folded)) ?? plain(folded);

  // As axis_reach in rows.py: rows many times as long as all others are cut.
  const axisReach = (ends) => {
    const sizes = ends.sort((a, b) => b - a);
    for (let place = 1; place < sizes.length; place++)
      if (sizes[place] > 0 && sizes[place - 1] > 5 * sizes[place] && place * 3 <= sizes.length) return sizes[place] * 1.25;
    return sizes[0] ?? 0;
  };
  // As powers in theme.py: the marks of a logarithmic axis.
  const powers = (low, high) => {
    const within = (steps) => {
      const found = [];
      for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) found.push(...steps.map((step) => Number(`${step}e${power}`)));
      return found.filter((mark) => low <= mark && mark <= high);
    };
    const few = within([1]);
    return Math.log10(high / low) > 2.5 && few.length > 2 ? few : within([1, 2, 5]);
  };
  const factorOf = (rows) => {
    const row = rows.find((one) => one.x && one.cost);
    return row ? row.cost / row.x : 1;
  };
  const verdict = (cost, price) => {
    const share = (Math.abs(price - cost) / price) * 100;
    return `${cost <= price ? "margin" : "loss"} ${number(share, share < 99 ? 2 : 3)}%`;
  };
  const bars = (chart) => (figures, rows) => {
    const factor = chart.factor, price = chart.paid ? figures.get(chart.paid) : chart.price ? valueOf(chart.price) : null;
    return rows.map((row) => {
      if ("at" in row) return price === null ? row : { ...row, at: price / factor, ...(row.text && { text: `${chart.called} ${figure(price, chart.unit.split("/")[0])}` }) };
      if (!row.offer) return row;
      const name = chart.rows.get(letters(row.offer)) ?? `${idOf(row)}.${page.headline}`, cost = figures.get(name);
      if (!Number.isFinite(cost)) return { ...row, cost: null, x: null, label: "no answer" };
      const [low, high] = ["low", "high"].map((end) => figures.get(`${name}_${end}`) ?? NaN);
      const known = Number.isFinite(low);
      const end = Math.max(cost, known ? high : cost, price ?? 0) / factor;
      const label = `${like(cost / factor, row.label)} ${chart.short}${price ? `\n${verdict(cost, price)}` : ""}`;
      const found = { ...row, cost, x: cost / factor, end, label, tip: figure(cost, chart.unit) };
      Object.assign(found, { low, high, from: known ? low / factor : null, to: known ? high / factor : null });
      if (known) found.range = ends(cost, low, high, chart.unit);
      if (row.part === "covered by the price") found.stop = Math.min(cost, price) / factor;
      else if (row.part) Object.assign(found, { start: price / factor, stop: Math.max(cost, price) / factor });
      return found;
    });
  };
  const stack = (chart) => (figures, rows) => rows.map((row) => {
    const id = idOf(row);
    if (row.component) {
      const cost = figures.get(`${id}.${plain(row.component)}`) ?? 0;
      return { ...row, cost, x: cost / chart.factor, tip: figure(cost, chart.unit) };
    }
    if (!("gain" in row)) return row;
    const parts = chart.components.map((name) => figures.get(`${id}.${name}`) ?? 0);
    const sum = (keep) => parts.filter(keep).reduce((a, b) => a + b, 0);
    const [cost, gain, credit] = [sum(() => true), sum((part) => part > 0), sum((part) => part < 0)];
    return { ...row, cost, gain, credit, x: cost / chart.factor, end: gain / chart.factor, label: `${like(cost / chart.factor, row.label)} ${chart.short}` };
  });
  const crossed = (curve, costs, name) => {
    const [first, second] = [costs.get(curve.first), costs.get(name)];
    if (!first || !second) return null;
    for (let k = 1; k < first.length; k++) {
      const [before, after] = [first[k - 1] - second[k - 1], first[k] - second[k]];
      if (before > 0 && after <= 0) {
        const part = before / (before - after);
        return { x: curve.x[k - 1] + part * (curve.x[k] - curve.x[k - 1]), cost: first[k - 1] + part * (first[k] - first[k - 1]) };
      }
    }
    return null;
  };
  const curves = (chart) => (figures, rows, costs) => {
    const seen = new Map();
    return rows.flatMap((row) => {
      if (row.offer) {
        const name = whole(row.offer), place = seen.get(name) ?? 0, cost = costs.get(name)?.[place];
        seen.set(name, place + 1);
        return Number.isFinite(cost) ? [{ ...row, cost: cost / chart.factor, label: figure(cost, chart.unit) }] : [];
      }
      const numbered = /^\d+$/.test(row.text ?? "");
      if (!row.text || !changed.size) return [row];
      const words = row.text.slice(row.text.indexOf("\n") + 1);
      const rival = numbered ? chart.curve.rivals[Number(row.text) - 1] : whole(plain(words).replace("cheaper than ", ""));
      const met = crossed(chart.curve, costs, rival);
      if (!met) return [];
      const shown = figure(met.x * chart.curve.shown, chart.curve.unit), x = (met.x * chart.curve.shown) / chart.xFactor;
      if (numbered) chart.said.set(row.text, `${row.text}: from ${shown} on cheaper than ${rival}`);
      return [{ ...row, x, cost: met.cost / chart.factor, text: numbered ? row.text : `${shown}\n${words}` }];
    });
  };
  // A map of two inputs: who is cheapest in each field, all other inputs as they are set.
  const map = (chart) => (figures, rows) => {
    const { leaves: [across, up], xs, ys, offers } = chart.map;
    const found = many(chart.map, xs.length * ys.length, (put) => {
      ys.forEach((y, row) => xs.forEach((x, place) => { const k = row * xs.length + place; put(across, k, x); put(up, k, y); }));
    });
    const costs = offers.map(([, name]) => found(name));
    return rows.flatMap((row, k) => {
      let first = -1;
      costs.forEach((own, one) => { if (Number.isFinite(own[k]) && (first < 0 || own[k] < costs[first][k])) first = one; });
      return first < 0 ? [] : [{ ...row, offer: offers[first][0], label: figure(costs[first][k], chart.unit) }];
    });
  };
  // Swings: each input alone at both ends of its range; one that was set has no range any more.
  const swings = (chart) => {
    let seen = null, base = 0, ends = new Map();
    const answer = () => {
      const { figure: name, rows } = chart.swings, last = 2 * rows.length;
      const costs = many(chart.swings, last + 1, (put) => rows.forEach(([, leaf, ...both], k) => {
        if (!changed.has(leaf)) both.forEach((value, side) => put(leaf, 2 * k + side, value));
      }))(name);
      base = costs[last];
      ends = new Map(rows.map(([label, leaf], k) => [label, { both: [costs[2 * k], costs[2 * k + 1]], set: changed.has(leaf) }]));
      const known = [...costs].filter(Number.isFinite).map((cost) => cost / chart.factor);
      const [low, high] = [Math.min(...known), Math.max(...known)];
      chart.ends = known.length ? [low < high / 2 ? 0 : low - (high - low) / 10, high] : null;
    };
    return (figures, rows) => {
      if (seen !== figures) { seen = figures; answer(); }
      return rows.map((row) => {
        if ("at" in row) return { ...row, at: base / chart.factor };
        if (!row.offer) return row;
        const { both, set } = ends.get(row.offer), told = both.every(Number.isFinite);
        if (row.side) {
          const cost = both[chart.swings.sides.indexOf(row.side)], pair = [Number.isFinite(cost) ? cost : base, base];
          return { ...row, start: Math.min(...pair) / chart.factor, stop: Math.max(...pair) / chart.factor, tip: figure(cost, chart.unit) };
        }
        const words = [...both].sort((a, b) => a - b).map((cost) => like(cost / chart.factor, row.label)).join(" – ");
        const label = set ? "set, so without a range" : `${words} ${chart.short}`;
        return { ...row, label, end: (told ? Math.max(...both) : base) / chart.factor };
      });
    };
  };
  const KINDS = { bars, stack, curve: curves, map, swings };

  const setUp = (id, given) => {
    const datasets = Object.entries(specs[id].datasets);
    const everyRow = datasets.flatMap(([, rows]) => rows);
    const chart = { factor: factorOf(everyRow), logarithmic: specs[id].params?.some(({ name }) => name === "least"), ...given };
    chart.rows = new Map(Object.entries(given.rows ?? {}).map(([name, own]) => [letters(name), own]));
    const label = everyRow.find((row) => row.label && row.offer && "end" in row)?.label ?? "";
    chart.short ??= label.split("\n")[0].split(" ").slice(1).join(" ");
    if (chart.kind === "curve") {
      const row = everyRow.find((one) => one.offer);
      const base = along(chart.curve).get(whole(row.offer));
      chart.factor = base[0] / row.cost;
      chart.xFactor = (chart.curve.x[0] * chart.curve.shown) / row.x;
    }
    return { id, chart, datasets, remake: KINDS[chart.kind](chart) };
  };
  const redraw = async ({ id, chart, datasets, remake }, figures) => {
    const view = costmodelCharts.views.get(id);
    if (!view) return;
    view.logLevel(1); // errors only: a crossing that is gone leaves its marks without an extent
    const costs = chart.curve ? along(chart.curve) : null;
    chart.said = new Map();
    let start = 0;
    const ends = new Map(), heights = [];
    for (const [name, rows] of datasets) {
      const made = changed.size ? remake(figures, rows, costs) : rows;
      if (chart.kind === "curve") heights.push(...made.flatMap(({ cost, offer }) => (offer && Number.isFinite(cost) ? [cost] : [])));
      for (const row of made) {
        if (row.end !== undefined) ends.set(row.offer, Math.max(ends.get(row.offer) ?? 0, row.end ?? 0));
        start = Math.min(start, (row.credit ?? 0) / chart.factor, row.gain === undefined ? row.x ?? 0 : 0);
      }
      view.data(name, made.map((row) => ({ ...row })));
    }
    const reach = axisReach([...ends.values()]);
    if (chart.kind === "swings") {
      chart.first ??= [view.signal("start"), view.signal("reach")];
      const [from, to] = (changed.size && chart.ends) || chart.first;
      view.signal("start", from).signal("reach", to);
    } else if (chart.kind === "curve" && chart.logarithmic) {
      // As built, and as far beyond that as lines go now.
      chart.first ??= [view.signal("least"), view.signal("most"), view.signal("marks")];
      const [least, most, marks] = chart.first, costs = heights.filter((cost) => cost > 0);
      const [low, high] = [Math.min(least, ...costs.map((cost) => cost / 1.15)), Math.max(most, ...costs.map((cost) => cost * 1.15))];
      const wider = changed.size && (low < least || high > most);
      view.signal("least", wider ? low : least).signal("most", wider ? high : most).signal("marks", wider ? powers(low, high) : marks);
    } else if (chart.kind !== "curve" && reach) view.signal("reach", reach).signal("start", chart.kind === "stack" ? start : Math.min(start, 0));
    const caption = document.getElementById(id).closest("figure").querySelector("figcaption span");
    chart.caption ??= caption.textContent;
    if (chart.curve) caption.textContent = changed.size ? [...chart.said.values()].join("; ") : chart.caption;
    await view.runAsync();
  };

  // Charts on the screen follow, one in a turn of the browser, so that a slider is never kept waiting; the others do
  // when they come into sight, or onto paper.
  const live = new Map(), stale = new Set(), seen = new Set();
  const turn = (work) => requestAnimationFrame(() => setTimeout(work, 0));
  let working = false;
  const chartOf = (id) => {
    if (!live.has(id)) live.set(id, setUp(id, page.charts[id]));
    return live.get(id);
  };
  const work = async () => {
    const id = [...stale].find((one) => seen.has(one) && costmodelCharts.views.has(one));
    working = id !== undefined;
    if (!working) return;
    stale.delete(id);
    await redraw(chartOf(id), allFigures());
    turn(work);
  };
  const wake = () => { if (!working) { working = true; turn(work); } };
  const followed = Object.keys(page.charts).filter((id) => specs[id]);
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) seen[isIntersecting ? "add" : "delete"](target.id);
    if (stale.size) wake();
  }, { rootMargin: "25%" });
  for (const id of followed) watcher.observe(document.getElementById(id));
  onUpdate(() => { for (const id of followed) stale.add(id); wake(); });
  window.addEventListener("beforeprint", () => { for (const id of stale) redraw(chartOf(id), allFigures()); stale.clear(); });
  costmodelCharts.drawn.then(() => { if (stale.size) wake(); });
}
