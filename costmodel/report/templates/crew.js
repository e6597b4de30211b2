// Intervals and probabilities from the draws, which workers share among them; the newest question is answered next.
const costmodelCrew = (page, places) => {
  const { joint } = page, wanted = page.offers
    .flatMap(({ id }) => page.columns.map((column) => `${id}.${column}`))
    .concat(page.also)
    .filter((name) => page.outputs[name])
    .map((name) => [name, ...page.outputs[name]]);
  const drawn = new Map(wanted.map(([, place]) => [place, new Float64Array(page.draws)]));
  const blocks = page.draws / page.block;
  const ownText = () => [...document.querySelectorAll("script[data-hand]")].map((one) => one.textContent).join("\n");
  const rested = () => {
    let since = performance.now();
    return async () => {
      if (performance.now() - since < 8) return;
      await new Promise((done) => setTimeout(done, 0));
      since = performance.now();
    };
  };
  const local = () => {
    const hand = { postMessage: (message) => act(message), terminate: () => {} };
    const act = costmodelHand((data) => hand.onmessage({ data }), rested());
    return hand;
  };
  const hired = () => {
    try {
      const begin = "const costmodelAct=costmodelHand((m,t)=>postMessage(m,t??[]),()=>{});onmessage=({data})=>costmodelAct(data);";
      const address = URL.createObjectURL(new Blob([ownText(), "\n", begin], { type: "text/javascript" }));
      const count = Math.max(1, Math.min(4, navigator.hardwareConcurrency ?? 1));
      return Array.from({ length: count }, () => new Worker(address));
    } catch {
      return [local()];
    }
  };

  const replies = (hands, ask) => Promise.all(hands.map((hand, one) => new Promise((done, fail) => {
    hand.onmessage = ({ data }) => done(data);
    hand.onerror = (event) => { event.preventDefault?.(); fail(new Error(event.message)); };
    const [message, moved] = ask(one);
    hand.postMessage(message, moved ?? []);
  })));
  const prepare = async (hands) => {
    const steered = [...document.querySelectorAll("#controls [data-slider]")].map(({ dataset }) => places.get(dataset.slider));
    const plain = { ...page, wanted, steered, outputs: null, trees: null, charts: null };
    const leaves = page.leaves.map(({ value, range }) => ({ value, range }));
    const own = { ...joint, leaves: joint.leaves.map(({ name, links }) => ({ leaf: places.get(name), links })) };
    const ends = Array.from({ length: hands.length + 1 }, (_, one) => page.block * Math.round((blocks * one) / hands.length));
    const made = await replies(hands, (one) => [{
      page: { ...plain, leaves, joint: own }, from: ends[one], to: ends[one + 1],
      names: joint.words.map((_, name) => name).filter((name) => name % hands.length === one),
    }]);
    const all = [];
    for (const { places: some } of made) for (const [name, found] of some) all[name] = found;
    await replies(hands, (one) => {
      const parts = all.map((found) => found.slice(ends[one], ends[one + 1]));
      return [{ places: parts }, parts.map((part) => part.buffer)];
    });
    return hands;
  };
  let crew = null;
  const hands = () => (crew ??= prepare(hired()).catch(() => prepare([local()])));

  // The value at a place in the order of size, found without sorting the rest; moves what it is given, from `low` on.
  const placed = (values, size, wantedPlace, from) => {
    let low = from, high = size - 1;
    while (low < high) {
      const pivot = values[(low + high) >> 1];
      let left = low, right = high;
      while (left <= right) {
        while (values[left] < pivot) left++;
        while (values[right] > pivot) right--;
        if (left <= right) { const kept = values[left]; values[left++] = values[right]; values[right--] = kept; }
      }
      if (wantedPlace <= right) high = right; else if (wantedPlace >= left) low = left; else break;
    }
    return values[wantedPlace];
  };
  // The least from a place on: what follows a value that has been placed.
  const least = (values, size, from) => {
    let found = values[Math.min(from, size - 1)];
    for (let k = from; k < size; k++) if (values[k] < found) found = values[k];
    return found;
  };
  const between = (values, size, place, from) => {
    const left = Math.floor(place), a = placed(values, size, left, from);
    return a + (least(values, size, left + 1) - a) * (place - left);
  };
  // Of the draws those beyond what a sample has near both ends are looked at alone; if it was unlucky, all. None is infinite.
  const SAMPLE = 128, LUCK = 12; // of those how many it may be off
  const sample = new Float64Array(SAMPLE), [low, high] = [0, 1].map(() => new Float64Array(page.draws));
  const ends = (numbers) => {
    const shares = [(1 - page.share) / 2, (1 + page.share) / 2];
    for (let k = 0; k < SAMPLE; k++) sample[k] = numbers[Math.floor((k * numbers.length) / SAMPLE)];
    sample.sort();
    const [first, last] = shares.map((share, end) => sample[Math.round(SAMPLE * share) + (end ? -LUCK : LUCK)]);
    let lows = 0, highs = 0, size = 0;
    for (let k = 0; k < numbers.length; k++) {
      const one = numbers[k];
      if (one <= first) low[lows++] = one; else if (one >= last) high[highs++] = one;
      if (one === one) size++;
    }
    const [begin, end] = shares.map((share) => (size - 1) * share), rest = size - highs;
    if (begin + 1 < lows && end >= rest) return [between(low, lows, begin, 0), between(high, highs, end - rest, 0)];
    const all = numbers.filter((one) => one === one);
    return size ? [between(all, size, begin, 0), between(all, size, end, Math.floor(begin))] : [NaN, NaN];
  };
  const chances = (costs) => {
    const wins = new Array(costs.length).fill(0);
    let answered = 0;
    for (let k = 0; k < page.draws; k++) {
      let first = -1;
      for (let offer = 0; offer < costs.length; offer++) {
        if (Number.isFinite(costs[offer][k]) && (first < 0 || costs[offer][k] < costs[first][k])) first = offer;
      }
      if (first >= 0) { wins[first]++; answered++; }
    }
    return wins.map((won) => won / Math.max(answered, 1));
  };
  const figures = new Map(), costs = new Map(wanted.map(([name, place]) => [name, drawn.get(place)]));
  const summary = (moved) => {
    for (const [name, numbers] of costs) if (moved.has(numbers)) ends(numbers).forEach((end, side) => figures.set(`${name}_${side ? "high" : "low"}`, end));
    const ranked = page.offers.filter(({ id, later }) => !later && costs.has(`${id}.${page.headline}`));
    const shares = chances(ranked.map(({ id }) => costs.get(`${id}.${page.headline}`)));
    ranked.forEach(({ id }, one) => figures.set(`${id}.${page.probability}`, shares[one]));
    return new Map(figures);
  };

  let working = false, waiting = null, asked = 0;
  const next = async () => {
    working = true;
    const all = await hands();
    while (waiting) {
      const { set, tell } = waiting, mine = asked, moved = new Set();
      waiting = null;
      for (const { start, found } of await replies(all, () => [{ asked: mine, set }])) {
        for (const [place, part] of found) { drawn.get(place).set(part, start); moved.add(drawn.get(place)); }
      }
      tell(summary(moved), mine === asked);
    }
    working = false;
  };
  // Tells the summary at some inputs, and whether nothing newer was asked meanwhile.
  const ask = (set, tell) => {
    asked++;
    waiting = { set, tell };
    if (!working) next();
  };
  // Answered at the inputs as they are before anything moves, a question about one of them takes less; who has asked
  // already wants that answer.
  const ready = () => { if (!asked) ask(new Map(), () => {}); };
  return { ready, ask };
};
