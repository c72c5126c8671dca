"""A report in a real browser, by the rules for people who see little or use no mouse."""

from pathlib import Path

import pytest

from handraise.rendering.report import report_html
from tests.rendering.test_report import report
from tests.web.browsing import THEMES, WIDTHS, launched, overflow, violations


@pytest.mark.enable_socket
def test_a_report_has_no_finding_in_light_and_dark_wide_and_narrow(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(report_html(report()), encoding="utf-8")
    inks = set()
    with launched() as chromium:
        for theme in THEMES:
            for width in WIDTHS:
                page = chromium.new_page(viewport={"width": width, "height": 800}, color_scheme=theme)
                page.goto(file.as_uri())
                assert violations(page) == [], (theme, width)
                assert overflow(page) == 0, (theme, width)
                inks.add((theme, page.evaluate("getComputedStyle(document.querySelector('svg text')).fill")))
                page.close()
    assert len({ink for _, ink in inks}) == len(THEMES), "pictures are drawn for light and for dark"
