"""The accessibility checker axe in a page of a real browser. Brought out of the page is what it finds wrong alone.

Four fifths of the checker's time go into one rule, the contrast of text, which it works out anew for every word on a
page. What decides it is how text looks and what lies behind it: each such look is checked once (`LOOKS`), every other
rule on every element.
"""

from typing import Any
from weakref import WeakSet

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import BrowserContext, Page

CHECKER: str = Axe().axe_script
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
ALL = (*WCAG, "best-practice")
AT_HAND = f"window.checkerAtHand = () => {{\n{CHECKER}\n}}"
TAKEN = "() => { if (!window.axe && window.checkerAtHand) window.checkerAtHand(); return Boolean(window.axe); }"
LOOKS = """
  const behind = new Map(), looks = new Map();
  const background = element => {
    if (!element) return '';
    if (!behind.has(element)) {
      const is = getComputedStyle(element), under = background(element.parentElement);
      const flat = is.position === 'static' && is.float === 'none' && is.transform === 'none';
      const own = [is.backgroundColor, is.backgroundImage, is.opacity, is.filter, is.mixBlendMode, is.textShadow];
      const look = own.join() === 'rgba(0, 0, 0, 0),none,1,none,normal,none' ? '' : own.join();
      behind.set(element, `${under}/${look}${flat ? '' : '#' + behind.size}`.replace(/[/]+$/, ''));
    }
    return behind.get(element);
  };
  const says = element => element.matches('input, select, textarea, button') ||
    [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  for (const element of document.querySelectorAll('body, body *')) {
    if (!says(element) || !element.checkVisibility({visibilityProperty: true})) continue;
    const is = getComputedStyle(element), box = element.getBoundingClientRect(), label = element.closest('label');
    const off = element.closest(':disabled, [aria-disabled=true]') || label?.control?.disabled;
    const look = [is.color, is.fontSize, is.fontWeight, is.webkitTextStroke, Boolean(off), box.width * box.height > 4,
      element.type || '', background(element)].join(';');
    looks.set(look, [...(looks.get(look) || []), element]);
  }
  const ofEach = [...looks.values()].flatMap(all => [all[0], all[all.length >> 1], all[all.length - 1]]);
"""
"""Gathers elements of each look: the first, the last and one between. All of a look break the rule, or none does.

What stands out of the flow of the page may lie over something: it begins a look of its own, for all that stands in it.
"""
RUN = f"""async tags => {{
  {LOOKS}
  const resultTypes = ['violations'];
  const whole = await axe.run({{runOnly: tags, resultTypes, rules: {{'color-contrast': {{enabled: false}}}}}});
  const include = [...new Set(ofEach)], runOnly = {{type: 'rule', values: ['color-contrast']}};
  const contrast = include.length ? await axe.run({{include}}, {{runOnly, resultTypes}}) : {{violations: []}};
  return [...whole.violations, ...contrast.violations];
}}"""
_have_it_at_hand: "WeakSet[BrowserContext]" = WeakSet()


async def violations(page: Page, rules: tuple[str, ...] = ALL) -> list[dict[str, Any]]:
    """Return what axe finds on a page: each rule that is broken, with its `id` and its `nodes`.

    The checker stays in a page until another one is loaded, and lies at hand in those that are loaded later on: to send
    it to a page takes as long as to have it look. What is right is not listed: that takes most of the time.

    Args:
        page: The page, as it is shown now.
        rules: The sets of rules, by their tags in axe; `wcag2aa`, which has the contrast of text, is one of them.
    """
    if not await page.evaluate(TAKEN):
        await page.evaluate(CHECKER)
    if page.context not in _have_it_at_hand:
        _have_it_at_hand.add(page.context)
        await page.context.add_init_script(AT_HAND)
    found: list[dict[str, Any]] = await page.evaluate(RUN, list(rules))
    return found
