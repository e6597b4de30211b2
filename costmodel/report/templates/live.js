// Answers the page's question again in the browser: the same model, the same draws, other inputs.
{
  const page = JSON.parse(document.getElementById("model-data").textContent);
  const leaves = new Map(page.leaves.map((leaf, place) => [leaf.name, { ...leaf, place }]));
  const outputs = new Map(Object.entries(page.outputs));
  const changed = new Map();
  const one = costmodelKernel(costmodelModel, page.kernel, 1);
  const many = costmodelKernel(costmodelModel, page.kernel, page.block);
  const { number, figure } = costmodelNumerals;
  const valueOf = (name) => changed.get(name) ?? leaves.get(name).value;
  const original = new Map();

  // The answer at one set of inputs: every figure by name, and what formulas refuse.
  const singles = page.leaves.map((leaf) => Float64Array.of(leaf.value));
  const answer = () => {
    for (const [name, leaf] of leaves) singles[leaf.place][0] = valueOf(name);
    const { outputs: found, reasons } = one(singles);
    const figures = new Map();
    for (const [name, [place, scale]] of outputs) figures.set(name, found[place][0] * scale);
    return { figures, reasons: [...new Set(reasons.map(([, words]) => words))] };
  };

  const limited = (leaf, value) => {
    for (const [side, limit, words] of leaf.limits ?? []) {
      const wrong = { "<": value < limit, "<=": value <= limit, ">": value > limit, whole: value % 1 !== 0 }[side];
      if (wrong && words) return `${leaf.name}: ${words.replace("{}", `${value} ${leaf.unit}`.trim())}`;
    }
    return Number.isFinite(value) ? "" : `${leaf.name}: not a number`;
  };

  // Draws: the scores are those of the command, made once; inputs that were set have no range any more.
  let scores = null;
  const idle = (work) => new Promise((done) => setTimeout(() => done(work()), 0));
  const makeScores = async () => {
    const { joint } = page, size = joint.block * joint.levels;
    const middles = Float64Array.from({ length: size }, (_, place) => (place + 0.5) / size);
    const [table] = costmodelKernel(costmodelScore, page.score, size)([middles]).outputs;
    const independent = [];
    for (const words of joint.words) {
      independent.push(await idle(() => Float64Array.from(costmodelPlaces(words, joint), (place) => table[place])));
    }
    const loadings = new Map(joint.loadings.map(({ place, range }) => [place, independent[place].map((one) => spread(range, one))]));
    joint.leaves.forEach(({ name, links }, own) => {
      const scores = links.length ? shared(independent, loadings, own, links) : independent[own];
      const leaf = leaves.get(name);
      leaf.drawn = scores.map((one) => spread(leaf.range, one));
    });
    return true;
  };
  // What an input has of its own, and what it shares by its loadings on common factors; as in draws.py.
  const shared = (independent, loadings, own, links) => independent[own].map((score, k) => {
    let common = 0;
    for (const [, loading] of links) common += loadings.get(loading)[k] ** 2;
    const scale = 1 / Math.sqrt(Math.max(common, 1));
    let found = score * Math.sqrt(Math.max(1 - common, 0));
    for (const [factor, loading] of links) found += loadings.get(loading)[k] * scale * independent[factor][k];
    return found;
  });
  const spread = ([best, low, high, ceiling], score) => {
    const below = Math.min(score, 0) / page.ends, above = Math.max(score, 0) / page.ends;
    const drawn = low > 0
      ? best * (best / low) ** below * (high / best) ** above
      : Math.max(best + (best - low) * below + (high - best) * above, 0);
    return Math.min(drawn, ceiling ?? Infinity);
  };
  const blocks = page.leaves.map((leaf) => new Float64Array(page.block).fill(leaf.value));
  const drawnBlock = (start) => {
    for (const [name, leaf] of leaves) {
      const block = blocks[leaf.place];
      if (!leaf.range || changed.has(name)) block.fill(valueOf(name));
      else for (let k = 0; k < page.block; k++) block[k] = leaf.drawn[start + k];
    }
    return many(blocks).outputs;
  };
  const quantile = (sorted, share) => {
    const place = (sorted.length - 1) * share, left = Math.floor(place), part = place - left;
    const [a, b] = [sorted[left], sorted[Math.min(left + 1, sorted.length - 1)]];
    return a + (b - a) * part;
  };
  const between = (drawn) => {
    const sorted = drawn.filter(Number.isFinite).sort();
    const ends = [(1 - page.share) / 2, (1 + page.share) / 2];
    return sorted.length ? ends.map((share) => quantile(sorted, share)) : [NaN, NaN];
  };
  const chances = (drawn) => {
    const wins = new Array(drawn.length).fill(0);
    let answered = 0;
    for (let k = 0; k < page.draws; k++) {
      let first = -1;
      for (let offer = 0; offer < drawn.length; offer++) {
        if (Number.isFinite(drawn[offer][k]) && (first < 0 || drawn[offer][k] < drawn[first][k])) first = offer;
      }
      if (first >= 0) { wins[first]++; answered++; }
    }
    return wins.map((won) => won / Math.max(answered, 1));
  };

  // Gives the browser its turn every few milliseconds; a newer question ends the older one.
  let asked = 0;
  const sure = async () => {
    const mine = ++asked;
    await (scores ??= makeScores());
    const wanted = page.offers.flatMap(({ id }) => page.columns.map((column) => `${id}.${column}`)).filter((name) => outputs.has(name));
    const drawn = new Map(wanted.map((name) => [name, new Float64Array(page.draws)]));
    let since = performance.now();
    for (let start = 0; start < page.draws; start += page.block) {
      if (mine !== asked) return null;
      const found = drawnBlock(start);
      for (const name of wanted) {
        const [place, scale] = outputs.get(name), into = drawn.get(name), from = found[place];
        for (let k = 0; k < page.block; k++) into[start + k] = Number.isFinite(from[k]) ? from[k] * scale : NaN;
      }
      if (performance.now() - since > 8) { await idle(() => {}); since = performance.now(); }
    }
    if (mine !== asked) return null;
    const figures = new Map();
    for (const [name, numbers] of drawn) between(numbers).forEach((end, side) => figures.set(`${name}_${side ? "high" : "low"}`, end));
    const today = page.offers.filter(({ later }) => !later);
    const ranking = today.map(({ id }) => drawn.get(`${id}.${page.headline}`)).filter(Boolean);
    if (ranking.length) chances(ranking).forEach((share, place) => figures.set(`${today[place].id}.${page.probability}`, share));
    return figures;
  };

  // What is seen.
  const text = (name, value) => (name.endsWith(page.probability) && Number.isFinite(value) ? `${Math.round(value * 100)}%` : number(value));
  const places = [...document.querySelectorAll("[data-figure]")];
  for (const place of places) original.set(place.dataset.figure, [Number(place.dataset.value), place.textContent]);
  const show = (figures) => {
    for (const place of places) {
      const name = place.dataset.figure;
      if (!figures.has(name)) continue;
      const value = figures.get(name), [was, written] = original.get(name);
      const same = Math.abs(value - was) <= 1e-9 * Math.abs(was);
      place.dataset.value = Number.isFinite(value) ? String(value) : "";
      place.textContent = same ? written : text(name, value);
      const before = place.parentElement.querySelector(".was");
      if (before && !name.endsWith("_low") && !name.endsWith("_high")) {
        before.textContent = same || place.textContent === written ? "" : `was ${written}`;
      }
    }
  };
  const said = document.getElementById("answer-now");
  const sayAnswer = (figures, sureness) => {
    const ranked = page.offers.filter(({ later }) => !later)
      .map(({ id, name }) => ({ name, id, cost: figures.get(`${id}.${page.headline}`) }))
      .filter(({ cost }) => Number.isFinite(cost))
      .sort((a, b) => a.cost - b.cost);
    said.hidden = changed.size === 0;
    if (!ranked.length) { said.textContent = "With your inputs no offer has an answer."; return; }
    const [first, second] = ranked;
    const share = sureness?.get(`${first.id}.${page.probability}`);
    const gap = second ? `; “${second.name}” costs ${number((second.cost / first.cost - 1) * 100, 2)}% more` : "";
    const chance = share === undefined ? "" : `, the cheapest in ${Math.round(share * 100)}% of draws`;
    said.textContent = `With your inputs: “${first.name}” is cheapest at ${figure(first.cost, page.unit)}${chance}${gap}.`;
  };

  // Break-even curves: the same model along one input.
  const along = (curve) => {
    const kernel = (curve.kernel ??= costmodelKernel(costmodelModel, page.kernel, curve.x.length));
    const inputs = page.leaves.map((leaf) => new Float64Array(curve.x.length).fill(valueOf(leaf.name)));
    curve.leaves.forEach((name, place) => curve.x.forEach((x, k) => { inputs[leaves.get(name).place][k] = x * curve.scales[place]; }));
    const found = kernel(inputs).outputs;
    return new Map(curve.offers.map(([name, output]) => [name, found[outputs.get(output)[0]].slice()]));
  };

  // Intervals follow a moment later; until then charts keep those before.
  let latest = new Map(), known = new Map([...original].map(([name, [value]]) => [name, value]));
  const listeners = [];
  const refused = document.getElementById("refused");
  const update = () => {
    const begun = performance.now();
    const { figures, reasons } = answer();
    latest = figures;
    show(figures);
    sayAnswer(figures);
    refused.textContent = reasons.join(" ");
    refused.hidden = !reasons.length;
    sayChanges();
    for (const listener of listeners) listener(new Map([...known, ...figures]));
    document.documentElement.dataset.step = String(performance.now() - begun);
    history.replaceState(null, "", changed.size ? `#${state()}` : location.pathname + location.search);
    settle();
  };
  const settle = async () => {
    const begun = performance.now();
    document.documentElement.dataset.sure = "no";
    const found = await sure();
    if (!found) return;
    show(found);
    sayAnswer(latest, found);
    known = found;
    for (const listener of listeners) listener(new Map([...known, ...latest]));
    document.documentElement.dataset.sure = "yes";
    document.documentElement.dataset.settled = String(performance.now() - begun);
  };

  // State: what was changed, in the address.
  const state = () => [...changed].map(([name, value]) => `${encodeURIComponent(name)}=${value}`).join("&");
  const restore = () => {
    if (!location.hash.includes("=")) return false;
    changed.clear();
    for (const part of location.hash.slice(1).split("&")) {
      const [name, value] = part.split("=").map(decodeURIComponent);
      const leaf = leaves.get(name);
      if (leaf && value !== "" && !limited(leaf, Number(value))) {
        controlOf(name);
        changed.set(name, Number(value));
      }
    }
    return true;
  };

  // Controls.
  const panel = document.getElementById("controls");
  const boxes = new Map();
  const wire = (row) => {
    const box = row.querySelector("[data-input]"), slider = row.querySelector("[data-slider]"), leaf = leaves.get(box.dataset.input);
    const low = Number(slider.dataset.low), high = Number(slider.dataset.high), logarithmic = low > 0 && high / low > 3;
    const along = (share) => (logarithmic ? low * (high / low) ** share : low + (high - low) * share);
    const share = (value) => (logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low));
    const put = (value) => {
      slider.value = String(1000 * share(value));
      slider.setAttribute("aria-valuetext", `${number(value, 4)} ${leaf.unit}`);
    };
    const set = (value) => {
      const wrong = limited(leaf, value);
      box.setAttribute("aria-invalid", String(Boolean(wrong)));
      if (wrong) { refused.textContent = wrong; refused.hidden = false; return; }
      if (value === leaf.value) changed.delete(leaf.name); else changed.set(leaf.name, value);
      update();
    };
    box.addEventListener("input", () => { const value = box.value === "" ? NaN : Number(box.value); put(value); set(value); });
    slider.addEventListener("input", () => {
      const value = Number(along(Number(slider.value) / 1000).toPrecision(3));
      box.value = String(value);
      put(value);
      set(value);
    });
    const back = () => { const value = valueOf(leaf.name); box.value = String(value); put(value); box.setAttribute("aria-invalid", "false"); };
    boxes.set(leaf.name, back);
    back();
  };
  const controlOf = (name) => {
    if (boxes.has(name)) return;
    const leaf = leaves.get(name), row = document.getElementById("control").content.cloneNode(true).firstElementChild;
    const [low, high] = leaf.range ? [leaf.range[1], leaf.range[2]] : [leaf.value, leaf.value];
    const id = `input-${leaf.place}`, slider = row.querySelector("[data-slider]"), box = row.querySelector("[data-input]");
    row.querySelector("label").textContent = name;
    row.querySelector("label").htmlFor = id;
    row.querySelector(".unit").textContent = leaf.unit;
    Object.assign(slider.dataset, { slider: name, low: String(low / 2), high: String(high * 2 || 1) });
    slider.setAttribute("aria-label", name);
    Object.assign(box, { id }).dataset.input = name;
    panel.append(row);
    wire(row);
  };
  panel.querySelectorAll(".control").forEach(wire);
  document.querySelectorAll("[data-change]").forEach((button) => {
    button.hidden = !leaves.has(button.dataset.change);
    button.addEventListener("click", () => {
      controlOf(button.dataset.change);
      const box = document.querySelector(`[data-input="${CSS.escape(button.dataset.change)}"]`);
      box.closest("details")?.setAttribute("open", "");
      box.focus();
      box.scrollIntoView({ block: "center" });
    });
  });

  const list = document.getElementById("changes");
  const sayChanges = () => {
    document.getElementById("changed").hidden = changed.size === 0;
    list.replaceChildren(...[...changed].map(([name, value]) => {
      const item = document.createElement("li"), undo = document.createElement("button"), leaf = leaves.get(name);
      undo.type = "button";
      undo.textContent = "undo";
      undo.setAttribute("aria-label", `undo ${name}`);
      undo.addEventListener("click", () => { changed.delete(name); boxes.get(name)(); update(); });
      item.append(`${name}: ${number(value, 4)} instead of ${figure(leaf.value, leaf.unit)} `, undo);
      return item;
    }));
  };
  const everyBack = () => boxes.forEach((back) => back());
  document.getElementById("reset").addEventListener("click", () => { changed.clear(); everyBack(); update(); });
  document.getElementById("copy-link").addEventListener("click", async (event) => {
    try { await navigator.clipboard.writeText(location.href); event.target.textContent = "Copied"; } catch { event.target.textContent = "Copy the address above"; }
  });
  window.addEventListener("hashchange", () => { if (restore()) { everyBack(); update(); } });

  document.getElementById("live").hidden = false;
  globalThis.costmodelLive = { figures: () => new Map([...known, ...latest]), valueOf, along, changed, leaves, page, onUpdate: (listener) => listeners.push(listener) };
  if (restore()) { everyBack(); update(); }
  else costmodelCharts.drawn.then(() => { scores ??= makeScores(); });
}
