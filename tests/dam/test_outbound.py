"""Nothing is sent to where only this machine gets."""

import http.server
import ipaddress
import socket
import threading

import pytest
import requests
from botocore.exceptions import BotoCoreError

from dam import outbound
from dam.storage import s3


class _Canary(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
        else:
            self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture(autouse=True)
def no_exceptions(settings):
    settings.LOUPE_OUTBOUND_HOSTS = []


@pytest.fixture
def canary():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Canary)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1"),
        *("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1"),
    ],
)
def test_addresses_that_are_not_public(address):
    assert not outbound.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["64:ff9b:1::7f00:1", "fec0::1", "::127.0.0.1", "::ffff:0:127.0.0.1", "168.63.129.16"],
)
def test_old_and_rare_forms_are_not_taken_for_public(address):
    assert not outbound.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8"])
def test_public_addresses(address):
    assert outbound.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"])
def test_loopback_is_refused_however_it_is_spelt(canary, host):
    with pytest.raises(outbound.ForbiddenAddress, match="LOUPE_OUTBOUND_HOSTS"):
        outbound.session().get(f"http://{host}:{canary.server_port}/")
    assert canary.asked == []


def test_a_host_on_the_list_is_reached(canary, settings):
    settings.LOUPE_OUTBOUND_HOSTS = ["127.0.0.1"]
    answer = outbound.session().get(f"http://127.0.0.1:{canary.server_port}/here")
    assert answer.status_code == 200
    assert canary.asked == ["/here"]


def test_a_redirect_is_looked_at_again(canary, settings):
    """The first host is allowed, the one that it sends us to is not."""
    settings.LOUPE_OUTBOUND_HOSTS = ["127.0.0.1"]
    port = canary.server_port
    with pytest.raises(outbound.ForbiddenAddress):
        outbound.session().get(f"http://127.0.0.1:{port}/to/http://localhost:{port}/inner")
    assert len(canary.asked) == 1


def test_a_name_that_changes_its_address_gains_nothing(canary, monkeypatch):
    """DNS rebinding: public when looked at, loopback when connected to."""
    answers = iter(["93.184.216.34", "127.0.0.1"])
    plain = socket.getaddrinfo

    def changing(host, *args, **more):
        return plain(next(answers) if host == "rebind.example" else host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    with pytest.raises(requests.RequestException):
        outbound.session().get(f"http://rebind.example:{canary.server_port}/", timeout=0.5)
    assert canary.asked == []


def test_a_name_with_both_kinds_of_address_is_refused(canary, monkeypatch):
    plain = socket.getaddrinfo

    def both(host, *args, **more):
        return plain("93.184.216.34", *args, **more) + plain("127.0.0.1", *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(outbound.ForbiddenAddress):
        outbound.session().get(f"http://both.example:{canary.server_port}/")


def test_proxies_of_the_environment_are_not_used(canary, monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{canary.server_port}")
    with pytest.raises(requests.RequestException):
        outbound.session().get("http://10.0.0.1/", timeout=0.5)
    assert canary.asked == []


def test_a_name_that_is_not_there_is_no_forbidden_one():
    with pytest.raises(requests.ConnectionError):
        outbound.session().get("http://nowhere.invalid/", timeout=2)


def test_a_bucket_of_a_page_is_not_reached_inside(canary):
    endpoint = f"http://127.0.0.1:{canary.server_port}"
    keys = {"access_key": "a", "secret_key": "b", "region": "us-east-1"}
    with pytest.raises(BotoCoreError, match="LOUPE_OUTBOUND_HOSTS"):
        s3.client(endpoint=endpoint, guarded=True, **keys).list_buckets()
    assert canary.asked == []


def test_a_bucket_of_the_settings_may_be_anywhere(canary):
    """And so it is the guard that refuses, not the client."""
    endpoint = f"http://127.0.0.1:{canary.server_port}"
    keys = {"access_key": "a", "secret_key": "b", "region": "us-east-1"}
    s3.client(endpoint=endpoint, **keys).list_buckets()
    assert canary.asked == ["/"]
