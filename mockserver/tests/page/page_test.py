"""page_test.py [SCREENSHOT_PREFIX]: the page of the control API in a real browser. `timock exec` runs it."""

import json
import os
import sys
import urllib.request

import browser

CONTROL = os.environ["TIMOCK_CONTROL_URL"]
ORIGIN = CONTROL.removesuffix("/_timock")
SCREENSHOT = sys.argv[1] if len(sys.argv) > 1 else None
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy of the machine


def ask(method, path, body=None):
    request = urllib.request.Request(
        CONTROL + path, method=method, data=None if body is None else json.dumps(body).encode())
    with direct.open(request) as reply:
        text = reply.read()
        return json.loads(text) if text else None


driver = browser.start()

from selenium.webdriver.common.by import By  # noqa: E402  once it is known to be there
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support.ui import Select, WebDriverWait  # noqa: E402

wait = WebDriverWait(driver, 30)


def element(selector):
    return driver.find_element(By.CSS_SELECTOR, selector)


def press(selector):
    element(selector).click()


def shows(selector, text):
    """Waits until the first element shows the text."""
    try:
        wait.until(lambda _: text in element(selector).get_property("innerText"))
    except Exception as error:
        seen = element(selector).get_property("innerText")
        raise AssertionError("%s does not show %r but %r" % (selector, text, seen)) from error


def type_into(selector, text):
    element(selector).clear()
    element(selector).send_keys(text)


def says_nothing_that_it_does_not_know():
    """While faults and calls cannot be read, the page does not claim that there are none."""
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/_timock/faults", "*/_timock/requests*"]})
    driver.get(CONTROL + "/")
    shows("#live", "fetch")
    seen = element("body").get_property("innerText")
    for claim in ("Nothing goes wrong.", "No call yet."):
        assert claim not in seen, "the page says %r before it has asked" % claim
    driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    driver.get_log("browser")


def shows_calls():
    press("#send .main")
    shows("#calls", "OK")
    shows("#send-result", '"ErrorCode":0')
    type_into("#send-body", '{"AttrNames":["sex"]}')
    element("#send .main").send_keys(Keys.ENTER)
    shows("#calls", "attr_names_not_object")
    press("#calls summary")
    shows("#calls", "Remedy:")
    press("#calls summary")
    type_into("#send-body", '{"AttrNames":{"0":"sex","1":"city"}}')


def counts_a_fault():
    Select(element("#fault-preset")).select_by_visible_text("retry-91000")
    type_into("#fault-times", "1")
    press("#fault button")
    shows("#faults", "hit 0 of 1")
    press("#send .main")
    shows("#faults", "hit 1 of 1")
    shows("#calls", "91000")
    assert ask("GET", "/faults")["faults"][0]["hits"] == 1


def shows_the_throttle():
    press("#freeze")
    shows("#mode", "(frozen)")
    before = int(ask("GET", "/clock")["unix_ns"])
    query = ask("POST", "/usersig", {"sdkappid": 1400000000, "identifier": "administrator"})["query"]
    for _ in range(130):
        direct.open(ORIGIN + "/v4/all_member_push/im_set_attr_name?" + query,
                    b'{"AttrNames":{"0":"sex","1":"city"}}').read()
    shows("#calls", "throttle:")
    shows("#chart-now", "limit 100 in 1000 ms")
    shows("#chart-now", "fullest window so far 100")
    if SCREENSHOT:
        browser.set_width(driver, 1400, 1060)
        driver.execute_script("scrollTo(0, 0)")
        driver.save_screenshot(SCREENSHOT + ".png")
    press('[data-advance="1"]')
    shows("#chart-now", "0 admitted, 0 refused")
    assert int(ask("GET", "/clock")["unix_ns"]) - before == 1_000_000_000


def fits_its_width():
    """With long names, every preset as a fault, and calls that were refused."""
    for preset in ask("GET", "/faults/presets")["presets"]:
        ask("POST", "/faults", {"preset": preset["name"], "match": {"sdkappid": 1400000000}})
    ask("POST", "/faults", {"match": {"identifier": "someone"}, "action": {"http_status": 503, "body": "x" * 900}})
    ask("POST", "/apps", {"names": {"0": "n" * 50, "1": "attribute" * 5}})
    shows("#faults", "gateway-502")
    shows("#apps", "n" * 50)
    browser.check_widths(driver, SCREENSHOT)
    browser.set_width(driver, 1400)


def tells_what_is_wrong_beside_the_input():
    type_into("#clock-unix", "-5")
    press("#freeze-at")
    shows("#clock-result", "/unix")


def names_every_control():
    nameless = driver.execute_script("""
      return [...document.querySelectorAll('button, input, select, textarea')]
        .filter(one => !(one.getAttribute('aria-label') || one.textContent.trim() || one.closest('label')))
        .map(one => one.outerHTML)""")
    assert not nameless, nameless
    press("#reset")
    shows("body", "No call yet.")
    shows("body", "Nothing goes wrong.")


def asked_no_other_host():
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            url = message["params"]["request"]["url"]
            assert url.startswith(ORIGIN + "/") or url.startswith("data:"), url
    problems = [entry["message"] for entry in driver.get_log("browser")
                if entry["level"] == "SEVERE" and "400 (Bad Request)" not in entry["message"]]
    assert not problems, problems


try:
    says_nothing_that_it_does_not_know()
    browser.set_width(driver, 1400)
    driver.get(CONTROL + "/")
    shows("#live", "live")
    shows_calls()
    counts_a_fault()
    shows_the_throttle()
    fits_its_width()
    tells_what_is_wrong_beside_the_input()
    names_every_control()
    asked_no_other_host()
finally:
    driver.quit()
print("a call, a fault and the clock, seen in the page")
