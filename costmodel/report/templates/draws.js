// The draws of draws.py, number by number: NumPy's SeedSequence and PCG64, so that a page and a command say the same.
const costmodelPlaces = (() => {
  const times = Math.imul;
  const words = (entropy) => {
    let constant = 0x43b0d7e5;
    const hashed = (value) => {
      let found = value ^ constant;
      constant = times(constant, 0x931e8875);
      found = times(found, constant);
      return found ^ (found >>> 16);
    };
    const mixed = (x, y) => {
      const found = times(0xca01f9dd, x) - times(0x4973f715, y) | 0;
      return found ^ (found >>> 16);
    };
    const pool = [0, 1, 2, 3].map((place) => hashed(entropy[place] ?? 0));
    for (let from = 0; from < 4; from++)
      for (let to = 0; to < 4; to++) if (from !== to) pool[to] = mixed(pool[to], hashed(pool[from]));
    for (const more of entropy.slice(4)) for (let to = 0; to < 4; to++) pool[to] = mixed(pool[to], hashed(more));
    constant = 0x8b51f9dd;
    return Array.from({ length: 8 }, (_, place) => {
      let found = pool[place % 4] ^ constant;
      constant = times(constant, 0x58f38ded);
      found = times(found, constant);
      return (found ^ (found >>> 16)) >>> 0;
    });
  };

  // Whole numbers of 128 bits as eight digits of 16, the lowest first: products of digits are exact.
  const MULTIPLIER = Float64Array.of(0xf645, 0x9fcc, 0xdf64, 0x4385, 0x5da4, 0x1fc6, 0xed05, 0x2360);
  const stepped = (state, increment, found) => {
    let carry = 0;
    for (let place = 0; place < 8; place++) {
      let sum = carry + increment[place];
      for (let low = 0; low <= place; low++) sum += state[low] * MULTIPLIER[place - low];
      carry = Math.floor(sum / 65536);
      found[place] = sum - carry * 65536;
    }
    return found;
  };
  const plus = (a, b) => {
    let carry = 0;
    return a.map((digit, place) => { carry += digit + b[place]; const low = carry & 65535; carry >>>= 16; return low; });
  };

  const generator = (entropy) => {
    const seed = words(entropy);
    const digits = (...places) => places.flatMap((place) => [seed[place] & 65535, seed[place] >>> 16]);
    const increment = Float64Array.from(plus(digits(6, 7, 4, 5), digits(6, 7, 4, 5)));
    increment[0] += 1;
    let state = stepped(plus([...increment], digits(2, 3, 0, 1)), increment, new Float64Array(8)), other = new Float64Array(8);
    let low = 0, high = 0, halved = false;
    const next = () => {
      const last = state;
      state = stepped(state, increment, other);
      other = last;
      low = ((state[4] ^ state[0]) | ((state[5] ^ state[1]) << 16)) >>> 0;
      high = ((state[6] ^ state[2]) | ((state[7] ^ state[3]) << 16)) >>> 0;
      let turn = state[7] >>> 10;
      const left = turn < 32 ? low : high, right = turn < 32 ? high : low;
      turn &= 31;
      low = (turn ? (left >>> turn) | (right << (32 - turn)) : left) >>> 0;
      high = (turn ? (right >>> turn) | (left << (32 - turn)) : right) >>> 0;
    };
    let kept = 0;
    return () => {
      halved = !halved;
      if (!halved) return kept;
      next();
      kept = high;
      return low;
    };
  };

  // In each block one draw in every one of its equal parts, in the order of random keys that hold them, and somewhere in
  // that part: places in a table of scores, which follow from seed and name alone.
  return (words, { seed, draws, block, levels }) => {
    const next = generator([seed, ...words]), part = block - 1;
    const keys = Uint32Array.from({ length: draws }, (_, place) => (next() & ~part) | (place & part));
    for (let start = 0; start < draws; start += block) keys.subarray(start, start + block).sort();
    const places = keys.map((key) => (key & part) * levels);
    for (let start = 0; start < draws; start += 4) {
      const word = next();
      for (let byte = 0; byte < 4; byte++) places[start + byte] += (word >>> (8 * byte)) & 255;
    }
    return places;
  };
})();
