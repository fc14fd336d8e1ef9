"""The page is one file, whole, and asks nobody for anything."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from ballbot_fusion.deployment import inspection
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.inspection.page import page_of

SECTIONS = ("recording", "statistics", "masks", "ages", "latency", "importance", "attention",
            "features", "policy")  # fmt: skip


class Reader(HTMLParser):
    """Ids, what is loaded, and whether every element is closed."""

    EMPTY = ("meta", "br", "hr", "img", "link")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.loaded: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("section", "figure") and given.get("id"):
            self.ids.append(str(given["id"]))
        for name in ("src", "href", "xlink:href"):
            if name in given:
                self.loaded.append(str(given[name]))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.EMPTY:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def policy() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    runtime = PolicyRuntime.load(policy_path("default"))
    return inspection.contract(runtime), inspection.observation(runtime)


def test_a_whole_page_without_a_network(found: dict[str, Any], policy: Any) -> None:
    page = page_of(*policy, {**found, "remarks": ["<script>alert(1)</script>"]})
    read = Reader(page)
    assert read.open == []
    assert [name for name in read.ids if not name.startswith("picture-")] == list(SECTIONS)
    assert {name.removeprefix("picture-") for name in read.ids if name.startswith("picture-")} == {
        "statistics", "masks", "ages", "latency", "importance", "activity"
    }  # fmt: skip
    assert all(where.startswith(("#", "data:")) for where in read.loaded), read.loaded
    assert not re.search(r"@import|url\((?!#|'?data:)", page)
    assert "<script" not in page
    assert "prefers-color-scheme: dark" in page
    assert "currentColor" in page
    assert page_of(*policy, {**found, "remarks": ["<script>alert(1)</script>"]}) == page


def test_of_a_policy_alone(policy: Any) -> None:
    read = Reader(page_of(*policy))
    assert read.ids == ["policy"]
    assert read.open == []
