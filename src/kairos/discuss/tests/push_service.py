"""A push service of our own: it keeps what it is given, and knows a browser whose private key is at hand."""

import datetime as dt
import ipaddress
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from kairos.discuss.push.keys import from_unpadded, point, unpadded

CURVE = ec.SECP256R1()


@dataclass
class Browser:
    """What a browser keeps to itself, and what it gives away."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    secret: bytes = b"sixteen-byte-key"

    def form(self, endpoint: str) -> dict[str, str]:
        key = unpadded(point(self.key.public_key()))
        return {"endpoint": endpoint, "browser_key": key, "secret": unpadded(self.secret)}

    def opened(self, body: bytes) -> bytes:
        """As RFC 8188 and RFC 8291 say, written out once more, from the receiver's side."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender))
        info = b"WebPush: info\x00" + point(self.key.public_key()) + sender
        keying = HKDF(algorithm=SHA256(), length=32, salt=self.secret, info=info).derive(shared)
        parts = {
            name: HKDF(
                algorithm=SHA256(), length=n, salt=salt, info=b"Content-Encoding: " + name + b"\x00"
            ).derive(keying)
            for name, n in ((b"aes128gcm", 16), (b"nonce", 12))
        }
        plain = AESGCM(parts[b"aes128gcm"]).decrypt(parts[b"nonce"], sealed, None)
        assert plain.rstrip(b"\x00")[-1:] == b"\x02"
        return plain.rstrip(b"\x00")[:-1]


@dataclass
class PushService:
    """Where it listens, what it answers, and what it was given: path, headers, body."""

    port: int
    status: int = 201
    taken: list[tuple[str, Any, bytes]] = field(default_factory=list)

    def endpoint(self, name: str = "abc") -> str:
        return f"https://127.0.0.1:{self.port}/push/{name}"


def claims_of(authorization: str) -> dict[str, Any]:
    """What is claimed in a `vapid` header whose signature holds by the key beside it."""
    scheme, _space, rest = authorization.partition(" ")
    parts = dict(one.strip().split("=", 1) for one in rest.split(","))
    assert scheme == "vapid"
    told, _dot, signature = parts["t"].rpartition(".")
    raw = from_unpadded(signature)
    assert len(raw) == 64
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, from_unpadded(parts["k"]))
    key.verify(der, told.encode(), ec.ECDSA(SHA256()))
    head, claims = (json.loads(from_unpadded(part)) for part in told.split("."))
    assert head == {"typ": "JWT", "alg": "ES256"}
    return {**claims, "key": parts["k"]}


@contextmanager
def push_service(directory: Path) -> Iterator[PushService]:
    """Listens with a certificate that stands in `directory / "trusted.pem"`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.taken.append((self.path, self.headers, body))
            self.send_response(found.status)
            self.send_header("Location", "https://127.0.0.1/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(directory))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    found = PushService(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _certificate(directory: Path) -> Path:
    key, now = ec.generate_private_key(CURVE), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "push")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - dt.timedelta(days=400))
    made = made.not_valid_after(now + dt.timedelta(days=40_000))
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = made.add_extension(here, critical=False).sign(key, SHA256())
    pem = signed.public_bytes(Encoding.PEM)
    (directory / "trusted.pem").write_bytes(pem)
    both = directory / "server.pem"
    both.write_bytes(pem + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return both
