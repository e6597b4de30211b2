"""The page as text: escaped, whole, and without anything from outside."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest

from costmodel.report import FactRow, Page, Section, cost_bars, page_html
from costmodel.report.content import web_address
from costmodel.report.page import script_json

HOSTILE = "</script><img src=x onerror=window.pwned=1>"


class Parsed(HTMLParser):
    """Tags with their attributes, and the texts of scripts, as a browser would find them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))
        self.inside = tag == "script"
        if self.inside:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - as HTMLParser calls it
        """Leave a script."""
        self.inside = False

    def handle_data(self, data: str) -> None:
        """Note the text of a script."""
        if self.inside:
            self.scripts[-1] += data

    def all(self, name: str) -> list[dict[str, str | None]]:
        """Return the attributes of all tags of a name."""
        return [attrs for tag, attrs in self.tags if tag == name]


def test_the_order_is_answer_figures_charts_method_facts_inputs(page: Page) -> None:
    """A reader meets the answer first and the hashes last."""
    html = page_html(page)
    marks = ['class="answer"', 'class="figures"', 'id="chart-1"', 'id="chart-2"', 'id="method"', 'id="assumptions"']
    places = [html.index(mark) for mark in [*marks, 'id="inputs"']]
    assert places == sorted(places)


def test_the_library_is_embedded_once_for_all_charts(page: Page, library: str) -> None:
    """Two charts share one library."""
    assert page_html(page).count(library) == 1


def test_a_page_without_charts_has_no_script(page: Page) -> None:
    """What is not needed is not there."""
    html = page_html(replace(page, sections=()))
    assert "<script" not in html
    assert "script-src 'none'" in Parsed(html).all("meta")[1]["content"]


def test_nothing_is_loaded_from_outside(page: Page) -> None:
    """No element of a page has an address to load; only links to sources lead out."""
    tags = Parsed(page_html(page)).tags
    loading = {"src", "srcset", "data", "poster", "action", "background"}
    assert not [tag for tag, attrs in tags if loading & set(attrs)]
    assert not {"link", "iframe", "object", "embed", "base", "img"} & {tag for tag, _ in tags}
    assert "@import" not in page_html(page)
    assert "url(" not in page_html(page)


def test_the_policy_allows_just_the_scripts_of_the_page(page: Page) -> None:
    """Every script that runs is known by its hash, and no other is."""
    parsed = Parsed(page_html(page))
    policy = next(meta["content"] for meta in parsed.all("meta") if "http-equiv" in meta) or ""
    kinds = [script.get("type") for script in parsed.all("script")]
    running = [text for text, kind in zip(parsed.scripts, kinds, strict=True) if kind is None]
    hashes = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in running}
    assert set(re.findall(r"'sha256-([^']+)'", policy)) == hashes
    assert policy.startswith("default-src 'none'; script-src 'sha256-")


def test_hostile_text_stays_text_everywhere(costs: pd.DataFrame) -> None:
    """Neither HTML nor JSON lets a text become a tag."""
    t = HOSTILE
    section = Section(t, t, cost_bars(costs.assign(offer=[t, t + "2"]), t), costs.assign(**{t: t}), t, {t: t})
    html = page_html(Page(t, t, t, sections=(section,), facts=(FactRow(t, 1, t, source_title=t, group=t),), method=t))
    assert not Parsed(html).all("img")
    assert html.count("</script>") == html.count("<script")


def test_script_json_escapes_what_ends_a_script() -> None:
    """The signs that HTML or JavaScript would take for their own are escaped, and read back the same."""
    data = {"<>&": "</script><!--\u2028\u2029"}
    text = script_json(data)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == data
    with pytest.raises(ValueError, match="not JSON compliant"):
        script_json(float("nan"))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " https://example.org",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//example.org",
        "file:///etc/passwd",
        "https://",
        "https:///x",
        "https://example.org/\n",
        'https://example.org/"onclick=1',
        "ftp://example.org",
        "",
    ],
)
def test_only_web_addresses_become_links(url: str) -> None:
    """Whatever is not a plain http or https address is shown as the source's title only."""
    html = page_html(Page("t", "q", "h", facts=(FactRow("n", 1, source_title="Title", source_url=url),)))
    assert web_address(url) == ""
    assert [link for link in Parsed(html).all("a") if not (link["href"] or "").startswith("#")] == []
    assert "Title" in html


def test_links_tell_nothing_about_the_reader(page: Page) -> None:
    """A link to a source gives neither opener nor referrer."""
    links = [link for link in Parsed(page_html(page)).all("a") if link["href"] == "https://example.org/list"]
    assert [link["rel"] for link in links] == ["noopener noreferrer"]


def test_words_with_hyphens_stay_whole_in_titles(page: Page) -> None:
    """As a name they are read in one piece; too long for a phone, they break; what is text stays text."""
    long = "a-word-that-is-too-long-for-a-phone"
    html = page_html(replace(page, question=f"Is gpt-oss-120b <b> cheaper than {long}?"))
    assert f'Is <span class="whole">gpt-oss-120b</span> &lt;b&gt; cheaper than {long}?</h1>' in html


def test_words_of_a_section_become_paragraphs(page: Page) -> None:
    """An empty line parts paragraphs."""
    assert "<p>First.</p>\n<p>Second.</p>" in page_html(page)


def test_every_reference_inside_a_page_has_its_target(page: Page) -> None:
    """Links and labels point at parts that exist, and no id comes twice."""
    tags = Parsed(page_html(page)).tags
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    links = {(attrs.get("href") or "")[1:] for _, attrs in tags if (attrs.get("href") or "").startswith("#")}
    labels = {attrs["aria-labelledby"] for _, attrs in tags if "aria-labelledby" in attrs}
    assert len(ids) == len(set(ids))
    assert links | labels <= set(ids)


def test_the_same_page_gives_the_same_text(page: Page) -> None:
    """Two builds differ in nothing, so that a difference always means something."""
    assert page_html(page) == page_html(page)
