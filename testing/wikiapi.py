"""MediaWiki's API in a few lines, so that tests look at a wiki with other eyes than wikigit's."""

import http.client
import http.cookies
import json
import urllib.parse
from typing import Any

Answer = dict[str, Any]


class ApiError(Exception):
    """The wiki refused; `code` is its own word for why."""

    def __init__(self, code: str, info: str) -> None:
        """Keep the code beside the sentence."""
        super().__init__(f"{code}: {info}")
        self.code = code


class Session:
    """One account's conversation with api.php, over one connection; nobody's until `login`."""

    def __init__(self, host: str, path: str = "/api.php") -> None:
        """`host` is "127.0.0.1:8080"; nothing is sent yet."""
        self.host, self.path = host, path
        self.cookies: http.cookies.SimpleCookie = http.cookies.SimpleCookie()
        self._csrf = ""

    def get(self, **parameters: str | int) -> Answer:
        """Read; raise ApiError if the wiki says no."""
        return self._ask("GET", parameters)

    def post(self, **parameters: str | int) -> Answer:
        """Write, with the account's token unless another is given; raise ApiError if the wiki says no."""
        if not self._csrf:
            self._csrf = self.get(action="query", meta="tokens")["query"]["tokens"]["csrftoken"]
        return self._ask("POST", {"token": self._csrf, **parameters})

    def login(self, name: str, password: str) -> None:
        """Log in as this account; raise ApiError if that fails."""
        tokens = self.get(action="query", meta="tokens", type="login")["query"]["tokens"]
        answer = self._ask(
            "POST",
            {
                "action": "clientlogin",
                "username": name,
                "password": password,
                "logintoken": tokens["logintoken"],
                "loginreturnurl": "http://127.0.0.1/",
            },
        )["clientlogin"]
        if answer["status"] != "PASS":
            raise ApiError(answer.get("messagecode", "login"), answer.get("message", "The login failed."))
        self._csrf = ""

    def _ask(self, method: str, parameters: dict[str, str | int]) -> Answer:
        form = urllib.parse.urlencode({"format": "json", "formatversion": 2, **parameters})
        headers = {
            "X-Test-Harness": "1",
            "Cookie": "; ".join(f"{name}={morsel.coded_value}" for name, morsel in self.cookies.items()),
        }
        connection = http.client.HTTPConnection(self.host, timeout=60)
        try:
            if method == "GET":
                connection.request("GET", f"{self.path}?{form}", headers=headers)
            else:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                connection.request("POST", self.path, form.encode(), headers)
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or []:
            self._remember(line)
        return _checked(response.status, body)

    def _remember(self, line: str) -> None:
        for name, morsel in http.cookies.SimpleCookie(line).items():
            if morsel.value == "deleted":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value


def _checked(status: int, body: bytes) -> Answer:
    try:
        answer: Answer = json.loads(body)
    except ValueError:
        raise ApiError(f"http-{status}", body.decode(errors="replace")[-2000:]) from None
    if "error" in answer:
        raise ApiError(answer["error"]["code"], answer["error"]["info"])
    return answer
