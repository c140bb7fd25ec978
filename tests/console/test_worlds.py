"""Several worlds in one server: isolated, bounded in number and time, saved and told again."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.console.worlds import Worlds
from rapidpro_simulator.served import files, story
from rapidpro_simulator.served.world import TooLongError
from tests.support.patience import PATIENCE

from .api import TOKEN, Api, served
from .conftest import SENDING

if TYPE_CHECKING:
    from pathlib import Path

    from rapidpro_simulator.served.live import LiveSimulation
    from rapidpro_simulator.served.plan import Plan

SAY = "/worlds/{world}/sentences"
LEFT_OUT = {
    "speed": 600,
    "rapidpro": [{"host": "textit.com"}],
    "cht": [{"host": "cht.example.org", "without": ["sentinel"]}],
}


def names(api: Api) -> list[str]:
    return [world["name"] for world in api.ask("GET", "/worlds")["results"]]


class TestSeveral:
    """Jobs that share a server do not see each other."""

    def test_isolated(self, api: Api) -> None:
        """Each has hosts, time, faults and a journal of its own, at ports of its own."""
        for name in ("one", "two"):
            api.ask("POST", "/worlds", {"name": name, "sentences": SENDING})
        api.ask("POST", "/worlds/{world}/messages", {}, world="one")
        api.ask("POST", "/worlds/{world}/faults", {"requests": "webhook", "failure": "reset"}, world="one")
        api.ask("POST", "/worlds/{world}/clock/advance", {"days": 1}, world="one")
        one, two = (api.ask("GET", "/worlds/{world}", world=name) for name in ("one", "two"))
        assert (one["now"][:10], two["now"][:10]) == ("2026-03-03", "2026-03-02")
        assert one["entries"] > two["entries"]
        assert one["rapidpro"][0]["url"] != two["rapidpro"][0]["url"]
        assert api.ask("GET", "/worlds/{world}/messages", world="two")["results"] == []
        assert api.ask("GET", "/worlds/{world}/faults", world="two")["results"] == []

    def test_same_seed(self, api: Api) -> None:
        """Two worlds with one seed and one story have one journal, whoever else is busy."""
        for name in ("one", "two"):
            api.ask("POST", "/worlds", {"name": name, "sentences": SENDING, "seed": 7})

        def live(name: str) -> list[Any]:
            api.ask("POST", "/worlds/{world}/messages", {"count": 5}, world=name)
            api.ask("POST", "/worlds/{world}/clock/advance", {"hours": 1}, world=name)
            question = {"find": "exchange to=textit.com", "limit": 1000}
            return list(api.ask("GET", "/worlds/{world}/journal", world=name, **question)["results"])

        with ThreadPoolExecutor(2) as pool:
            one, two = pool.map(live, ("one", "two"))
        assert [each["told"] for each in one] == [each["told"] for each in two]
        assert len(one) > 5

    @pytest.mark.parametrize("name", ["", "Two", "a b", "-a", "a" * 64, "ü", "a/b"])
    def test_bad_names(self, api: Api, name: str) -> None:
        """A name can stand in a hostname."""
        assert "small letters" in api.refused(422, "POST", "/worlds", {"name": name})["detail"]

    def test_names(self, api: Api) -> None:
        """A name is given once; without one, a world gets the first that is free."""
        assert api.ask("POST", "/worlds", {})["name"] == "world-1"
        assert "already" in api.refused(409, "POST", "/worlds", {"name": "main"})["detail"]
        assert api.ask("POST", "/worlds", {})["name"] == "world-2"
        api.ask("DELETE", "/worlds/{world}", world="world-1")
        assert api.ask("POST", "/worlds", {})["name"] == "world-1"

    def test_most(self, api: Api) -> None:
        """There are only so many, also when they are asked for at once; where one ends, another can begin."""

        def make(_: int) -> int:
            headers = {"Authorization": f"Bearer {TOKEN}"}
            return api.send("POST", "/v1/worlds", {}, headers).status

        with ThreadPoolExecutor(6) as pool:
            assert sorted(pool.map(make, range(6))) == [201, 201, 201, 409, 409, 409]
        assert sorted(names(api)) == ["main", "world-1", "world-2", "world-3"]
        assert "--most-worlds" in api.refused(409, "POST", "/worlds", {})["detail"]
        api.ask("DELETE", "/worlds/{world}", world="main")
        api.ask("POST", "/worlds", {})

    def test_idle(self, tmp_path: Path, plan: Plan) -> None:
        """A world that was made here and that nobody asks for anything ends; listing worlds asks none of them."""
        worlds = Worlds(tmp_path, idle_seconds=0.5)
        worlds.add("main", plan, may_end=False)
        try:
            with served(worlds) as api:
                api.ask("POST", "/worlds", {"name": "idle"})
                deadline = time.monotonic() + PATIENCE
                while "idle" in names(api) and time.monotonic() < deadline:
                    worlds.end_idle()
                assert names(api) == ["main"]
        finally:
            worlds.close()

    def test_asked(self, tmp_path: Path) -> None:
        """One that is asked lives on."""
        worlds = Worlds(tmp_path, idle_seconds=60)
        try:
            with served(worlds) as api:
                api.ask("POST", "/worlds", {"name": "busy"})
                worlds._asked["busy"] -= 61
                api.ask("GET", "/worlds/{world}/clock", world="busy")
                worlds.end_idle()
                assert names(api) == ["busy"]
                worlds._asked["busy"] -= 61
                worlds.end_idle()
                assert names(api) == []
        finally:
            worlds.close()


class TestMaking:
    """A world is made whole, or not at all."""

    @pytest.mark.parametrize(
        ("body", "status", "detail"),
        [
            (
                {"sentences": 'Given a RapidPro workspace "Main"\nThen the moon is full'},
                409,
                "there is no such sentence",
            ),
            ({"sentences": "When hello"}, 409, "there is no such sentence"),
            ({"rapidpro": [{"host": "no hostname!"}]}, 422, "no hostname"),
            ({"rapidpro": [{"hots": "textit.com"}]}, 422, "hots"),
            ({"cht": [{"host": "cht.example.org"}]}, 422, "RapidPro"),
            ({"speed": -1}, 422, "speed"),
            ({"address": "192.0.2.1", "rapidpro": [{"host": "textit.com"}]}, 422, "cannot be listened on"),
            ({"snapshot": {"snapshot": 1}}, 422, "no snapshot"),
            ({"snapshot": {"snapshot": 1, "plan": {}}}, 422, "damaged"),
            ({"snapshot": {}, "seed": 7}, 422, "nothing else but a name"),
            ({"unknown": 1}, 422, "unknown"),
        ],
    )
    def test_refused(self, api: Api, body: dict[str, Any], status: int, detail: str) -> None:
        """What cannot be made leaves nothing behind."""
        threads = threading.active_count()
        assert detail in api.refused(status, "POST", "/worlds", {"name": "new", **body})["detail"]
        assert names(api) == ["main"]
        assert sum(thread.name == "world new" for thread in threading.enumerate()) == 0
        assert threads

    def test_address(self, tmp_path: Path) -> None:
        """A world listens where the server says, unless it is told else."""
        worlds = Worlds(tmp_path, address="127.0.0.2")
        try:
            with served(worlds) as api:
                plan = {"rapidpro": [{"host": "textit.com"}]}
                urls = [
                    api.ask("POST", "/worlds", {**plan, **more})["rapidpro"][0]["url"]
                    for more in ({}, {"address": "127.0.0.3"})
                ]
        finally:
            worlds.close()
        assert [url.rpartition(":")[0] for url in urls] == ["http://127.0.0.2", "http://127.0.0.3"]

    def test_everywhere(self, api: Api) -> None:
        """What listens at all addresses is told by the name by which the server was found."""
        plan = {"address": "0.0.0.0", "rapidpro": [{"host": "textit.com"}], "cht": [{"host": "cht.example.org"}]}
        made = api.ask("POST", "/worlds", plan)
        places = [*made["rapidpro"], *made["cht"]]
        assert {each["url"].rpartition(":")[0] for each in places} == {"http://127.0.0.1"}
        reply = api.send("GET", "/v1/worlds/world-1", headers={"Authorization": f"Bearer {TOKEN}", "Host": "localhost"})
        assert reply.json()["cht"][0]["couchdb_url"].startswith("http://localhost:")


class TestTime:
    """Time jumps where nobody outside lives in it, and no world keeps the others waiting."""

    def test_left_out(self, api: Api) -> None:
        """Where a part of CHT is another process, its time does not jump: who lives in it is said."""
        made = api.ask("POST", "/worlds", {"name": "shared", **LEFT_OUT})
        assert made["outsiders"] == ["the sentinel of cht.example.org"]
        problem = api.refused(409, "POST", "/worlds/{world}/clock/advance", {"hours": 1}, world="shared")
        assert problem["outsiders"] == made["outsiders"]
        assert "the sentinel of cht.example.org lives in it" in problem["detail"]

    @pytest.mark.parametrize(
        ("url", "outsiders"),
        [
            ("http://127.0.0.1:9/send?to={{to}}", ["the aggregator of the workspace Main at 127.0.0.1:9"]),
            ("https://sms.example.com/{{to}}", ["the aggregator of the workspace Main at sms.example.com"]),
            ("https://textit.com/aggregator", []),
            ("https://aggregator.example.org/main", []),
        ],
    )
    def test_aggregator(self, api: Api, url: str, outsiders: list[str]) -> None:
        """So does an aggregator, where the channel's URL leads outside."""
        api.ask("POST", "/worlds/{world}/workspaces", {"name": "Main"})
        channel = {"kind": "external", "settings": {"send_url": url}}
        api.ask("PUT", "/worlds/{world}/workspaces/{workspace}/channel", channel, workspace="Main")
        assert api.ask("GET", "/worlds/{world}/clock")["outsiders"] == outsiders
        if outsiders:
            api.refused(409, "POST", "/worlds/{world}/clock/advance", {"minutes": 1})

    def test_paused_and_shared(self, api: Api) -> None:
        """A sentence that needs time that is paused and cannot jump says so at once; one that needs none is done."""
        api.ask("POST", "/worlds", {"name": "shared", **LEFT_OUT, "speed": 0})
        api.ask("POST", "/worlds/{world}/messages", {}, world="shared")
        problem = api.refused(409, "POST", SAY, {"text": "When 1 hour passes"}, world="shared")
        assert (
            "time is paused, and cannot jump, because the sentinel of cht.example.org lives in it" in problem["detail"]
        )

    def test_hot_loop(self, sending: Api) -> None:
        """A gateway that asks again and again does not hold time up: its exchanges take their milliseconds."""
        sending.ask("POST", "/worlds/{world}/messages", {})
        sending.ask("POST", "/worlds/{world}/faults", {"requests": "status", "failure": "reset"})
        assert sending.ask("POST", "/worlds/{world}/clock/advance", {"seconds": 125})["now"] >= "2026-03-02T08:02:05"
        [fault] = sending.ask("GET", "/worlds/{world}/faults")["results"]
        assert fault["struck"] > 100

    def test_too_long(self, sending: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        """An advance without end is broken off, and says where it is; the world lives on."""
        with monkeypatch.context() as hurried:
            hurried.setattr(sending.worlds.find("main"), "_most_seconds", 0.5)
            problem = sending.refused(409, "POST", "/worlds/{world}/clock/advance", {"days": 36_500})
        assert "this took more than 0.5 s, and was broken off: it is 20" in problem["detail"]
        before = sending.ask("GET", "/worlds/{world}/clock")["now"]
        sending.ask("POST", "/worlds/{world}/clock/advance", {"seconds": 1})
        assert sending.ask("GET", "/worlds/{world}/clock")["now"] > before

    def test_as_long_as_it_may(self, tmp_path: Path, plan: Plan) -> None:
        """How long something may take is the server's to say."""

        def go_on(live: LiveSimulation) -> None:
            while True:
                live.simulation.advance(hours=1)

        worlds = Worlds(tmp_path, most_seconds=0.25)
        try:
            with pytest.raises(TooLongError, match=r"this took more than 0\.25 s"):
                worlds.add("main", plan).drive(go_on).result(PATIENCE)
        finally:
            worlds.close()

    def test_others_meanwhile(self, sending: Api) -> None:
        """A world that is busy keeps nobody from another one, nor from looking at it."""
        sending.ask("POST", "/worlds", {"name": "other", "sentences": SENDING})
        with ThreadPoolExecutor(1) as pool:
            years = pool.submit(sending.refused, 409, "POST", "/worlds/{world}/clock/advance", {"days": 36_500})
            while sending.ask("GET", "/worlds/{world}")["now"] < "2026-03-02T12":
                pass
            for hour in range(9, 12):
                now = sending.ask("POST", "/worlds/{world}/clock/advance", {"hours": 1}, world="other")["now"]
                assert now.startswith(f"2026-03-02T{hour:02}")
            assert not years.done()
            sending.ask("DELETE", "/worlds/{world}")
            years.result(PATIENCE)

    def test_ended_meanwhile(self, sending: Api) -> None:
        """A world that is busy can be ended; who waits for it is told."""
        with ThreadPoolExecutor(1) as pool:
            years = pool.submit(sending.refused, 409, "POST", "/worlds/{world}/clock/advance", {"days": 36_500})
            while sending.ask("GET", "/worlds/{world}")["now"] < "2026-03-02T12":
                pass
            sending.ask("DELETE", "/worlds/{world}")
            assert "the world main has ended" in years.result(PATIENCE)["detail"]

    def test_turned_meanwhile(self, sending: Api) -> None:
        """A speed that is set while the world is moved counts from then on."""
        with ThreadPoolExecutor(1) as pool:
            moved = pool.submit(sending.ask, "POST", "/worlds/{world}/clock/advance", {"days": 3})
            while sending.ask("GET", "/worlds/{world}")["now"] < "2026-03-02T09":
                pass
            sending.ask("PATCH", "/worlds/{world}/clock", {"speed": 0.5})
            moved.result(PATIENCE)
        assert sending.ask("GET", "/worlds/{world}/clock")["speed"] == 0.5


class TestSnapshots:
    """A world that was saved is told again."""

    def test_again(self, sending: Api) -> None:
        """It is at the same instant, with the same messages; its time is paused."""
        export = {"version": "13", "site": "https://textit.com", "flows": [], "campaigns": [], "triggers": []}
        sending.ask("POST", "/worlds/{world}/flows", {"export": export})
        sending.ask("POST", "/worlds/{world}/messages", {"count": 2})
        sending.ask("POST", "/worlds/{world}/clock/advance", {"hours": 3})
        snapshot = sending.ask("GET", "/worlds/{world}/snapshot")
        again = sending.ask("POST", "/worlds", {"name": "again", "snapshot": snapshot})
        assert (again["now"], again["speed"]) == (sending.ask("GET", "/worlds/{world}")["now"], 0)
        first, second = (
            sending.ask("GET", "/worlds/{world}/messages", world=name)["results"] for name in ("main", "again")
        )
        assert first == second
        assert [each["state"] for each in second] == ["delivered", "delivered"]
        assert sending.ask("GET", "/worlds/{world}/snapshot", world="again")["story"] == snapshot["story"]

    def test_too_new(self, api: Api) -> None:
        """One of a later version is refused with a sentence that says what to do."""
        snapshot = {**api.ask("GET", "/worlds/{world}/snapshot"), "snapshot": 99, "made_by": "9.9"}
        assert "made by rapidpro-simulator 9.9" in api.refused(422, "POST", "/worlds", {"snapshot": snapshot})["detail"]

    def test_changed_by_hand(self, sending: Api) -> None:
        """One whose story does not come true any more is refused, and leaves no world."""
        snapshot = sending.ask("GET", "/worlds/{world}/snapshot")
        snapshot["story"][1]["sentence"]["text"] = 'a CHT instance that sends through the workspace "Mian"'
        assert "Main" in sending.refused(409, "POST", "/worlds", {"snapshot": snapshot})["detail"]
        assert names(sending) == ["main"]

    def test_too_much(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        """A world remembers and keeps only so much: then it cannot be saved, and takes no more documents."""
        monkeypatch.setattr(files, "MOST_BYTES", 2000)
        api.ask("POST", "/worlds/{world}/workspaces", {"name": "Main"})
        export = {"version": "13", "site": "x" * 800, "flows": []}
        api.ask("POST", "/worlds/{world}/flows", {"export": export})
        api.ask("POST", "/worlds/{world}/flows", {"export": export})
        assert "keeps documents of" in api.refused(422, "POST", "/worlds/{world}/flows", {"export": export})["detail"]
        monkeypatch.setattr(story, "MOST_PARTS", 3)
        api.ask("POST", "/worlds/{world}/workspaces", {"name": "Other"})
        assert "can remember" in api.refused(422, "GET", "/worlds/{world}/snapshot")["detail"]
