"""Fetching streets, against a stand-in server on this machine."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import osmnx
import pytest
import shapely

from geoplan.errors import OsmUnavailableError, OutputError
from geoplan.io.graphs import read_graphml
from geoplan.io.overpass import fetch_streets
from geoplan.model.network import Crossing, Wheelchair

AREA = shapely.box(119.96, 31.77, 119.98, 31.79)
NODES = {
    1: (31.780, 119.970, {}),
    2: (31.780, 119.971, {"highway": "crossing", "crossing": "traffic_signals"}),
    3: (31.780, 119.972, {}),
    4: (31.781, 119.971, {}),
    5: (31.7805, 119.971, {}),
    6: (31.779, 119.971, {}),
    7: (31.7815, 119.971, {}),
    8: (31.7815, 119.974, {}),
    9: (31.7815, 119.975, {}),
}
WAYS = {
    11: ([1, 2, 3], {"highway": "residential", "name": "延陵东路", "oneway": "yes"}),
    12: ([4, 5, 2, 6], {"highway": "footway", "footway": "crossing"}),
    13: ([4, 7], {"highway": "steps", "wheelchair": "no"}),
    14: ([7, 8], {"highway": "service", "access": "private"}),
    15: ([8, 9], {"highway": "footway"}),
}


def overpass_answer() -> bytes:
    nodes = [
        {"type": "node", "id": key, "lat": lat, "lon": lon, "tags": tags}
        for key, (lat, lon, tags) in NODES.items()
    ]
    ways = [
        {"type": "way", "id": key, "nodes": refs, "tags": tags}
        for key, (refs, tags) in WAYS.items()
    ]
    return json.dumps({"version": 0.6, "elements": nodes + ways}).encode()


@contextmanager
def server(status: int, body: bytes) -> Iterator[tuple[str, list[str]]]:
    """Yield the address of a server that always gives one answer, and the queries it got."""
    queries: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            queries.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    service = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=service.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{service.server_address[1]}/api", queries
    finally:
        service.shutdown()
        thread.join()
        service.server_close()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_the_streets_arrive_with_their_tags_and_twins_made_one(tmp_path):
    target = tmp_path / "network" / "walk.graphml"
    with server(200, overpass_answer()) as (endpoint, queries):
        assert fetch_streets(AREA, target, endpoints=[endpoint]) == target
    assert len(queries) == 1
    network = read_graphml(target)
    streets = network.streets
    assert sorted(streets.way_id.tolist()) == [11, 11, 12, 12, 13, 15]
    assert streets.forward.all()
    assert streets.backward.all()
    assert set(streets.name[streets.way_id == 11]) == {"延陵东路"}
    assert streets.steps.tolist() == (streets.way_id == 13).tolist()
    assert streets.wheelchair[streets.way_id == 13].tolist() == [Wheelchair.NO]
    crossing = streets.way_id == 12
    assert set(streets.crossing[crossing].tolist()) == {Crossing.SIGNAL}
    np.testing.assert_allclose(streets.crossing_share[crossing].sum(), 1.0)
    assert (streets.crossing_share[~crossing] == 0).all()


def test_a_note_beside_the_file_says_what_was_asked(tmp_path):
    target = tmp_path / "walk.graphml"
    with server(200, overpass_answer()) as (endpoint, _):
        fetch_streets(AREA, target, endpoints=[endpoint])
    note = json.loads((tmp_path / "walk.json").read_text(encoding="utf-8"))
    assert note["endpoint"] == endpoint
    assert shapely.from_wkt(note["area"]).equals(AREA)
    assert len(note["date"]) == len("2026-01-31")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["walk.graphml", "walk.json"]


def test_the_settings_of_osmnx_and_the_name_lookup_are_put_back(tmp_path):
    names = [name for name in vars(osmnx.settings) if not name.startswith("_")]
    before = {name: getattr(osmnx.settings, name) for name in names}
    lookup = socket.getaddrinfo
    with server(200, overpass_answer()) as (endpoint, _):
        fetch_streets(AREA, tmp_path / "walk.graphml", endpoints=[endpoint])
    assert {name: getattr(osmnx.settings, name) for name in names} == before
    assert socket.getaddrinfo is lookup


def test_the_next_server_is_asked_when_one_is_busy(tmp_path):
    with server(504, b"busy") as (busy, asked), server(200, overpass_answer()) as (good, _):
        fetch_streets(AREA, tmp_path / "walk.graphml", endpoints=[busy, good])
    assert len(asked) == 1
    assert json.loads((tmp_path / "walk.json").read_text())["endpoint"] == good


@pytest.mark.parametrize(
    ("status", "body", "cause"),
    [
        (504, b"", "HTTP 504"),
        (429, b"", "HTTP 429"),
        (500, b"<html>", "HTTP 500"),
        (200, b'{"elements": []}', "No data elements"),
        (200, b"not json", "200 OK"),
        (
            200,
            b'{"elements": [], "remark": "runtime error: Query timed out in \\"query\\""}',
            "broken off: runtime error",
        ),
    ],
)
def test_a_server_that_fails_leaves_nothing_and_is_named_with_its_cause(
    tmp_path, status, body, cause
):
    old = tmp_path / "walk.graphml"
    old.write_text("the file of last week")
    with (
        server(status, body) as (endpoint, _),
        pytest.raises(OsmUnavailableError, match=cause) as caught,
    ):
        fetch_streets(AREA, old, endpoints=[endpoint])
    assert endpoint in str(caught.value)
    assert "try again" in str(caught.value)
    assert caught.value.exit_code == 4
    assert [path.name for path in tmp_path.iterdir()] == ["walk.graphml"]
    assert old.read_text() == "the file of last week"


def test_a_refused_connection_is_a_plain_sentence(tmp_path):
    endpoint = f"http://127.0.0.1:{closed_port()}/api"
    with pytest.raises(OsmUnavailableError, match="ConnectionError") as caught:
        fetch_streets(AREA, tmp_path / "walk.graphml", endpoints=[endpoint])
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "network").write_text("a file where the folder should be")
    with (
        server(200, overpass_answer()) as (endpoint, _),
        pytest.raises(OutputError, match=r"walk\.graphml"),
    ):
        fetch_streets(AREA, tmp_path / "network" / "walk.graphml", endpoints=[endpoint])
