"""Mail as strangers write it: nothing is uncaught, nothing runs, and what can be read is read."""

import datetime as dt
from email.message import EmailMessage

import pytest

from kairos.mail.incoming.parsing import Bounce, Part, parse
from kairos.mail.incoming.texts import written_and_quoted

PLAIN = b"""\
From: =?big5?B?s6/Cp7y4?= <Chen@Acme.example>
To: Sales <sales@kairos.example>, lead@kairos.example
Cc: boss@acme.example
Subject: =?utf-8?B?6KmV5Lyw?= offer
Message-ID: <one@acme.example>
In-Reply-To: <mine@kairos.example>
References: <first@kairos.example> <mine@kairos.example>
Date: Thu, 26 Nov 2026 09:00:00 +0800
Content-Type: text/plain; charset=big5

"""


def test_a_plain_mail_is_read_whole() -> None:
    found = parse(PLAIN + "我們想要報價".encode("big5"))
    assert found.sender[1] == "chen@acme.example"
    assert [address for _name, address in found.recipients] == [
        "sales@kairos.example",
        "lead@kairos.example",
        "boss@acme.example",
    ]
    assert (found.subject, found.message_id) == ("評估 offer", "<one@acme.example>")
    assert found.answers == ["<mine@kairos.example>", "<first@kairos.example>"]
    assert found.sent_at == dt.datetime(2026, 11, 26, 1, tzinfo=dt.UTC)
    assert (found.text, found.faults, found.is_automatic) == ("我們想要報價", [], False)


def test_html_becomes_text_and_files_come_along() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "eve@acme.example", "Drawing"
    message.set_content("<style>p{}</style><p>Good <b>day</b></p><script>alert(1)</script><p>Eve</p>", "html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="../../etc/plan.pdf")
    found = parse(message.as_bytes())
    assert found.text == "Good day\n\nEve"
    assert found.files == [Part("plan.pdf", "application/pdf", b"%PDF")]


HOSTILE = {
    "nested comments": b"From: " + b"(" * 1000 + b"\n\nx",
    "nested multiparts": b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(1000)
    )
    + b"\nx",
    "nested messages": b"Content-Type: message/rfc822\n\n" * 1000 + b"x",
    "open message id": b"Message-ID: <\nIn-Reply-To: <<<\n\nx",
    "line ends in a name": b"From: =?utf-8?B?DQpCY2M6IGFsbEBhY21lLmV4YW1wbGU=?= <a@acme.example>\n\nx",
    "charset idna": b"Content-Type: text/plain; charset=idna\n\n\xff\xfe",
    "charset zlib": b"Content-Type: text/plain; charset=zlib\n\nx",
    "charset with nul": b'Content-Type: text/plain; charset="a\x00b"\n\nx',
    "utf-7": b"Content-Type: text/plain; charset=utf-7\n\n+ADw-script+AD4-",
    "many addresses": b"To: " + b"a@b.example, " * 20_000 + b"\n\nx",
    "date": b"Date: 99 Foo 99999 99:99:99 +9999\n\nx",
    "base64": b"Content-Transfer-Encoding: base64\n\n%%%%",
    "nul": b"Subject: a\x00b\n\na\x00b",
    "empty": b"",
    "binary": bytes(range(256)) * 50,
    "subject": b"Subject: =?utf-8?Q?" + b"=?" * 5000 + b"\n\nx",
    "file name": b"Content-Disposition: attachment; filename*=foo'bar'%ff\n\nx",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_hostile_is_uncaught_or_slow(name: str) -> None:
    found = parse(HOSTILE[name])
    every = [found.subject, found.text, found.html, *found.sender, *(part.name for part in found.files)]
    assert not any("\x00" in text or "\r\nBcc" in text for text in every)
    assert len(found.recipients) <= 100


def test_utf_7_never_becomes_markup() -> None:
    assert "<" not in parse(HOSTILE["utf-7"]).text


def test_a_bounce_says_whom_it_did_not_reach_and_which_mail() -> None:
    raw = b"""\
Return-Path: <>
From: MAILER-DAEMON@relay.example
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; Gone@acme.example
Action: failed
Status: 5.1.1
--b
Content-Type: message/rfc822-headers

Message-ID: <ours@kairos.example>
Subject: Offer
--b--
"""
    found = parse(raw)
    assert found.bounce == Bounce("gone@acme.example", "5.1.1", "<ours@kairos.example>")
    assert (found.bounce.is_final, found.is_automatic) == (True, True)


@pytest.mark.parametrize(
    "header",
    ["Auto-Submitted: auto-replied", "Precedence: bulk", "List-Id: <news.acme.example>", "Return-Path: <>"],
)
def test_what_a_machine_wrote_is_known(header: str) -> None:
    assert parse(f"From: a@b.example\n{header}\n\nx".encode()).is_automatic
    assert not parse(b"From: a@b.example\nAuto-Submitted: no\n\nx").is_automatic


def test_thirty_servers_on_the_way_are_a_loop() -> None:
    assert parse(b"Received: by a.example\n" * 30 + b"From: a@b.example\n\nx").is_looping


@pytest.mark.parametrize(
    ("text", "written", "quoted"),
    [
        (
            "Yes.\n\nOn Mon, 2 Nov 2026, Sam wrote:\n> Shall we?",
            "Yes.",
            "On Mon, 2 Nov 2026, Sam wrote:\n> Shall we?",
        ),
        (
            "好的\n\n王小明 於 2026年11月2日 寫道：\n> 可以嗎",
            "好的",
            "王小明 於 2026年11月2日 寫道：\n> 可以嗎",
        ),
        ("Fine\n-----Original Message-----\nFrom: Sam", "Fine", "-----Original Message-----\nFrom: Sam"),
        ("> Only a quote", "> Only a quote", ""),
        ("No quote", "No quote", ""),
    ],
)
def test_what_was_written_stands_apart_from_what_was_answered(text: str, written: str, quoted: str) -> None:
    assert written_and_quoted(text) == (written, quoted)
