const costmodelCharts = (() => {
  // Rows come by column, texts as places in a list: see packing.py.
  const rows = (given) => {
    if (Array.isArray(given)) return given;
    const inFull = (runs) => runs.flatMap((place, k) => (k % 2 ? [] : new Array(runs[k + 1]).fill(place)));
    const placesOf = (values) => (typeof values === "string" ? placesOf(given.columns[values]) : values?.runs ? inFull(values.runs) : values);
    const columns = Object.entries(given.columns).map(([key, values]) => [key, placesOf(values), given.texts[key]]);
    const size = Math.max(0, ...columns.map(([, values, texts]) => (values ?? texts).length));
    return Array.from({ length: size }, (_, k) =>
      Object.fromEntries(columns.map(([key, values, texts]) => [key, texts ? texts[values ? values[k] : k] : values[k]])));
  };
  const read = () => {
    const specs = JSON.parse(document.getElementById("chart-data").textContent);
    for (const spec of Object.values(specs))
      for (const [name, given] of Object.entries(spec.datasets)) spec.datasets[name] = rows(given);
    return specs;
  };
  return { views: new Map(), specs: read(), read };
})();
{
  const { specs, views } = costmodelCharts;
  const options = {
    actions: false,
    ast: true,
    defaultStyle: false,
    renderer: "svg",
    tooltip: { disableDefaultStyle: true },
  };

  const heights = new Map(); // of charts, as they were built

  const save = async (view, kind, name) => {
    const link = document.createElement("a");
    link.href = await view.toImageURL(kind, 2);
    link.download = `${name}.${kind}`;
    link.click();
  };

  const offerToSave = (place, view) => {
    for (const button of place.closest("figure").querySelectorAll("button[data-save]")) {
      button.addEventListener("click", () => save(view, button.dataset.save, button.dataset.name));
      button.hidden = false;
    }
  };

  // Beside the controls a chart of few rows has room below it: its rows stand further apart, up to so many times.
  const FURTHEST = 1.8;
  const stretched = async (place, view, own) => {
    const cell = place.closest(".main-chart"), panel = cell?.parentElement.querySelector(".panel");
    if (!panel) return;
    await view.height(own).runAsync();
    const beside = !panel.hidden && panel.getBoundingClientRect().left >= cell.getBoundingClientRect().right;
    const spare = cell.getBoundingClientRect().bottom - place.closest("figure").getBoundingClientRect().bottom;
    if (beside && spare > 0) await view.height(Math.min(own + spare, FURTHEST * own)).runAsync();
  };

  const draw = async (id, spec) => {
    const place = document.getElementById(id);
    try {
      const { view } = await costmodelEmbed(place, spec, options);
      // How many lines a legend takes depends on the width, which the first layout does not know yet.
      const settle = async () => {
        await view.resize().runAsync();
        if (!document.documentElement.matches(".paper")) await stretched(place, view, own);
      };
      const own = view.height();
      heights.set(id, own);
      window.addEventListener("resize", settle);
      await settle();
      offerToSave(place, view);
      views.set(id, view);
      place.dataset.drawn = "yes";
    } catch (error) {
      place.textContent = "This chart could not be drawn; its numbers are in the table.";
      console.error(error);
    }
  };

  // Paper cannot be unfolded: it gets the method, what moves the cost and what the reader has opened. And a chart measures its place only when the window changes.
  // Rows of bars stand closer on paper, and charts beside each other are lower, so that more of a page fits on a sheet
  // with letters that can be read.
  const CLOSER = 17, CLOSER_BY_TWO_LINES = 11, LOW = 230;
  const hasTwoLines = (id) => Object.values(specs[id].datasets).some((rows) => rows.some(({ label }) => label?.includes("\n")));
  const onPaper = (id, view, height) => {
    if (specs[id].params?.some(({ name }) => name === "reach")) return height - (hasTwoLines(id) ? CLOSER_BY_TWO_LINES : CLOSER) * view.scale("y").domain().length;
    return document.getElementById(id).closest(".half") ? Math.min(height, LOW) : height;
  };
  const closer = (id, view, isPaper) => {
    view.height(isPaper ? onPaper(id, view, heights.get(id)) : heights.get(id));
  };
  let unfolded = [];
  const paper = (isPaper) => {
    document.documentElement.classList.toggle("paper", isPaper);
    unfolded.forEach((one) => { one.open = isPaper; one.classList.toggle("unfolded", isPaper); });
    window.dispatchEvent(new Event("resize"));
    // Paper does not wait: all is laid out at once, and once more, as a legend's lines follow from the width of the first.
    for (const [id, view] of views) {
      closer(id, view, isPaper);
      if (document.getElementById(id).offsetWidth) view.resize().run().resize().run();
    }
  };
  window.addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("#method-words:not([open]), .printed:not([open])")];
    paper(true);
  });
  window.addEventListener("afterprint", () => paper(false));

  // What is folded has no width to draw for: its charts are laid out when it opens, and no others.
  document.addEventListener("toggle", ({ target }) => views.forEach((view, id) => {
    if (target.open && target.contains(document.getElementById(id))) view.resize().runAsync();
  }), true);
  // What is seen first is drawn first, the rest in between whatever a reader does; a printer does nothing else.
  const prints = "paper" in document.documentElement.dataset;
  const idle = () => (prints ? Promise.resolve() : new Promise((done) => (window.requestIdleCallback ?? setTimeout)(done)));
  const isSeen = (id) => { const box = document.getElementById(id).getBoundingClientRect(); return box.width > 0 && box.top < innerHeight; };
  costmodelCharts.drawn = (async () => {
    const all = Object.entries(specs), first = new Set(all.map(([id]) => id).filter(isSeen));
    for (const [id, spec] of all.filter(([id]) => first.has(id))) await draw(id, spec);
    for (const [id, spec] of all.filter(([id]) => !first.has(id))) { await idle(); await draw(id, spec); }
  })();
}
