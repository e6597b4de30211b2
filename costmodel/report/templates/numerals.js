// Writes numbers as numerals.py does.
const costmodelNumerals = (() => {
  const superscript = (power) => [...String(power)].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign])).join("");
  const signed = (text) => text.replace("-", "−");
  const power = (size) => (size ? Math.floor(Math.log10(size)) : 0);
  const rounded = (value, digits) => {
    const size = Math.abs(value), whole = size >= 1 && size < 10000 && power(size) >= digits ? 4 : digits;
    return Number(value.toPrecision(whole));
  };
  // A format is dear to make and cheap to use.
  const formats = new Map();
  const format = (digits, fewest = 0) => {
    const key = 100 * fewest + digits;
    if (!formats.has(key)) formats.set(key, new Intl.NumberFormat("en-US", { minimumFractionDigits: fewest, maximumFractionDigits: digits }));
    return formats.get(key);
  };
  const number = (given, digits = 3) => {
    if (!Number.isFinite(given)) return Number.isNaN(given) ? "–" : given > 0 ? "∞" : "−∞";
    const value = rounded(given, digits), size = Math.abs(value);
    if (value && (size < 1e-4 || size >= 1e12)) {
      const [mantissa, exponent] = value.toExponential(12).split("e");
      return signed(`${Number(mantissa)}×10${superscript(Number(exponent))}`);
    }
    return signed(format(Math.max(0, 12 - Math.max(0, power(size)))).format(value));
  };
  // A number with as many decimals as another text that stood in its place, as those below it have them (decimals.py),
  // but of four digits at most; one that would lose all but one has its own.
  const like = (value, written) => {
    const [, decimals] = /^[−-]?[\d,]+(?:\.(\d+))?(?!\S)/.exec(written) ?? [], size = Math.abs(value);
    if (!decimals || !Number.isFinite(value) || size >= 1000 || (value && power(size) < 1 - decimals.length)) return number(value);
    const shown = Math.min(decimals.length, 3 - Math.max(0, power(size))), text = format(shown, shown).format(value);
    return signed(Number(text) === 0 ? text.replace("-", "") : text);
  };
  const heads = new Set(["USD", "W", "Wh", "B"]);
  const plurals = { user: "users", token: "tokens", server: "servers", accelerator: "accelerators", month: "months", year: "years", hour: "hours", day: "days", query: "queries" };
  const scaled = (value, unit, digits) => {
    const size = Math.abs(rounded(value, digits)), [head, ...rest] = unit.split("/");
    if (heads.has(head) || unit === "FLOP/s") {
      const [factor, prefix] = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]].find(([step]) => size >= Math.max(step, 1e4)) ?? [1, ""];
      return [factor, prefix + unit];
    }
    if (plurals[head]) {
      const [factor, word] = [[1e12, "trillion "], [1e9, "billion "], [1e6, "million "]].find(([step]) => size >= step) ?? [1, ""];
      return [factor, word + [plurals[head], ...rest].join("/")];
    }
    return [1, unit];
  };
  const joined = (text, given) => {
    const unit = given.replace(/^1(?=\/)/, "");
    return /^[%/]/.test(unit) ? `${text}${unit}` : `${text} ${unit}`.trim();
  };
  const figure = (value, unit = "", digits = 3) => {
    if (!Number.isFinite(value)) return number(value);
    const [factor, word] = scaled(value, unit, digits), text = number(value / factor, digits);
    return joined(text, text === "1" && factor === 1 ? unit : word);
  };
  // A number and the ends of its interval, as decimals.py writes them: the last digit is a fiftieth of half of that at least.
  const inOneUnit = (value, low, high, unit) => {
    const [factor, word] = scaled(Math.max(...[value, low, high].map(Math.abs)), unit, 3), three = [value, low, high].map((one) => one / factor);
    const borne = Math.ceil(-Math.log10((three[2] - three[1]) / 100));
    let decimals = Math.max(0, Math.min(borne, 2 - power(Math.abs(three[0]))));
    while (decimals && three.every((one) => one.toFixed(decimals).endsWith("0"))) decimals -= 1;
    return [...three.map((one) => (decimals ? signed(format(decimals, decimals).format(one)) : number(one))), word];
  };
  const ranged = (...given) => {
    const [said, least, most, word] = inOneUnit(...given);
    return `${joined(said, word)} (${least} to ${most})`;
  };
  const ends = (...given) => {
    const [, least, most, word] = inOneUnit(...given);
    return joined(`${least} – ${most}`, word);
  };
  // A share of draws: none of which some are left is rounded to all or to nothing.
  const chance = (share) => {
    if (!Number.isFinite(share)) return number(NaN);
    if (share >= 0.995 && share < 1) return "over 99%";
    return share > 0 && share <= 0.005 ? "under 1%" : `${Math.round(share * 100)}%`;
  };
  return { number, like, figure, ranged, ends, joined, chance };
})();
