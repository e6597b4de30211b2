// A figure that is clicked opens the tree of formulas that it was made by, at the page's own inputs.
{
  const { steps, roots, texts } = costmodelLive.page.trees;
  const dialog = document.getElementById("tree");
  const span = (kind, words) => Object.assign(document.createElement("span"), { className: kind, textContent: words });
  const item = (place, open) => {
    const [name, value, words] = steps[place].map((part) => texts[part]), children = steps[place][3];
    const found = document.createElement("li");
    const line = [span("name", name), " ", span("value", value), " ", Object.assign(document.createElement("small"), { textContent: words })];
    if (!children.length) {
      const leaf = Object.assign(document.createElement("div"), { className: "leaf" });
      leaf.append(...line);
      found.append(leaf);
      return found;
    }
    const details = document.createElement("details"), summary = document.createElement("summary"), list = document.createElement("ul");
    summary.append(...line);
    details.append(summary, list);
    const fill = () => { if (!list.children.length) list.append(...children.map((child) => item(child, false))); };
    details.addEventListener("toggle", fill);
    if (open) { details.open = true; fill(); }
    found.append(details);
    return found;
  };
  document.querySelectorAll("button.figure").forEach((button) => {
    const root = roots?.[button.dataset.figure];
    if (root === undefined) { button.disabled = true; return; }
    button.addEventListener("click", () => {
      const row = button.closest("tr").querySelector("th").textContent;
      document.getElementById("tree-name").textContent = `${row}: ${texts[steps[root][0]]}`;
      document.getElementById("tree-note").textContent = costmodelLive.changed.size
        ? "These are the steps at the original inputs, before your changes." : "";
      dialog.querySelector(".steps").replaceChildren(item(root, true));
      dialog.showModal();
    });
  });
}
