"""The question answered while a lever moves: a desk that is opened once and asked often.

    desk = Desk(); desk.open(); desk.quick(choice) -> dict; desk.full(choice) -> Summary

quick: the study's first draws, so that a fan does not jitter between moves and narrows to the full answer (the draws are the same
numbers in both). full: all draws and the tornado, kept under its key. Today's law is solved once for each set of held assumptions.
Both are made by the functions that answer a study (`study.reform_answer`), so page, command line and Python agree.
Limits: one vehicle is prepared at a time (about 2 s); quick bands are those of few draws and say so.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, cast

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from roadworthy.core.errors import InputError
from roadworthy.rules import reform
from roadworthy.rules.policy import Policy
from roadworthy.study.assumed import Assumptions, draw
from roadworthy.study.chain import Outcome
from roadworthy.study.kept import Kept
from roadworthy.study.levers import Choice, Value, levers, read
from roadworthy.study.live_summary import key_of, pictures, summarise, title_of
from roadworthy.study.moved import changes, law_of, overrides_of, places, policy_of, settled
from roadworthy.study.pace import Turns
from roadworthy.study.reform_answer import answer_reform
from roadworthy.study.run import CHUNK, THREADS, Results, _block, against, as_read, lineup_of, one_at_a_time
from roadworthy.study.scenario import Study, load
from roadworthy.study.scenes import closing_mph, meeting
from roadworthy.study.store import has, recall, save
from roadworthy.study.summary import Summary
from roadworthy.study.world import BASE, Prepared, World, prepare

QUICK = 64
"""Draws of a quick answer; with two threads, two chunks of 16 each."""
PASSING = 32
"""Draws of an answer in passing, while a lever moves: one chunk a thread."""
PIECE = 16
"""Draws of one call: the same for every answer, so that each line-up is compiled once and a full answer gives way soon."""
MOST_ANSWERS = 512
MOST_FULL = 48
MOST_BASES = 16
MOST_WORLDS = 3
SLOWEST_MPH, FASTEST_MPH, SPEED_STEP_MPH = 20.0, 100.0, 5.0
"""Closing speeds that the crash picture offers."""
SCHEMA = "roadworthy/live/1"
WARM_QUOTA = 100_000.0
"""A cap on sales is a program of its own, compiled before anyone asks."""


def held(drawn: Assumptions, overrides: Mapping[str, float]) -> Assumptions:
    """Draws with some leaves held at a value: what `draw` gives for the same overrides, without drawing again."""
    if not overrides:
        return drawn
    where = [path.split(".", 1) for path in overrides]
    return eqx.tree_at(
        lambda a: [getattr(getattr(a, room), name) for room, name in where],
        drawn,
        [
            np.full_like(np.asarray(getattr(getattr(drawn, room), name)), value)
            for (room, name), value in zip(where, overrides.values(), strict=True)
        ],
    )


def _never() -> bool:
    return False


class Desk:
    """A study, opened: its world, its draws, today's law, and the answers given so far."""

    def __init__(self, study: Study | str = "kei-green-light") -> None:
        self.study = load(study) if isinstance(study, str) else study
        self._worlds: Kept[str, Prepared] = Kept(MOST_WORLDS)
        self._quick: Kept[Choice, dict[str, Any]] = Kept(MOST_ANSWERS)
        self._passed: Kept[Choice, dict[str, Any]] = Kept(MOST_ANSWERS)
        self._full: Kept[Choice, Summary] = Kept(MOST_FULL)
        self._bases: Kept[Hashable, Outcome] = Kept(MOST_BASES)
        self._places: Kept[Hashable, dict[str, Value | None]] = Kept(MOST_ANSWERS)
        self._met: Kept[Hashable, dict[str, Any]] = Kept(MOST_ANSWERS)
        self._cores = ThreadPoolExecutor(THREADS, thread_name_prefix="core")
        self._turns = Turns()
        self._preparing = threading.Lock()
        self.seconds: dict[str, float] = {}

    def open(self) -> Desk:
        """Prepare the world, draw, compile; questions of the same line-up are then quick, those of others after `warm`."""
        began = time.perf_counter()
        self.prepared()
        self.seconds["prepare"] = time.perf_counter() - began
        self.quick(Choice(self.study.headline))
        self.seconds["open"] = time.perf_counter() - began
        return self

    def unmet(self) -> list[Policy]:
        """A policy for each line-up that other presets and a cap put on sale, in the order of the presets."""
        prepared = self.prepared()
        found: dict[Any, Policy] = {}
        for policy in prepared.policies.values():
            capped = eqx.tree_at(lambda p: p.quota, policy, jnp.full_like(policy.quota, WARM_QUOTA))
            for one in (policy, capped):
                found.setdefault(lineup_of(one, prepared.world), one)
        return list(found.values())

    def warm(self, policy: Policy) -> None:
        """Compile a policy's line-up; it takes no turn, so that questions are answered meanwhile."""
        self._piece(policy, self.prepared().world, self._drawn(min(PASSING, self.study.draws)), 0)

    def close(self) -> None:
        """Let the threads go."""
        self._cores.shutdown(wait=True, cancel_futures=True)

    def study_of(self, choice: Choice) -> Study:
        """The study with the choice's vehicle and preset."""
        new: dict[str, Any] = {"headline": choice.reform, "reforms": tuple(dict.fromkeys((BASE, choice.reform)))}
        return self.study.model_copy(update=new | ({"vehicle": choice.vehicle} if choice.vehicle else {}))

    def prepared(self, vehicle: str | None = None) -> Prepared:
        """The world with a vehicle in the first slot; all shipped reforms are its policies."""
        from roadworthy.rules import reforms

        name = vehicle or self.study.vehicle
        with self._preparing:
            found = self._worlds.get(name)
            if found is None:
                everything = self.study.model_copy(update={"vehicle": name, "reforms": tuple(reforms())})
                found = self._worlds.put(name, prepare(everything))
        return found

    def read(self, given: Mapping[str, Any]) -> tuple[Choice, list[str]]:
        """A choice from a link or a message, with what was clipped; levers at the preset's own place are dropped."""
        from roadworthy.vehicles import catalogue

        choice, notes = read(given, tuple(catalogue().ids))
        if choice.vehicle == self.study.vehicle:
            choice = replace(choice, vehicle=None)
        return settled(choice, self.before(choice)), notes

    def before(self, choice: Choice) -> dict[str, Value | None]:
        """Where each lever stands under the preset."""
        known = (choice.vehicle, choice.reform)
        found = self._places.get(known)
        return found or self._places.put(known, places(self.prepared(choice.vehicle).policies[choice.reform], reform(choice.reform)))

    def today(self, vehicle: str | None = None) -> dict[str, Value | None]:
        """Where each lever stands under today's law and the central assumptions."""
        return self.before(Choice(BASE, (), vehicle))

    def _drawn(self, draws: int) -> Assumptions:
        # the arrays are those of `draw`, made once: the Sobol points take longer than a quick answer
        stored = self._bases.get(("draws", draws))
        return (
            cast(Assumptions, stored)
            if stored is not None
            else cast(Assumptions, self._bases.put(("draws", draws), cast(Any, draw(draws, self.study.seed, self.study.assumptions))))
        )

    @staticmethod
    def _piece(policy: Policy, world: World, draws: Assumptions, start: int) -> Any:
        """Outcomes of one policy over PIECE draws from one on; behind the last, the last again."""
        index = np.minimum(np.arange(start, start + PIECE), int(jax.tree.leaves(draws)[0].shape[0]) - 1)
        part = jax.tree.map(lambda leaf: np.asarray(leaf)[index].reshape(-1, CHUNK), draws)
        return jax.tree.map(np.asarray, _block(as_read(policy), world, part, "thin", lineup_of(policy, world)))

    def _solve(self, policies: Sequence[Policy], world: World, draws: Assumptions, stop: Callable[[], bool] | None) -> list[Outcome]:
        """Outcomes of some policies over all draws, piece by piece; with `stop`, patiently."""
        count = int(jax.tree.leaves(draws)[0].shape[0])
        starts = range(0, count, PIECE)

        def one(task: tuple[Policy, int]) -> Any:
            return self._piece(task[0], world, draws, task[1])

        tasks = [(policy, start) for policy in policies for start in starts]
        if stop is None:
            with self._turns.hurried():
                done = list(self._cores.map(one, tasks))
        else:
            done = []
            for i in range(0, len(tasks), THREADS):
                with self._turns.patient(stop):
                    done += list(self._cores.map(one, tasks[i : i + THREADS]))

        def join(*leaf: np.ndarray) -> np.ndarray:
            return np.concatenate([x.reshape(-1, *x.shape[2:]) for x in leaf])[:count]

        n = len(starts)
        return [jax.tree.map(join, *done[i * n : (i + 1) * n]) for i in range(len(policies))]

    def _found(self, choice: Choice, prepared: Prepared, policy: Policy, draws: Assumptions, stop: Callable[[], bool] | None) -> Results:
        """The choice less today's law, draw by draw; today's law is kept for each set of held assumptions."""
        count = int(jax.tree.leaves(draws)[0].shape[0])
        known = ("today", choice.vehicle, count, tuple(overrides_of(choice).items()))
        base = self._bases.get(known)
        if base is None:
            level, base = self._solve([policy, prepared.world.base], prepared.world, draws, stop)
            self._bases.put(known, base)
        else:
            (level,) = self._solve([policy], prepared.world, draws, stop)
        rows = [jax.tree.map(lambda x: x[None], outcome) for outcome in (base, level)]
        both = jax.tree.map(lambda a, b: np.concatenate([a, b]), *rows)
        return Results((BASE, choice.reform), both, against(both, rows[0]))

    def _asked(self, choice: Choice, draws: int) -> tuple[Prepared, Policy, Assumptions]:
        prepared = self.prepared(choice.vehicle)
        policy = policy_of(choice, prepared.policies[choice.reform], self.study_of(choice), prepared.vehicles)
        return (
            replace(prepared, policies={BASE: prepared.world.base, choice.reform: policy}),
            policy,
            held(self._drawn(draws), overrides_of(choice)),
        )

    def quick(self, choice: Choice, *, passing: bool = False) -> dict[str, Any]:
        """The answer over the first draws: every band of a ReformAnswer, and what differs from today.

        In passing, while a lever moves, it is that of fewer draws, without the account's statement.
        """
        kept = self._quick.get(choice) or (self._passed.get(choice) if passing else None)
        if kept is not None:
            return kept
        began = time.perf_counter()
        count = min(PASSING if passing else QUICK, self.study.draws)
        prepared, policy, drawn = self._asked(choice, count)
        found = self._found(choice, prepared, policy, drawn, None)
        last = Results((choice.reform,), *(jax.tree.map(lambda x: x[1:], part) for part in (found.levels, found.differences)))
        row = answer_reform(choice.reform, last, prepared, drawn, self.study_of(choice), brief=passing)
        row["title"] = title_of(choice)
        said = self._said(choice, dict(row), "quick", count, time.perf_counter() - began)
        return (self._passed if passing else self._quick).put(choice, said)

    def _said(self, choice: Choice, row: dict[str, Any], kind: str, draws: int, seconds: float) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "key": key_of(self.study, choice),
            "kind": kind,
            "draws": draws,
            "full_draws": self.study.draws,
            "choice": choice.query(),
            "changes": changes(choice, self.today(choice.vehicle), self.before(choice)),
            "answer": row,
            "seconds": seconds,
        }

    def known(self, choice: Choice) -> Summary | None:
        """The full answer, where it was given before."""
        return self._full.get(choice)

    def remember(self, choice: Choice) -> Summary | None:
        """The full answer that an earlier process kept under the choice's key, with its draws; None where there is none."""
        key = key_of(self.study, choice)
        if not has(key, draws=True):
            return None
        try:
            return self._full.put(choice, cast(Summary, recall(key)))
        except InputError:  # cut short by whoever wrote it: it is computed again
            return None

    def full(self, choice: Choice, stop: Callable[[], bool] = _never) -> Summary:
        """The whole answer over the study's draws with its tornado, kept under its key; StoppedError when `stop` says so between blocks."""
        kept = self._full.get(choice)
        if kept is not None:
            return kept
        began = time.perf_counter()
        study = self.study_of(choice)
        prepared, policy, drawn = self._asked(choice, study.draws)
        found = self._found(choice, prepared, policy, drawn, stop)
        rows = [answer_reform(name, found, prepared, drawn, study) for name in dict.fromkeys((BASE, choice.reform))]
        rows[-1]["title"] = title_of(choice)
        route = list(rows[-1]["routes"]).index(rows[-1]["route"]) if rows[-1]["route"] in rows[-1]["routes"] else 0

        def patiently(policies: Mapping[str, Policy], base: str, world: World, draws: Assumptions) -> Results:
            return self._found_pair(policies, base, choice, world, draws, stop)

        swung = one_at_a_time(prepared.policies, BASE, choice.reform, route, prepared.world, overrides_of(choice), patiently)
        seen = self.pictures(choice)
        summary = summarise(study, choice, law_of(choice), prepared, rows, swung, dict(seen), time.perf_counter() - began)
        save(cast(Any, summary), found)
        return self._full.put(choice, summary)

    def pictures(self, choice: Choice) -> dict[str, Any]:
        """Verdicts, collision, room and driving of the choice's vehicle under its law."""
        study = self.study.model_copy(update={"vehicle": choice.vehicle} if choice.vehicle else {})
        return pictures(self.prepared(choice.vehicle), study, law_of(choice))

    def closing(self, choice: Choice, wanted: float | None = None) -> tuple[float, float]:
        """Closing speed of the crash picture and the most that the choice's roads allow, in mph.

        With no speed wanted, that of the headline picture, or both at the posted limit where that is less.
        """
        posted = choice.values.get("roads", self.before(choice)["roads"])
        limit = float(posted) if posted is not None and float(posted) < levers()["roads"].high else None
        most = FASTEST_MPH if limit is None else min(FASTEST_MPH, 2.0 * limit)
        speed = closing_mph(limit) if wanted is None else wanted
        return SLOWEST_MPH + SPEED_STEP_MPH * round((min(max(speed, SLOWEST_MPH), most) - SLOWEST_MPH) / SPEED_STEP_MPH), most

    def meeting(self, vehicle: str | None, speed: float) -> dict[str, Any]:
        """The record of the collision with the pickup at a closing speed in mph."""
        known = (vehicle, speed)
        return self._met.get(known) or self._met.put(known, meeting(self.prepared(vehicle).vehicles.take([0]), speed))

    def _found_pair(
        self, policies: Mapping[str, Policy], base: str, choice: Choice, world: World, draws: Assumptions, stop: Callable[[], bool]
    ) -> Results:
        """The tornado's rows of the choice and of today's law, which are kept for each set of held assumptions."""
        known = ("swings", choice.vehicle, tuple(overrides_of(choice).items()))
        today = self._bases.get(known)
        if today is None:
            (today,) = self._solve([policies[base]], world, draws, stop)
            self._bases.put(known, today)
        (level,) = self._solve([policies[choice.reform]], world, draws, stop)
        both = jax.tree.map(lambda a, b: np.stack([a, b]), today, level)
        return Results((base, choice.reform), both, against(both, jax.tree.map(lambda x: x[:1], both)))

    def live(self, summary: Summary, choice: Choice) -> dict[str, Any]:
        """A full answer in the form of a quick one, with the tornado beside it."""
        said = self._said(choice, dict(summary["reforms"][-1]), "full", self.study.draws, summary["seconds"]["total"])
        return said | {"tornado": summary["tornado"], "central_net_usd": summary["central_net_usd"], "marks": summary["marks"]}


def what_if(
    reform_id: str, *, vehicle: str | None = None, study: str = "kei-green-light", draws: int | None = None, **moved: Value
) -> Summary:
    """The full answer of a preset with some levers moved, as the page gives it: what_if("kei-urban", roads=35)."""
    desk = Desk(load(study, draws=draws))
    try:
        choice, _ = desk.read({"reform": reform_id, "vehicle": vehicle or "", **moved})
        return desk.full(choice)
    finally:
        desk.close()


__all__ = ["QUICK", "Desk", "what_if"]
