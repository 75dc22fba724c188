"""Odoo's web client as a person uses it: what they press, what they see, and no silent error."""

import contextlib
import re
from urllib.parse import urlsplit

from playwright.sync_api import TimeoutError, expect, sync_playwright

PATIENCE_MS = 20_000
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]
DESK = {"width": 1366, "height": 768}
TABLET = {"width": 1024, "height": 768}
LAYOUT_PATIENCE_MS = 3_000
TOO_WIDE = """(selector) => [...document.querySelectorAll(selector)].flatMap((box) => {
    const over = box.scrollWidth - box.clientWidth;
    return over > 1 && box.clientWidth ? [`${box.className || box.tagName} by ${over} px`] : [];
})"""
CALL = re.compile(r"/web/dataset/call_(kw|button)/")


@contextlib.contextmanager
def chromium(program):
    """A running browser."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield running
        finally:
            running.close()


def new_window(browser, size):
    """A browser context of its own, as on another computer."""
    context = browser.new_context(viewport=size, locale="en-CA", timezone_id="America/Toronto")
    context.set_default_timeout(PATIENCE_MS)
    return context


class Desk:
    """One person at one browser window.

    :param context: a browser context of their own
    :param url: where Odoo is
    """

    def __init__(self, context, url):
        self.context, self.url = context, url
        self.troubles = []
        context.on("weberror", lambda error: self.troubles.append(f"page error: {error.error}"))
        context.on("console", self._hear)
        self.page = context.new_page()

    def _hear(self, message):
        if message.type == "error":
            self.troubles.append(f"console: {message.text} ({message.location.get('url', '')})")

    def take_troubles(self):
        """What the console complained about since the last call."""
        troubles, self.troubles = self.troubles, []
        return troubles

    # === LOGIN === #

    def log_in(self, login):
        """By hand, with Odoo's login page; the password is the login."""
        self.page.goto(f"{self.url}/web/login")
        form = self.page.locator(".oe_login_form")
        form.locator("input[name=login]").fill(login)
        form.locator("input[name=password]").fill(login)
        form.locator("button[type=submit]").click()
        self.page.wait_for_url(lambda url: "/web/login" not in url)

    def enter(self, db, login):
        """The same without the page, where logging in is not the point."""
        params = {"db": db, "login": login, "password": login}
        answer = self.context.request.post(
            f"{self.url}/web/session/authenticate", data={"jsonrpc": "2.0", "params": params}
        )
        assert answer.json().get("result", {}).get("uid"), answer.text()

    # === MOVING === #

    def open(self, path):
        """A screen of the web client by its address; ready when its view is drawn."""
        self.page.goto(f"{self.url}/odoo/{path}")
        self.ready()

    def ready(self):
        """Wait until a view stands there with its contents and nothing is being loaded."""
        expect(self.page.locator(".o_action_manager .o_content > *:visible").first).to_be_visible()
        self.settle()

    def settle(self):
        expect(self.page.locator(".o_blockUI, .o_loading_indicator")).to_have_count(0)

    # === READING === #

    @property
    def front(self):
        """The dialog if one is open, else the page."""
        dialogs = self.page.locator(".o_dialog:not(.o_inactive_modal)")
        return dialogs.last if dialogs.count() else self.page.locator(".o_action_manager")

    @property
    def dialog(self):
        return self.page.locator(".modal:not(.o_inactive_modal) .modal-content").last

    def field(self, name):
        return self.front.locator(f".o_field_widget[name={name}]:visible").first

    def button(self, name):
        return self.front.locator(f"button[name='{name}']:visible").first

    def row(self, text):
        """The row of a list that holds ``text``."""
        return self.front.locator("tr.o_data_row", has_text=text).first

    def status(self, value):
        """The arrow of the status bar, when the record stands there."""
        return self.front.locator(
            f".o_statusbar_status .o_arrow_button_current[data-value={value}]"
        )

    # === DOING === #

    def back(self):
        """To the screen before, by the breadcrumb."""
        self.page.locator(".o_breadcrumb .o_back_button").click()
        self.settle()

    def tab(self, name):
        self.front.locator(f".o_notebook a.nav-link[name={name}]").click()

    def press(self, name):
        """A button of the form or dialog, by the name that it has in every language."""
        self.press_on(self.button(name))

    def press_for_dialog(self, name):
        """A button that opens a dialog; from then on the dialog is in front."""
        self.press(name)
        expect(self.dialog).to_be_visible()

    def press_for_dialog_at_once(self, name):
        """A button that asks back before anything is called."""
        self.button(name).click()
        expect(self.dialog).to_be_visible()

    def confirm(self):
        """Yes to what the dialog asks."""
        self.press_on(self.dialog.locator(".modal-footer .btn-primary"))
        self.no_dialog()

    def press_in_dialog(self, name):
        """A button that ends the dialog; the page is in front again."""
        self.press(name)
        self.no_dialog()

    def no_dialog(self):
        expect(self.page.locator(".modal")).to_have_count(0)

    def press_on(self, button):
        with self.page.expect_response(lambda answer: CALL.search(answer.url)):
            button.click()
        self.settle()

    def choose(self, name, text, search=None):
        """Type into a many2one and take the entry that holds ``text``."""
        box = self.field(name).locator("input").first
        box.click()
        box.fill(search or text)
        self.page.locator(".o-autocomplete--dropdown-item:visible", has_text=text).first.click()
        self.settle()

    def save(self):
        button = self.page.locator(".o_form_button_save:visible")
        if button.count():
            button.click()
        expect(self.page.locator(".o_form_button_save:visible")).to_have_count(0)

    def close_dialog(self):
        self.dialog.locator("button.btn-close, .modal-footer button").last.click()
        self.no_dialog()

    # === PAPERS === #

    def papers(self, press):
        """What ``press()`` opens beside the page: the bytes of the PDF that this person gets.

        The browser shows it or saves it, depending on its make; the address is asked for once more
        with the same session.
        """
        wanted = self.context.expect_event(
            "response", lambda answer: urlsplit(answer.url).path.startswith("/web/content/")
        )
        with wanted as found:
            press()
        opened = found.value
        assert opened.status == 200, opened.url
        assert opened.headers["content-type"] == "application/pdf", opened.headers
        for other in self.context.pages:
            if other is not self.page:
                other.close()
        answer = self.context.request.get(opened.url)
        assert answer.status == 200
        return answer.body()

    def too_wide(self, lists=True):
        """What is wider than its place, and by how much; ``lists``: tables inside the page too.

        Tables find the widths of their columns after they are drawn, so they get a moment.
        """
        selector = "html, .o_form_sheet" + (", .o_list_renderer" if lists else "")
        fits = f"(selector) => ({TOO_WIDE})(selector).length === 0"
        with contextlib.suppress(TimeoutError):
            self.page.wait_for_function(fits, arg=selector, timeout=LAYOUT_PATIENCE_MS)
        return self.page.evaluate(TOO_WIDE, selector)
