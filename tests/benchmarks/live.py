"""How long a live page takes in Chromium to be ready, to answer a slider's step, and to draw its intervals again.

python tests/benchmarks/live.py [SCENARIO...]          copilot, maia and assistant, if none is named
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Page as Tab
from playwright.sync_api import sync_playwright

import costmodel as cm
from costmodel.report import write_pages
from costmodel.report.scenario_page import page_of

STEPS = 60
EACH = 3
"""Steps of each slider until intervals have followed: no two sliders reach as much of the model."""
NAMES = ("copilot", "maia", "assistant")

READY = "performance.getEntriesByName('costmodel-ready')[0].startTime"
DRAG = """async steps => {
  const sliders = [...document.querySelectorAll('#controls [data-slider]')];
  const frame = () => new Promise(requestAnimationFrame), found = [];
  for (let k = 0; k < steps; k++) {
    const slider = sliders[Math.floor(k * sliders.length / steps)];
    slider.value = String(200 + 37 * k % 600);
    await frame();
    const begun = performance.now();
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    found.push(performance.now() - begun);
  }
  return found;
}"""
BLOCKED = """() => {
  globalThis.blocked = [];
  const note = list => blocked.push(...list.getEntries().map(one => one.duration));
  new PerformanceObserver(note).observe({ type: 'longtask' });
}"""
SETTLE = """async each => {
  const sliders = [...document.querySelectorAll('#controls [data-slider]')], found = [];
  for (let k = 0; k < each * sliders.length; k++) {
    const slider = sliders[Math.floor(k / each)], begun = performance.now();
    slider.value = String(200 + 37 * k % 600);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    while (document.documentElement.dataset.sure !== 'yes') await new Promise(done => setTimeout(done, 1));
    found.push(performance.now() - begun);
  }
  return found;
}"""


def measured(tab: Tab, file: Path) -> dict[str, list[float]]:
    """Return milliseconds by what took them."""
    tab.goto(file.as_uri())
    tab.wait_for_selector(".chart:not([data-drawn])", state="detached")
    found = {"ready": [tab.evaluate(READY)], "all charts": [tab.evaluate("performance.now()")]}
    tab.wait_for_timeout(3000)
    tab.evaluate(DRAG, 5)
    tab.wait_for_selector("html[data-sure=yes]", state="attached", timeout=60_000)
    tab.evaluate(BLOCKED)
    found |= {"figures": tab.evaluate(DRAG, STEPS), "intervals": tab.evaluate(SETTLE, EACH)}
    return {**found, "blocked": tab.evaluate("blocked") or [0]}


def main() -> None:
    """Print a line a page: milliseconds at the 50th and 95th percentile."""
    names = sys.argv[1:] or NAMES
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name in names:
            file = Path(name) if name.endswith(".html") else write_pages([page_of(cm.load(name))], Path(folder))[0]
            tab = browser.new_page(viewport={"width": 1280, "height": 900})
            for what, times in measured(tab, file).items():
                middle, late = np.percentile(times, [50, 95])
                sys.stdout.write(f"{name:<20} {what:<10} {middle:8.1f} {late:8.1f} ms\n")
            tab.close()
        browser.close()


if __name__ == "__main__":
    main()
