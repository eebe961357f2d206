"""What every package's tests may ask for: servers on the loopback address."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from shutil import which

import pytest
from hypothesis import settings

from tests.loopback import FeedServer, WebhookSink

# Compiled once and kept, whatever the environment says: some hundred processes of tests load the same modules.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# How long a thing takes is measured in tests/bench: beside other tests it says nothing.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
# Screens of tests leave nothing in the folder of whoever runs them, and find nothing there.
_STATE = tempfile.TemporaryDirectory(prefix="feedwatch-tests-")
os.environ["XDG_STATE_HOME"] = _STATE.name


@pytest.fixture
async def feed_server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        yield server


@pytest.fixture
async def webhook_sink() -> AsyncIterator[WebhookSink]:
    async with WebhookSink() as sink:
        yield sink


@pytest.fixture(scope="session")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A server's TLS with a certificate that nobody vouches for."""
    if which("openssl") is None:
        pytest.skip("makes its certificate with openssl")
    folder: Path = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*make, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
