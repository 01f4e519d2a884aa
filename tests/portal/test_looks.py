"""Each way in which text looks on a page is checked for its contrast, wherever on the page it stands."""

import pytest
from playwright.async_api import Browser

from tests.axe import violations

pytestmark = pytest.mark.browser
GOOD = "<p>Said in ink on paper, <b>loudly</b> and <small>softly</small>.</p>" * 60
PALE = f"""<!doctype html><html lang="en"><title>Pale</title><style>
body {{ color: #1b1f24; background: #fff }} .pale {{ color: #bbb }}
.dark {{ background: #222 }} .dark b {{ color: #fff }}
#large {{ color: #8a8a8a; font-size: 40px }} #over {{ position: absolute; top: 0; background: #555 }}
#field {{ color: #ccc }} #faint {{ opacity: 0.3 }}
</style><main><h1>Pale</h1>{GOOD}<p class="pale" id="rule">by a rule</p>{GOOD}
<p id="own" style="color: #ccc">its own</p>
<p style="color: #8a8a8a" id="small">too pale as it is small</p><p id="large">large enough</p>
<section class="dark"><p id="inherited">ink on ink</p><p><b>white on ink</b></p></section>
<p id="over">over another</p><p id="faint">seen through</p><label>Name <input id="field" value="typed"></label>
<label>Off <input class="pale" disabled value="not to be typed"></label>{GOOD}</main></html>"""
PLACES = "told => told.violations.flatMap(one => one.nodes.map(at => at.target[0]))"
WHOLE = f"axe.run({{runOnly: ['color-contrast']}}).then({PLACES})"


async def test_text_that_is_too_pale_is_found_however_it_came_to_be(chromium: Browser) -> None:
    """The same that the checker finds where it looks at every word."""
    page = await chromium.new_page()
    await page.set_content(PALE)
    found = [node["target"][0] for one in await violations(page) for node in one["nodes"]]
    assert sorted(found) == ["#faint", "#field", "#inherited", "#over", "#own", "#rule", "#small"]
    assert sorted(await page.evaluate(WHOLE)) == sorted(found)
    await page.close()
