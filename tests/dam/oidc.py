"""A small OpenID Connect provider on loopback: discovery, token and user-info endpoints."""

import http.server
import json
import threading
from urllib.parse import parse_qs

import jwt

SECRET = "the client's secret, 32 bytes or more"


class _Provider(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/.well-known/openid-configuration":
            here = self.server.issuer
            self._answer(
                {
                    "issuer": here,
                    "authorization_endpoint": f"{here}/authorize",
                    "token_endpoint": f"{here}/token",
                    "userinfo_endpoint": f"{here}/userinfo",
                    "jwks_uri": f"{here}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        elif self.path == "/userinfo":
            self._answer(self.server.person)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append(parse_qs(body))
        claims = {
            "iss": self.server.issuer,
            "aud": "loupe",
            "iat": 1_700_000_000,
            "exp": 4_000_000_000,
            **self.server.person,
        }
        token = jwt.encode(claims, SECRET, algorithm="HS256")
        self._answer({"access_token": "a", "token_type": "Bearer", "id_token": token})

    def _answer(self, value):
        data = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


class Provider:
    """The provider while it runs; `person` is whom it vouches for next."""

    def __enter__(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Provider)
        self.server.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.server.asked = []
        self.server.person = {}
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.05}
        )
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @property
    def issuer(self):
        return self.server.issuer

    def vouch_for(self, **claims):
        self.server.person = claims
