// The draws of all inputs, and what the model makes of them: in workers, each with a part of the draws, so that the
// page stays free; in the page itself, with rests, where a browser allows none.
const costmodelHand = (post, rest) => {
  let page, joint, table, again, drawn, parts, blocks, size, start, scales, known = new Map();
  const spread = ([best, low, high, ceiling, floor], score) => {
    const below = Math.min(score, 0) / page.ends, above = Math.max(score, 0) / page.ends;
    const found = low > 0
      ? best * (best / low) ** below * (high / best) ** above
      : best + (best - low) * below + (high - best) * above;
    return Math.min(Math.max(found, floor ?? -Infinity), ceiling ?? Infinity);
  };
  // What an input has of its own, and what it shares by its loadings on common factors; as in draws.py.
  const shared = (scores, loadings, own, links) => scores[own].map((score, k) => {
    let common = 0;
    for (const [, loading] of links) common += loadings.get(loading)[k] ** 2;
    const scale = 1 / Math.sqrt(Math.max(common, 1));
    let found = score * Math.sqrt(Math.max(1 - common, 0));
    for (const [factor, loading] of links) found += loadings.get(loading)[k] * scale * scores[factor][k];
    return found;
  });

  const begin = ({ page: given, from, to, names }) => {
    [page, joint, start, size] = [given, given.joint, from, to - from];
    scales = new Map(page.wanted.map(([, place, scale]) => [place, scale]));
    const levels = joint.block * joint.levels;
    const middles = Float64Array.from({ length: levels }, (_, place) => (place + 0.5) / levels);
    [table] = costmodelKernel(costmodelScore, page.score, levels)([middles]).outputs;
    return names;
  };
  // The places of scores of some names, all draws: each hand makes those of its names for all.
  const places = async (names) => {
    const found = [];
    for (const name of names) {
      found.push([name, costmodelPlaces(joint.words[name], joint)]);
      await rest();
    }
    post({ places: found }, found.map(([, one]) => one.buffer));
  };
  // Of the draws of this hand, the values of all inputs that have a range.
  const take = async (given) => {
    const scores = given.map((one) => Float64Array.from(one, (place) => table[place]));
    const loadings = new Map(joint.loadings.map(({ place, range }) => [place, scores[place].map((one) => spread(range, one))]));
    drawn = page.leaves.map(() => null);
    for (const [own, { leaf, links }] of joint.leaves.entries()) {
      const mine = links.length ? shared(scores, loadings, own, links) : scores[own];
      drawn[leaf] = mine.map((one) => spread(page.leaves[leaf].range, one));
      await rest();
    }
    parts = Array.from({ length: size / page.block }, (_, part) => drawn.map(
      (values) => values?.subarray(part * page.block, (part + 1) * page.block),
    ));
    blocks = page.leaves.map(({ value }) => new Float64Array(page.block).fill(value));
    again = costmodelAgain(costmodelModel, page.kernel, { inputs: blocks.length, rows: page.block, parts: parts.length, steered: page.steered });
    post({ taken: true });
  };
  // Every wanted figure that moves, of every draw of this hand; inputs that were set have no range any more.
  const answer = async (asked, set) => {
    const all = [...page.leaves.keys()], moved = all.filter((place) => known.get(place) !== set.get(place));
    const free = all.filter((place) => drawn[place] && !set.has(place)), inputs = [...blocks];
    for (const place of moved) blocks[place].fill(set.get(place) ?? page.leaves[place].value);
    const { moving, run } = again(moved);
    known = set;
    const found = new Map(moving.filter((place) => scales.has(place)).map((place) => [place, new Float64Array(size)]));
    for (const [number, part] of parts.entries()) {
      for (const place of free) inputs[place] = part[place];
      const outputs = run(number, inputs), from = number * page.block;
      for (const [place, into] of found) {
        const values = outputs[place], scale = scales.get(place);
        for (let k = 0; k < page.block; k++) into[from + k] = Number.isFinite(values[k]) ? values[k] * scale : NaN;
      }
      await rest();
    }
    post({ asked, start, found }, [...found.values()].map((one) => one.buffer));
  };
  return (message) => {
    if (message.page) return places(begin(message));
    return message.places ? take(message.places) : answer(message.asked, message.set);
  };
};
