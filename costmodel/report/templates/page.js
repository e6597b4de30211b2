{
  const specs = JSON.parse(document.getElementById("chart-data").textContent);
  const options = {
    actions: false,
    ast: true,
    defaultStyle: false,
    renderer: "svg",
    tooltip: { disableDefaultStyle: true },
  };

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

  const draw = async (id, spec) => {
    const place = document.getElementById(id);
    try {
      const { view } = await costmodelEmbed(place, spec, options);
      offerToSave(place, view);
      place.dataset.drawn = "yes";
    } catch (error) {
      place.textContent = "This chart could not be drawn; its numbers are in the table.";
      console.error(error);
    }
  };

  // A chart measures its place once; widths that change without the window (print, zoom) reach it by this event.
  const resized = () => window.dispatchEvent(new Event("resize"));
  window.addEventListener("beforeprint", resized);
  window.addEventListener("afterprint", resized);

  Object.entries(specs).forEach(([id, spec]) => draw(id, spec));
}
