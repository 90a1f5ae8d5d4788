"""Fixtures for pytest: timock_server, one for the session, and timock_app, one for each test.

A test that fails shows the calls of its app. For other options, define a session fixture timock_server of your own.
"""
import pytest

import timock


@pytest.fixture(scope="session")
def timock_server():
    """A timock.Server, which ends with the session."""
    with timock.Server() as server:
        yield server


@pytest.fixture
def timock_app(timock_server):
    """A timock.App of this test's own, deleted at its end."""
    with timock_server.app() as app:
        yield app


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    app = getattr(item, "funcargs", {}).get("timock_app")
    if app is None or report.when != "call" or not report.failed:
        return
    try:
        text = app.journal()
    except timock.Error as error:
        text = str(error)
    report.sections.append((f"calls of timock app {app.sdkappid}", text))
