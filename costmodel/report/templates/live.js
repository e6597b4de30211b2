// Answers the page's question again in the browser: the same model, the same draws, other inputs.
const costmodelLive = (() => {
  const page = JSON.parse(document.getElementById("model-data").textContent);
  const leaves = new Map(page.leaves.map((leaf, place) => [leaf.name, { ...leaf, place }]));
  const outputs = new Map(Object.entries(page.outputs));
  const changed = new Map();
  const one = costmodelKernel(costmodelModel, page.kernel, 1);
  const crew = costmodelCrew(page, new Map([...leaves].map(([name, { place }]) => [name, place])));
  const { number, like, figure, ranged, chance } = costmodelNumerals;
  const valueOf = (name) => changed.get(name) ?? leaves.get(name).value;

  // The answer at one set of inputs: every figure by name, and what formulas refuse.
  const singles = page.leaves.map((leaf) => Float64Array.of(leaf.value));
  const answer = () => {
    for (const [name, leaf] of leaves) singles[leaf.place][0] = valueOf(name);
    const { outputs: found, reasons } = one(singles);
    const figures = new Map();
    for (const [name, [place, scale]] of outputs) figures.set(name, found[place][0] * scale);
    return { figures, reasons: [...new Set(reasons.map(([, words]) => words))] };
  };

  // What is seen.
  const scaleOf = (name) => page.scales[name.slice(name.lastIndexOf(".") + 1).replace(/_(low|high)$/, "")] ?? 1;
  const PERCENT = 0.01, TINY = 1e-4; // a share of so few percent is none
  const text = ({ name, scale, written: before }, value) => {
    if (name.endsWith(page.probability)) return chance(value);
    if (name.endsWith(".accelerators_for_budget") && value >= page.never) return like(Infinity, before);
    const shown = value / scale;
    return like(name.endsWith("_users") && value >= page.never ? NaN : scale === PERCENT && Math.abs(shown) < TINY ? 0 : shown, before);
  };
  const places = [...document.querySelectorAll("[data-figure]")].map((node) => {
    const name = node.dataset.figure, isEnd = name.endsWith("_low") || name.endsWith("_high");
    const before = isEnd ? null : node.parentElement.querySelector(".was");
    const { scale = node.closest(".offers") ? scaleOf(name) : 1 } = node.dataset;
    return { node, name, before, scale: Number(scale), was: Number(node.dataset.value), written: node.textContent, shown: node.textContent, value: Number(node.dataset.value) };
  });
  const written = (node, words) => { if (node.textContent !== words) node.textContent = words; };
  // The table of offers is shown at once, all other tables in the next turn of the browser.
  const [near, far] = [true, false].map((first) => places.filter(({ node }) => Boolean(node.closest(".offers")) === first));
  const show = (figures, some = places) => {
    for (const place of some) {
      // At the original inputs a figure is what the page was built with, to the last digit.
      const { node, before, was } = place, value = changed.size || !figures.has(place.name) ? figures.get(place.name) : was;
      if (value === undefined || value === place.value) continue;
      place.value = value;
      const same = Math.abs(value - was) <= 1e-9 * Math.abs(was);
      node.dataset.value = Number.isFinite(value) ? String(value) : "";
      const words = same ? place.written : text(place, value);
      if (words === place.shown) continue;
      node.textContent = place.shown = words;
      if (before) before.textContent = words === place.written ? "" : `was ${place.written}`;
    }
  };
  const said = document.getElementById("answer-now"), root = document.documentElement;
  const sayAnswer = (figures, sureness) => {
    const ranked = page.offers.filter(({ later }) => !later)
      .map(({ id, name }) => ({ name, id, cost: figures.get(`${id}.${page.headline}`) }))
      .filter(({ cost }) => Number.isFinite(cost))
      .sort((a, b) => a.cost - b.cost);
    said.hidden = changed.size === 0;
    root.classList.toggle("moved", changed.size > 0);
    if (!ranked.length) { said.textContent = "With your inputs no offer has an answer."; return; }
    const [first, second] = ranked;
    const share = sureness?.get(`${first.id}.${page.probability}`);
    const ratio = second ? second.cost / first.cost : 1, percent = Math.round(100 * (ratio - 1));
    const more = ratio >= 2 ? `${ratio.toFixed(1)} times` : percent ? `${percent}% more than` : "about as much as";
    const gap = second ? `; “${second.name}” costs ${first.cost > 0 ? `${more} that` : figure(second.cost, page.unit)}` : "";
    const likely = ({ id }) => sureness?.get(`${id}.${page.probability}`) ?? 0, rival = ranked.slice(1).sort((a, b) => likely(b) - likely(a))[0];
    const lead = share !== undefined && rival ? share - likely(rival) : Infinity;
    const both = () => `in ${chance(share)} of the draws, “${rival.name}” in ${chance(likely(rival))}`;
    const open = lead <= -page.margin ? ` on best estimates, but only ${both()}` : lead < page.margin ? `, too close to call: ${both()}` : "";
    const sure = open || (share === undefined || !second ? "" : `, in ${chance(share)} of the draws`);
    const [low, high] = ["low", "high"].map((end) => sureness?.get(`${first.id}.${page.headline}_${end}`));
    written(said, `With your inputs: “${first.name}” ${second ? "is cheapest at" : "costs"} ${low < high ? ranged(first.cost, low, high, page.unit) : figure(first.cost, page.unit)}${sure}${gap}.`);
  };

  // The same model at many values of some inputs at once: `fill` puts them, by name and place.
  const many = (chart, size, fill) => {
    const kernel = (chart.kernel ??= costmodelKernel(costmodelModel, page.kernel, size));
    const inputs = (chart.inputs ??= page.leaves.map(() => new Float64Array(size)));
    page.leaves.forEach(({ name }, place) => inputs[place].fill(valueOf(name)));
    fill((name, k, value) => { inputs[leaves.get(name).place][k] = value; });
    const found = kernel(inputs).outputs;
    return (name) => { const [place, scale] = outputs.get(name); return found[place].map((value) => value * scale); };
  };
  const along = (curve) => {
    const found = many(curve, curve.x.length, (put) => {
      curve.leaves.forEach((name, place) => curve.x.forEach((x, k) => put(name, k, x * curve.scales[place])));
    });
    return new Map(curve.offers.map(([name, output]) => [name, found(output)]));
  };

  // Figures come at once, intervals and probabilities a moment later; until then those before are shown.
  let latest = new Map(), later = 0, known = new Map(places.map(({ name, was }) => [name, was]));
  const listeners = [], refused = document.getElementById("refused");
  const figures = () => new Map([...known, ...latest]);
  const tellAll = () => { for (const listener of listeners) listener(); };
  const refuse = (words) => { written(refused, words); refused.hidden = !words; };
  // The first of what formulas refuse, without the formula's name: the others follow from the same input.
  const inWords = ([first]) => first ? `Not all has an answer with these inputs: ${first.replace(/^\w+: /, "").replaceAll("_", " ")}.` : "";
  const update = () => {
    const begun = performance.now();
    const { figures: found, reasons } = answer();
    latest = found;
    show(found, near);
    clearTimeout(later);
    later = setTimeout(() => show(latest, far), 0);
    sayAnswer(found);
    refuse(inWords(reasons));
    tellAll();
    root.dataset.step = String(performance.now() - begun);
    root.dataset.sure = "no";
    crew.ask(new Map([...changed].map(([name, value]) => [leaves.get(name).place, value])), (sure, newest) => {
      known = sure;
      show(sure);
      if (!newest) return;
      sayAnswer(latest, sure);
      tellAll();
      root.dataset.sure = "yes";
      root.dataset.settled = String(performance.now() - begun);
    });
  };
  return { page, leaves, changed, valueOf, figures, along, many, update, refuse, crew, onUpdate: (listener) => listeners.push(listener) };
})();
