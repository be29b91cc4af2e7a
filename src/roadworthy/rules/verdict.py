"""The answer to "may it?": one row for each door, its tree, how far off, who could change it, and what a reform would do.

`Verdict.as_dict()` carries all that the terminal, the page and the report print; no text is made elsewhere.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from roadworthy.core import MARK, RANK, Status, unknown
from roadworthy.rules.answer import Door
from roadworthy.rules.logic import NO, YES, Node, Truth

SCHEMA = "roadworthy/judge/1"
SHORTEST_FROM = ("fmvss_cert", "lsv_cert")
"""Doors to sale as new that the shortest way is sought through, besides those of a reform."""
WAYS_FROM = (*SHORTEST_FROM, "import25")
"""Doors whose ways are told."""
MOST_WAYS = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """One vehicle before the law of one day: every door, the plate, the classes it is of."""

    vehicle: str
    name: str
    law_date: dt.date
    entry_or_use: dt.date
    built: str
    doors: tuple[Door, ...]
    classes: dict[str, Node]
    us_class: str
    plate: dict[str, Any] = field(default_factory=dict)
    place: str = ""
    reforms: tuple[str, ...] = ()
    under: Verdict | None = None
    not_in_force: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = ()

    def door(self, pathway: str) -> Door:
        """One door by id."""
        for door in self.doors:
            if door.pathway == pathway.removeprefix("us.pathway."):
                return door
        raise unknown("pathway", pathway, [d.pathway for d in self.doors])

    def _best(self) -> Door | None:
        """The door that answers: the most open one on the road, the best sourced among equals."""
        road = [d for d in self.doors if d.pathway != "offroad_import"]
        return max(road, key=lambda d: (d.verdict, -RANK[d.tree.status]), default=None)

    @property
    def code(self) -> Truth:
        """The best answer of any door that leads to the road."""
        best = self._best()
        return best.verdict if best else NO

    @property
    def open(self) -> bool:
        """Whether some federal door is open as things stand."""
        return self.code == YES

    @property
    def status(self) -> Status:
        """Status of the best answer."""
        best = self._best()
        return best.tree.status if best else "derived"

    @property
    def conflict(self) -> bool:
        """Whether sources conflict on the path of the best answer."""
        best = self._best()
        return bool(best and best.tree.conflict)

    @property
    def as_of(self) -> str:
        """Oldest text on the path of the best answer."""
        best = self._best()
        return best.tree.as_of if best else ""

    @property
    def missing(self) -> tuple[str, ...]:
        """Facts and results that nobody has given."""
        return tuple(dict.fromkeys(name for door in self.doors for name in door.tree.missing))

    @property
    def gaps(self) -> dict[str, float]:
        """Signed gap of each numeric limit met on the way, in its own unit; positive is a breach."""
        found: dict[str, float] = {}
        for door in self.doors:
            for node in door.tree.leaves():
                if node.gap is not None and node.limit:
                    found.setdefault(node.limit, node.gap)
        return found

    @property
    def opens_on(self) -> dt.date | None:
        """First day of the used-import door."""
        return next((d.opens_on for d in self.doors if d.pathway == "import25"), None)

    def explain(self, pathway: str) -> Node:
        """The tree of one door."""
        return self.door(pathway).tree

    def ways(self) -> dict[str, list[dict[str, Any]]]:
        """Minimal sets of changes that would open a door, in each currency, those first that need the fewest bodies and acts.

        Bodies rank by how hard they are to move: makers and owners, then agencies, states, the President, Congress.
        """
        found: dict[str, list[dict[str, Any]]] = {"vehicle": [], "law": [], "either": []}
        for door in self.doors:
            if door.verdict == YES or not (door.reform or door.pathway in WAYS_FROM):
                continue
            for currency, sets in door.sets().items():
                found[currency] += [
                    {"door": door.title, "pathway": door.pathway, **one, "text": _acts_words(one)} for one in sets[:MOST_WAYS]
                ]
        for sets in found.values():
            sets.sort(key=lambda s: (s["hardest"], len(s["bodies"]), s["count"], s["pathway"] not in SHORTEST_FROM))
        return found

    def shortest(self) -> list[dict[str, Any]]:
        """Fewest acts that would open a door to sale as new, with who must act; then the same by the maker alone."""
        if self.open:
            return []
        held = {currency: [s for s in sets if s["pathway"] != "import25"] for currency, sets in self.ways().items()}
        mixed = [s for s in held["law"] + held["either"] if any(act["currency"] == "law" for act in s["acts"])]
        mixed.sort(key=lambda s: (s["count"], s["hardest"], len(s["bodies"]), s["pathway"] != "fmvss_cert"))
        own = sorted(held["vehicle"], key=lambda s: (s["count"], len(s["bodies"]), s["pathway"] != "fmvss_cert"))
        return [
            {**one, "currency": currency, "law": currency == "law"}
            for currency, sets in (("law", mixed), ("vehicle", own))
            for one in sets[:1]
        ]

    def as_dict(self) -> dict[str, Any]:
        """All that is printed, as plain values."""
        out: dict[str, Any] = {
            "schema": SCHEMA,
            "vehicle": self.vehicle,
            "name": self.name,
            "built": self.built,
            "law_date": self.law_date.isoformat(),
            "entry_or_use": self.entry_or_use.isoformat(),
            "us_class": self.us_class,
            "reforms": list(self.reforms),
            "code": self.code.word,
            "open": self.open,
            "status": self.status,
            "mark": MARK[self.status],
            "conflict": self.conflict,
            "as_of": self.as_of,
            "place": self.place,
            "rows": [door.as_dict() for door in self.doors] + ([self.plate] if self.plate else []),
            "classes": {
                name: {"verdict": n.verdict.word, "title": n.label, "mark": MARK[n.status], "tree": n.as_dict()}
                for name, n in self.classes.items()
            },
            "missing": list(self.missing),
            "gaps": self.gaps,
            "opens_on": self.opens_on.isoformat() if self.opens_on else None,
            "shortest": self.shortest(),
            "ways": self.ways(),
            "not_in_force": list(self.not_in_force),
            "notes": list(self.notes),
        }
        if self.under is not None:
            out["under"] = self.under.as_dict()
            out["changes"] = changes(self, self.under)
        return out

    def __repr__(self) -> str:
        rows = [f"  {d.verdict.sign} {d.title:<28} {d.word:<12} {d.off_by}" for d in self.doors][:8]
        return "\n".join([self._said, *rows])

    @property
    def _said(self) -> str:
        return f"{self.name}: {self.code.word} {MARK[self.status]} (law of {self.law_date.isoformat()})"

    def _repr_html_(self) -> str:
        from roadworthy.core.notebook import table_html

        rows = [(d.verdict.sign, d.title, d.word, d.off_by, d.clause) for d in self.doors]
        return table_html(self._said, ("", "door", "answer", "off by", "clause"), rows, "Not legal advice.")


def _acts_words(one: dict[str, Any]) -> str:
    shown = [a for a in one["acts"] if a["text"].startswith("show a result for ")]
    texts = [a["text"] for a in one["acts"] if a not in shown]
    if len(shown) > 1:
        texts.append(f"show {len(shown)} test results")
    elif shown:
        texts.append(shown[0]["text"])
    head = "; ".join(texts[:3])
    more = f" and {len(texts) - 3} more" if len(texts) > 3 else ""
    return f"{head}{more} ({', '.join(one['bodies'])})"


def changes(before: Verdict, after: Verdict) -> list[dict[str, Any]]:
    """Doors whose answer a reform changes, or that it adds."""
    old = {d.pathway: d for d in before.doors}
    found = []
    for door in after.doors:
        was = old.get(door.pathway)
        if was is None or was.verdict != door.verdict or was.off_by != door.off_by:
            found.append(
                {
                    "pathway": door.pathway,
                    "title": door.title,
                    "before": was.verdict.word if was else "no door",
                    "after": door.verdict.word,
                    "off_by": door.off_by,
                    "clause": door.clause,
                    "mark": MARK[door.tree.status],
                }
            )
    return found
