"""Kairos as a program of its own: what a browser needs to put it on a desk or phone, without signing in."""

import json
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.test import Client


def test_the_manifest_names_icons_that_exist(db: Any, client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    described = json.loads(answer.content)
    assert (described["name"], described["start_url"], described["display"]) == ("Kairos", "/", "standalone")
    assert [(one["sizes"], one["purpose"]) for one in described["icons"]] == [
        ("192x192", "any"),
        ("192x192", "maskable"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ]
    for one in described["icons"]:
        found = finders.find(one["src"].removeprefix("/static/"))
        assert found, one["src"]
        assert Path(found).read_bytes().startswith(b"\x89PNG")
    assert '<link rel="manifest" href="/manifest.webmanifest">' in client.get("/offline").content.decode()


def test_the_worker_keeps_the_page_for_no_network_and_nothing_of_anybody(world: Any, client: Client) -> None:
    script = client.get("/service-worker.js")
    assert script["Content-Type"] == "text/javascript; charset=utf-8"
    assert 'const PAGE = "/offline";' in script.content.decode()
    client.force_login(world.sam)
    page = client.get("/offline", headers={"Accept-Language": "zh-TW"}).content.decode()
    assert "沒有連線" in page
    assert "Sam" not in page
