"""Headless Chromium for the tests of pages: Debian's chromium, chromium-driver and python3-selenium."""

import importlib.util
import os
import shutil
import sys

SKIPPED = 77
PHONE, DESKTOP = 390, 1300

# What a reader cannot see, in words. A phone may scroll a wide table within its frame.
CUT_OFF = """
const phone = arguments[0];
const found = [];
const page = document.documentElement;
if (page.scrollWidth > innerWidth) found.push(`the page is ${page.scrollWidth} px wide`);
for (const one of document.querySelectorAll('body *')) {
  const style = getComputedStyle(one);
  if (one.matches('input, select, textarea') || one.clientWidth === 0) continue;
  const name = `${one.tagName.toLowerCase()} ${one.id || one.className} "${one.textContent.trim().slice(0, 60)}"`;
  if (style.overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1 && !(phone && one.matches('.scroll, .wide')))
    found.push(`${name}: ${one.scrollWidth} px of text in ${one.clientWidth} px`);
  if (style.overflowY === 'hidden' && one.scrollHeight > one.clientHeight + 1)
    found.push(`${name}: ${one.scrollHeight} px of lines in ${one.clientHeight} px`);
}
return found;
"""


def start():
    """A driver; exits 77 where a tool is missing."""
    for tool in ("chromium", "chromedriver"):
        if not shutil.which(tool):
            print("skipped: %s is not installed" % tool)
            sys.exit(SKIPPED)
    if not importlib.util.find_spec("selenium"):
        print("skipped: python3-selenium is not installed")
        sys.exit(SKIPPED)
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]  # all that is asked is on this machine
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for flag in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "disable-sync",
                 "disable-background-networking", "disable-component-update", "no-first-run",
                 "no-proxy-server"):
        options.add_argument("--" + flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.chrome.service.Service(shutil.which("chromedriver"))
    return webdriver.Chrome(service=service, options=options)


def set_width(driver, width, height=1000):
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width == PHONE})


def check_widths(driver, screenshots=None):
    """That a reader sees all of the page on a phone and on a desktop."""
    for width in (PHONE, DESKTOP):
        set_width(driver, width)
        if screenshots:
            driver.save_screenshot("%s_%d.png" % (screenshots, width))
        found = driver.execute_script(CUT_OFF, width == PHONE)
        assert not found, "at %d px: %s" % (width, "; ".join(found))
