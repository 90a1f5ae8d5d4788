"""reports_test.py TIMOCK_LOAD TIMOCK_CONFORMANCE WORK_FOLDER: the HTML files that the programs write, in a real
browser: a reader sees all of each on a phone and on a desktop."""

import pathlib
import subprocess
import sys

import browser

load, suite, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]).resolve()
folder.mkdir(parents=True, exist_ok=True)
for name, command in {
    "lab": [load, "--compare", "--clients", "50", "--backlog", "6000", "--duration", "10m"],
    "load": [load, "--rate", "100", "--duration", "1s", "--apps", "2"],
    "conformance": [suite, "run", "--gtest_filter=*R8*:*T.worst_window*"],
    "failing": [suite, "run", "--gtest_filter=*S4*", "--expect", "table-2023"],
    "probe": [suite, "probe"],
}.items():
    page = folder / (name + ".html")
    page.unlink(missing_ok=True)
    done = subprocess.run([*command, "--html", str(page)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)
    assert page.exists(), "%s wrote no page, exit code %d:\n%s" % (name, done.returncode, done.stdout)

# How many pictures each page shows at once.
CHARTS = {"lab": 1, "load": 3, "conformance": 1, "failing": 0, "probe": 5}

driver = browser.start()
cut_off = []
try:
    for page in sorted(folder.glob("*.html")):
        driver.get(page.as_uri())
        problems = [entry for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
        assert not problems, "%s: %s" % (page.name, problems)
        charts = len(driver.find_elements("css selector", "figure svg[role=img]"))
        assert charts == CHARTS[page.stem], "%s has %d charts" % (page.name, charts)
        try:
            browser.check_widths(driver, str(folder / page.stem))
        except AssertionError as error:
            cut_off.append("%s, %s" % (page.name, error))
finally:
    driver.quit()
assert not cut_off, "\n".join(cut_off)
print("all of each page can be seen")
