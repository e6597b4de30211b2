// What an emitted function does, on many blocks of rows, done again after each change only as far as what changed reaches.
// What is read of all else is kept: for the inputs that are `steered` from the start, for others once they change.
const costmodelAgain = (emitted, data, { inputs, rows, parts, steered }) => {
  const numbers = (from, count) => Array.from({ length: count }, (_, k) => from + k);
  const constants = costmodelConstants(data, rows), guards = costmodelGuards(data);

  // Run once on numbers in place of blocks, the function tells its calls. Values are counted: inputs, constants, results.
  const given = inputs + constants.length, calls = [], held = numbers(0, given + data.buffers);
  let values = given;
  const told = ([name, work]) => [name, (to, ...from) => {
    calls.push({ work, from: from.map((one) => held[one]), to: values });
    held[to] = values++;
  }];
  const check = (guard, value) => calls.push({ guard, from: [held[value]] });
  const outputs = emitted(
    Object.fromEntries(Object.entries(costmodelOperations).map(told)),
    numbers(0, inputs), numbers(given, data.buffers), numbers(inputs, constants.length), check, true,
  ).map((one) => held[one]);

  const reachedBy = (moved) => {
    const reached = new Uint8Array(values);
    for (const one of moved) reached[one] = 1;
    for (const { from, to } of calls) if (to && from.some((one) => reached[one])) reached[to] = 1;
    return reached;
  };
  const isReached = (reached) => ({ from: [first], to = first }) => reached[to];

  // Of each part, where values are: inputs, constants and what is kept, by their numbers; then what is needed for a moment.
  const blocks = numbers(0, parts).map(() => new Array(values).fill(null));
  for (const own of blocks) constants.forEach((block, k) => { own[inputs + k] = block; });
  const known = new Set(), kept = new Set(), lists = new Map();
  let stale = true;
  const keep = (moved) => {
    const more = new Set(outputs);
    for (const one of moved) {
      known.add(one);
      const reached = reachedBy([one]);
      for (const { from } of calls.filter(isReached(reached))) for (const value of from) if (!reached[value]) more.add(value);
    }
    const added = [...more].filter((value) => value >= given && !kept.has(value));
    for (const own of blocks) {
      const memory = new Float64Array(added.length * rows);
      added.forEach((value, k) => { own[value] = memory.subarray(k * rows, (k + 1) * rows); });
    }
    for (const value of added) kept.add(value);
    lists.clear();
    stale = true;
  };
  keep(steered);

  // Calls with the places of their blocks; those of values that are not kept are free again after their last use.
  const listed = (reached) => {
    const mine = calls.filter(isReached(reached)), last = new Map(), free = [], places = numbers(0, values);
    mine.forEach(({ from }, k) => { for (const one of from) last.set(one, k); });
    let next = values;
    return mine.map(({ work, guard, from, to }, k) => {
      const [a, b = 0, c = 0] = from.map((one) => places[one]);
      for (const one of from) if (places[one] >= values && last.get(one) === k) { free.push(places[one]); last.delete(one); }
      if (to && !kept.has(to)) places[to] = free.pop() ?? next++;
      return { work, guard, to: places[to] ?? 0, a, b, c };
    });
  };
  const room = (places) => {
    while (blocks[0].length < places) {
      const block = new Float64Array(rows);
      for (const own of blocks) own.push(block);
    }
  };
  const listOf = (moved) => {
    const reached = stale ? new Uint8Array(values).fill(1) : reachedBy(moved), list = listed(reached);
    const bounded = new Set(list.flatMap(({ guard }) => guards[guard]?.concerned ?? []));
    room(Math.max(...list.map(({ to }) => to + 1)));
    return { list, moving: numbers(0, outputs.length).filter((one) => reached[outputs[one]] || bounded.has(one)) };
  };

  // Takes what changed since the last time; returns the places of the outputs that this moves, and what computes a part:
  // from one block an input to one array an output, valid until the next call.
  const refused = blocks.map(() => new Map());
  return (moved) => {
    if (moved.some((one) => !known.has(one))) keep(moved);
    const alone = !stale && moved.length === 1, { list, moving } = (alone && lists.get(moved[0])) || listOf(moved);
    if (alone) lists.set(moved[0], { list, moving });
    stale = false;
    const run = (part, given) => {
      const own = blocks[part];
      for (let k = 0; k < inputs; k++) own[k] = given[k];
      for (const { work, guard, to, a, b, c } of list) {
        if (work) work(own[to], own[a], own[b], own[c]);
        else {
          const found = costmodelRefused(guards[guard], own[a]);
          if (found.length) refused[part].set(guard, found); else refused[part].delete(guard);
        }
      }
      return costmodelMarked(outputs.map((one) => own[one]), guards, refused[part]);
    };
    return { moving, run };
  };
};
