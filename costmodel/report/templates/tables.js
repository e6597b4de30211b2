// Tables can be sorted and saved, facts filtered: all from what the page shows, without a request.
const costmodelSave = (name, text, kind) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: kind }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // a browser reads it after the click
};
{
  // The number with which a cell begins, for what it counts: "1.5 million users", "−14% to +16%", "12 kUSD"; no date.
  const MANY = { million: 1e6, billion: 1e9, trillion: 1e12, k: 1e3, M: 1e6, G: 1e9, T: 1e12 };
  const numeral = (cell) => {
    const full = cell?.querySelector("[data-value]")?.dataset.value;
    if (full !== undefined) return Number(full || NaN);
    const text = (cell?.textContent ?? "").trim().replace("−", "-").replaceAll(",", "");
    const [, plain, many] = /^([-+]?\d*\.?\d+)(?![-\w.])\s*(million|billion|trillion|[kMGT](?=USD|W|B\b))?/.exec(text) ?? [];
    return plain === undefined ? NaN : Number(plain) * (MANY[many] ?? 1);
  };
  const compare = (place, up) => (a, b) => {
    const [left, right] = [a.cells[place], b.cells[place]], [x, y] = [numeral(left), numeral(right)];
    const order = Number.isFinite(x) && Number.isFinite(y) ? x - y
      : Number.isFinite(x) ? -1 : Number.isFinite(y) ? 1
      : (left?.textContent ?? "").localeCompare(right?.textContent ?? "", "en");
    return up ? order : -order;
  };
  const sortable = (table) => {
    table.querySelectorAll("thead th").forEach((head, place) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "sort" });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        table.querySelectorAll("[aria-sort]").forEach((one) => one.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        for (const body of table.tBodies) {
          const rows = [...body.rows], sums = rows.filter((row) => row.matches(".total"));
          body.append(...rows.filter((row) => !row.matches(".total")).sort(compare(place, up)), ...sums);
        }
      });
    });
  };

  // A cell that a spreadsheet would take for a formula is made text.
  const safe = (text) => {
    const plain = /^[=+\-@\t\r]/.test(text) && !/^[-+]?[\d,]*\.?\d+(e[-+]?\d+)?%?$/i.test(text) ? `'${text}` : text;
    return /[",\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  const words = (cell) => {
    if (cell.dataset.csv) return safe(cell.dataset.csv);
    const { value: full, scale } = cell.querySelector("[data-value]:not([data-figure$=_low]):not([data-figure$=_high])")?.dataset ?? {};
    if (full && scale) return safe(String(Number((Number(full) / Number(scale)).toPrecision(15))));
    const text = full ?? cell.innerText.replace(/\s+/g, " ").replace("−", "-").trim();
    return text === "–" ? "" : safe(text); // what has no number is empty in a file
  };
  document.querySelectorAll("table.data").forEach((table) => {
    sortable(table);
    const button = Object.assign(document.createElement("button"), { type: "button", className: "csv", textContent: "Save CSV" });
    const name = table.closest("section").getAttribute("aria-labelledby");
    button.addEventListener("click", () => {
      const lines = [...table.rows].map((row) => [...row.cells].map(words).join(","));
      costmodelSave(`${name}.csv`, `${lines.join("\r\n")}\r\n`, "text/csv");
    });
    table.closest(".scroll").after(button);
  });

  // On a phone facts are no table to the eye, whose roles would go with that: they are said.
  const roles = { thead: "rowgroup", tbody: "rowgroup", tr: "row", "thead th": "columnheader", "tbody th": "rowheader", td: "cell" };
  document.querySelectorAll(".facts").forEach((table) => {
    table.setAttribute("role", "table");
    for (const [name, role] of Object.entries(roles)) table.querySelectorAll(name).forEach((one) => one.setAttribute("role", role));
  });

  const filter = document.getElementById("filter");
  filter?.addEventListener("input", () => {
    const asked = filter.value.toLowerCase();
    for (const body of document.querySelectorAll(".facts tbody")) {
      const [group, ...rows] = [...body.rows], whole = group.matches(".group") && group.textContent.toLowerCase().includes(asked);
      let any = false;
      for (const row of group.matches(".group") ? rows : body.rows) {
        row.hidden = !whole && !row.textContent.toLowerCase().includes(asked);
        any ||= !row.hidden;
      }
      body.hidden = !any;
    }
  });
}
