"""What a browser does: log in, call methods over Odoo's web routes, see errors as a user does."""

import http.client
import itertools
import json
import urllib.parse


class Lost(Exception):
    """The connection broke before an answer came: the server, or its worker, is gone."""


class Refusal(Exception):
    """Odoo answered with a message for its user; ``str()`` is that message."""


class ServerTrouble(Exception):
    """Odoo answered with an error that no user should ever see."""


USER_ERRORS = (
    "odoo.exceptions.UserError",
    "odoo.exceptions.ValidationError",
    "odoo.exceptions.LockError",
)


class Session:
    """One person's session in one browser. Threads may share it, as two tabs do."""

    patience_s = 90

    def __init__(self, url, db, login, password):
        self._place = urllib.parse.urlsplit(url)
        self._numbers = itertools.count(1)
        self._cookie = ""
        answer = self._post(
            "/web/session/authenticate", {"db": db, "login": login, "password": password}
        )
        self.uid = answer["uid"]

    def call(self, model, method, *args, **kwargs):
        """Call ``method`` as the web client does."""
        kwargs.setdefault("context", {})
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def read(self, model, domain, *names, **kwargs):
        """``search_read``."""
        return self.call(model, "search_read", domain, list(names), **kwargs)

    def download(self, path):
        """The bytes of a page or file, and its HTTP status."""
        connection = self._connect()
        try:
            connection.request("GET", path, headers={"Cookie": self._cookie})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _connect(self):
        return http.client.HTTPConnection(
            self._place.hostname, self._place.port, timeout=self.patience_s
        )

    def _post(self, path, params):
        payload = {"jsonrpc": "2.0", "method": "call", "id": next(self._numbers), "params": params}
        headers = {"Content-Type": "application/json", "Cookie": self._cookie}
        connection = self._connect()
        try:
            connection.request("POST", path, json.dumps(payload), headers)
            answer = connection.getresponse()
            body = answer.read()
        except (ConnectionError, http.client.HTTPException) as error:
            raise Lost(path) from error
        finally:
            connection.close()
        for header in answer.headers.get_all("Set-Cookie") or ():
            if header.startswith("session_id="):
                self._cookie = header.split(";")[0]
        return self._result(json.loads(body))

    @staticmethod
    def _result(answer):
        error = answer.get("error")
        if not error:
            return answer.get("result")
        data = error["data"]
        if data["name"] in USER_ERRORS:
            raise Refusal(data["message"])
        raise ServerTrouble(f"{data['name']}: {data['message']}\n{data['debug']}")
