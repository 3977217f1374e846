"""A real mail server of the tests: Dovecot with its own configuration, on its own ports, without privileges."""

import datetime as dt
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from imapclient import IMAPClient

from kairos.mail.mailboxes.connection import Way
from tests.program import free_port

PROGRAM = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
PASSWORD, OTHER_PASSWORD = "tr0ub4dor-and-a-horse", "密碼-pässword"
PATIENCE = 30

CONFIGURATION = """\
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
ssl = {ssl}
{certificate}
disable_plaintext_auth = no
mail_location = mdbox:{home}/mail/%u
auth_failure_delay = 0
mail_max_userip_connections = 50
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
passdb {{
  driver = static
  args = password={other_password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
"""


def way_at(port: int, user: str = "sales", **others: Any) -> Way:
    """How to get into a mailbox on this machine."""
    plain = {"host": "127.0.0.1", "port": port, "security": "none", "login": user, "password": PASSWORD}
    return Way(**{**plain, **others})


class Dovecot:
    """A running server. Every user has both passwords."""

    def __init__(self, home: Path, *, ssl: bool) -> None:
        self.home, self.ssl = home, ssl
        self.port, self.tls_port = free_port(), free_port()
        self.authority = home / "certificate.pem"
        self._account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [str(PROGRAM), "-F", "-c", str(self.home / "dovecot.conf")],
            user=self._account.pw_uid,
            group=self._account.pw_gid,
            extra_groups=[] if os.geteuid() == 0 else None,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
        )
        for _ in range(PATIENCE * 20):
            with socket.socket() as found:
                if found.connect_ex(("127.0.0.1", self.port)) == 0 and found.recv(4):
                    return
            time.sleep(0.05)
        raise AssertionError(f"dovecot does not answer:\n{self.log}")

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(PATIENCE)
            self._process = None

    def empty(self) -> None:
        """Nobody has a mailbox any more."""
        shutil.rmtree(self.home / "mail", ignore_errors=True)

    def configure(self) -> None:
        group = subprocess.run(
            ["id", "-gn", self._account.pw_name], capture_output=True, text=True, check=True
        ).stdout.strip()
        certificate = f"ssl_cert = <{self.authority}\nssl_key = <{self.home}/key.pem" if self.ssl else ""
        if self.ssl:
            _write_certificate(self.home)
        (self.home / "dovecot.conf").write_text(
            CONFIGURATION.format(
                home=self.home,
                user=self._account.pw_name,
                group=group,
                uid=self._account.pw_uid,
                gid=self._account.pw_gid,
                ssl="yes" if self.ssl else "no",
                certificate=certificate,
                port=self.port,
                tls_port=self.tls_port,
                password=PASSWORD,
                other_password=OTHER_PASSWORD,
            )
        )
        for path in (self.home, *self.home.iterdir()):
            os.chown(path, self._account.pw_uid, self._account.pw_gid)

    @property
    def log(self) -> str:
        return (self.home / "log").read_text()

    def way(self, user: str = "sales", **others: Any) -> Way:
        """How to get into a user's mailbox."""
        return way_at(**{"port": self.port, "user": user, **others})

    @contextmanager
    def client(self, user: str = "sales") -> Iterator[IMAPClient]:
        """Somebody else's mail program."""
        with IMAPClient("127.0.0.1", self.port, ssl=False, timeout=PATIENCE) as client:
            client.login(user, PASSWORD)
            yield client

    def put(
        self,
        mails: Sequence[bytes],
        *,
        user: str = "sales",
        folder: str = "INBOX",
        at: Any = None,
    ) -> None:
        """Mails that lie in a folder."""
        with self.client(user) as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for start in range(0, len(mails), 200):
                messages = [{"msg": mail, "date": at} if at else mail for mail in mails[start : start + 200]]
                client.multiappend(folder, messages)


@contextmanager
def dovecot(*, ssl: bool = False) -> Iterator[Dovecot]:
    """A server that runs for a while."""
    # Its sockets have names of at most 108 letters, so it does not live where pytest keeps files.
    home = Path(tempfile.mkdtemp(prefix="kairos-imap-", dir="/tmp"))
    server = Dovecot(home, ssl=ssl)
    try:
        server.configure()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def _write_certificate(home: Path) -> None:
    """A certificate for localhost that nobody trusts who is not told to."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (home / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (home / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
