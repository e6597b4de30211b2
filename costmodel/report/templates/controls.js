// What a reader changes: controls, the list of changes with a way back, and an address that holds them.
{
  const { page, leaves, changed, valueOf, update, refuse, crew, onUpdate } = costmodelLive;
  const { number, figure, joined } = costmodelNumerals;
  const limited = (leaf, value) => {
    if (!Number.isFinite(value)) return `${labelOf(leaf.name)}: not a number`;
    for (const [side, limit, words] of leaf.limits ?? []) {
      const wrong = { "<": value < limit, "<=": value <= limit, ">": value > limit, whole: value % 1 !== 0 }[side];
      if (wrong && page.said[words]) return `${labelOf(leaf.name)}: ${page.said[words].replace("{}", joined(value, leaf.unit))}`;
    }
    return "";
  };

  // Whole numbers stand as they are, others with few digits; what is computed has them all.
  const shown = (value) => String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
  const panel = document.getElementById("controls");
  const boxes = new Map();
  const wire = (row) => {
    const box = row.querySelector("[data-input]"), slider = row.querySelector("[data-slider]"), leaf = leaves.get(box.dataset.input);
    const low = Number(slider.dataset.low), high = Number(slider.dataset.high), logarithmic = low > 0 && high / low > 3;
    const along = (share) => (logarithmic ? low * (high / low) ** share : low + (high - low) * share);
    const share = (value) => (logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low));
    // Long numbers are said in words, where the unit stands.
    const unit = row.querySelector(".unit"), plain = unit.textContent, LONG = 10000;
    const say = (value) => {
      slider.setAttribute("aria-valuetext", joined(number(value, 4), leaf.unit));
      const words = Math.abs(value) >= LONG ? figure(value, leaf.unit, 4) : plain;
      if (unit.textContent !== words) unit.textContent = words;
    };
    const put = (value) => { slider.value = String(1000 * share(value)); say(value); };
    const set = (value) => {
      const wrong = limited(leaf, value);
      box.setAttribute("aria-invalid", String(Boolean(wrong)));
      if (wrong) { refuse(wrong); return; }
      if (value === leaf.value) changed.delete(leaf.name); else changed.set(leaf.name, value);
      update();
    };
    box.addEventListener("input", () => { const value = box.value === "" ? NaN : Number(box.value); put(value); set(value); });
    slider.addEventListener("input", () => {
      const value = Number(along(Number(slider.value) / 1000).toPrecision(3));
      box.value = String(value);
      say(value);
      set(value);
    });
    const back = () => { const value = valueOf(leaf.name); box.value = shown(value); put(value); box.setAttribute("aria-invalid", "false"); };
    boxes.set(leaf.name, back);
    back();
  };
  // What an input of the table of facts is called: the thing that it belongs to, and what it is of it.
  const titleOf = (name) => {
    const row = document.querySelector(`[data-change="${CSS.escape(name)}"]`)?.closest("tr");
    const group = row?.closest("tbody").querySelector(".group th")?.textContent;
    return row ? [group, row.querySelector("th").firstChild.textContent].filter(Boolean).map((part) => part.trim()).join(": ") : name;
  };
  const labels = new Map();
  const labelOf = (name) => {
    if (!labels.has(name)) labels.set(name, document.querySelector(`[data-input="${CSS.escape(name)}"]`)?.closest(".control").querySelector("label").textContent ?? titleOf(name));
    return labels.get(name);
  };
  const controlOf = (name) => {
    if (boxes.has(name)) return;
    const leaf = leaves.get(name), row = document.getElementById("control").content.cloneNode(true).firstElementChild;
    const [low, high] = leaf.range ? [leaf.range[1], leaf.range[2]] : [leaf.value, leaf.value];
    const id = `input-${leaf.place}`, slider = row.querySelector("[data-slider]"), box = row.querySelector("[data-input]");
    row.querySelector("label").textContent = titleOf(name);
    row.querySelector("label").htmlFor = id;
    row.querySelector(".unit").textContent = leaf.unit;
    const ends = (signs) => (leaf.limits ?? []).filter(([sign]) => signs.includes(sign)).map(([, limit]) => limit);
    const [least, most] = [Math.max(low / 2, ...ends(["<", "<="])), Math.min(high * 2 || 1, ...ends([">"]))];
    Object.assign(slider.dataset, { slider: name, low: String(least), high: String(most) });
    slider.setAttribute("aria-label", titleOf(name));
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

  const list = document.getElementById("changes"), items = new Map();
  const itemOf = (name) => {
    const item = document.createElement("li"), words = document.createElement("span"), undo = document.createElement("button");
    Object.assign(undo, { type: "button", textContent: "undo" }).setAttribute("aria-label", `undo ${labelOf(name)}`);
    undo.addEventListener("click", () => { changed.delete(name); boxes.get(name)(); update(); });
    item.append(words, " ", undo);
    list.append(item);
    return { item, words };
  };
  const sayChanges = () => {
    document.getElementById("changed").hidden = changed.size === 0;
    for (const [name, { item }] of items) if (!changed.has(name)) { item.remove(); items.delete(name); }
    for (const [name, value] of changed) {
      if (!items.has(name)) items.set(name, itemOf(name));
      const leaf = leaves.get(name);
      items.get(name).words.textContent = `${labelOf(name)}: ${number(value, 4)} instead of ${figure(leaf.value, leaf.unit)}`;
    }
  };

  // The address: browsers slow down who writes it at each step of a slider.
  const OFTEN = 300;
  let written = -Infinity, later = 0;
  const state = () => [...changed].map(([name, value]) => `${encodeURIComponent(name)}=${value}`).join("&");
  const write = () => {
    clearTimeout(later);
    const wait = written + OFTEN - performance.now();
    if (wait > 0) { later = setTimeout(write, wait); return; }
    written = performance.now();
    history.replaceState(null, "", changed.size ? `#${state()}` : location.pathname + location.search);
  };
  // What an address holds that is no value of an input is told, and changes nothing: links are cut and typed.
  const decoded = (text) => { try { return decodeURIComponent(text); } catch { return text; } };
  const TOLD = 5, LONGEST = 80; // parts of an address that are told, and signs of the name of one
  const cut = (text) => text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  const restore = (hash) => {
    if (!hash.includes("=")) return false;
    changed.clear();
    const wrong = [];
    for (const part of hash.slice(1).split("&")) {
      const [name, value = ""] = part.split("=").map(decoded), leaf = leaves.get(name);
      const number = value.trim() ? Number(value) : NaN, fault = leaf ? limited(leaf, number) : `${cut(name)}: no input of this page`;
      if (fault) { wrong.push(`Not taken from the address: ${fault}.`); continue; }
      controlOf(name);
      changed.set(name, number);
    }
    everyBack();
    update();
    if (wrong.length) refuse([...wrong.slice(0, TOLD), ...(wrong.length > TOLD ? [`Nor ${number(wrong.length - TOLD, 9)} more parts of it.`] : [])].join(" "));
    return true;
  };
  onUpdate(() => { sayChanges(); write(); });

  const everyBack = () => boxes.forEach((back) => back());
  document.getElementById("reset").addEventListener("click", () => {
    changed.clear();
    everyBack();
    written = -Infinity; // who brings back what was finds it in the address at once
    update();
  });
  document.getElementById("copy-link").addEventListener("click", async (event) => {
    const address = `${location.href.split("#")[0]}${changed.size ? `#${state()}` : ""}`;
    try { await navigator.clipboard.writeText(address); event.target.textContent = "Copied"; } catch { event.target.textContent = "Copy the address above"; }
  });
  // The inputs as a scenario file, in which the table [set] has what was changed: texts of TOML are those of JSON.
  const quoted = (text) => JSON.stringify(text).replaceAll("\x7f", "\\u007f");
  const scenarioText = () => {
    const lines = new Map(Object.entries(page.file.set).map(([name, text]) => [name, `${quoted(name)} = ${quoted(text)}`]));
    for (const [name, value] of changed) {
      const { unit, plain = unit, fixed } = leaves.get(name), line = `${quoted(name)} = ${quoted(`${value} ${plain}`.trim())}`;
      lines.set(name, fixed ? `# no input of a scenario, so that costmodel cannot set it: ${line}` : line);
    }
    return `${page.file.text}\n${lines.size ? `\n[set]\n${[...lines.values()].join("\n")}\n` : ""}`;
  };
  document.getElementById("save-scenario")?.addEventListener("click", () => costmodelSave(page.file.name, scenarioText(), "application/toml"));
  // An address that comes while the last one is about to be written is told by the event alone.
  window.addEventListener("hashchange", ({ newURL }) => { restore(new URL(newURL).hash); });

  document.getElementById("live").hidden = false;
  window.dispatchEvent(new Event("resize")); // a chart that is drawn already has controls beside it now
  performance.mark("costmodel-ready");
  if (!restore(location.hash)) costmodelCharts.drawn.then(crew.ready);
}
