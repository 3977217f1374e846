"""What is sent to a browser by way of its push service, which must not read it (RFC 8291), and by whom (RFC 8292)."""

import json
import os
import time
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kairos.discuss.push.keys import CURVE, point, unpadded

RECORD_SIZE = 4096
LARGEST = 3900
TRUSTED_FOR = 12 * 3600


def sealed(
    content: bytes,
    *,
    browser_key: bytes,
    secret: bytes,
    own: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The content as one record of `aes128gcm`, for whoever has the browser's private key and its secret alone.

    A key and a salt of their own are made for each. Raises `ValueError` for more than 3,900 bytes or no point.
    """
    if len(content) > LARGEST:
        raise ValueError("too much for one push")
    own = own or ec.generate_private_key(CURVE)
    salt = salt or os.urandom(16)
    theirs, ours = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, browser_key), point(own.public_key())
    shared = own.exchange(ec.ECDH(), theirs)
    keying = _derived(shared, secret, b"WebPush: info\0" + browser_key + ours, 32)
    key = _derived(keying, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(keying, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD_SIZE.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return head + AESGCM(key).encrypt(nonce, content + b"\x02", None)


def introduced(endpoint: str, *, key: ec.EllipticCurvePrivateKey, contact: str) -> str:
    """The `Authorization` by which the push service knows us: for its own address, for twelve hours, with a contact."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + TRUSTED_FOR,
        "sub": contact,
    }
    told = ".".join(unpadded(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    first, second = decode_dss_signature(key.sign(told.encode(), ec.ECDSA(SHA256())))
    signature = unpadded(first.to_bytes(32, "big") + second.to_bytes(32, "big"))
    return f"vapid t={told}.{signature}, k={unpadded(point(key.public_key()))}"


def _derived(keying: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(keying)
