// The draws of draws.py, number by number: NumPy's SeedSequence and PCG64, so that a page and a command say the same.
const costmodelShares = (() => {
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

  const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;
  const generator = (entropy) => {
    const seed = words(entropy).map(BigInt);
    const wide = (high, low) => (seed[high + 1] << 96n) | (seed[high] << 64n) | (seed[low + 1] << 32n) | seed[low];
    const increment = BigInt.asUintN(128, (wide(4, 6) << 1n) | 1n);
    let state = BigInt.asUintN(128, (increment + wide(0, 2)) * MULTIPLIER + increment);
    let half = null;
    const next = () => {
      state = BigInt.asUintN(128, state * MULTIPLIER + increment);
      const folded = (state >> 64n) ^ (state & 0xffffffffffffffffn);
      const turn = state >> 122n;
      return BigInt.asUintN(64, (folded >> turn) | (folded << (64n - turn)));
    };
    const next32 = () => {
      if (half !== null) { const kept = half; half = null; return kept; }
      const both = next();
      half = Number(both >> 32n);
      return Number(both & 0xffffffffn);
    };
    const upTo = (most) => {
      const mask = 2 ** Math.ceil(Math.log2(most + 1)) - 1;
      for (;;) {
        const found = (next32() & mask) >>> 0;
        if (found <= most) return found;
      }
    };
    return { upTo, share: () => Number(next() >> 11n) / 2 ** 53 };
  };

  // One draw in each of so many equal parts of a distribution, in an order that follows from seed and name alone.
  return (name, seed, size) => {
    const random = generator([seed, 0, ...new TextEncoder().encode(name)]);
    const places = Array.from({ length: size }, (_, place) => place);
    for (let last = size - 1; last > 0; last--) {
      const other = random.upTo(last);
      [places[last], places[other]] = [places[other], places[last]];
    }
    return Float64Array.from(places, (place) => {
      const share = (place + random.share()) / size;
      return Math.min(Math.max(share, Number.EPSILON), 1 - Number.EPSILON);
    });
  };
})();
