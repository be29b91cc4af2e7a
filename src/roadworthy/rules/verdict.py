"""The answer to "may it?": one row for each door, its tree, how far off, who could change it, and what a reform would do.

`Verdict.as_dict()` carries all that the terminal, the page and the report print; no text is made elsewhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from roadworthy.core import MARK, RANK, Status, unknown
from roadworthy.rules.book import Pathway
from roadworthy.rules.check import off_by
from roadworthy.rules.logic import DISCRETIONARY, NO, UNKNOWN, YES, Act, Currency, Node, Truth, ways
from roadworthy.rules.quantity import amount

SCHEMA = "roadworthy/judge/1"
SHORTEST_FROM = ("fmvss_cert", "lsv_cert")
"""Doors to sale as new that the shortest way is sought through, besides those of a reform."""
WAYS_FROM = (*SHORTEST_FROM, "import25")
"""Doors whose ways are told."""
MOST_WAYS = 3
HARD = {"Congress": 4, "the President": 3, "NHTSA": 1, "EPA": 1}
"""How hard a body is to move; a state's lawmakers are 2, makers and owners 0."""
WHO_MAY = {"ici": "EPA", "statute": "Congress", "canada_personal": "the maker"}
"""Who grants, where it is not NHTSA."""
WAIT = "wait until "
MOST_ROWS = 6
"""Sub-rows printed under a door."""


@dataclass(frozen=True, slots=True)
class Quota:
    """How many may come through a door: a flow in any twelve months, for how long, counted by maker."""

    units_per_12mo: float | None
    horizon_months: str
    maker_scope: str


@dataclass(frozen=True, slots=True)
class Door:
    """The answer at one door."""

    pathway: str
    title: str
    tree: Node
    needs: str = ""
    quota: Quota | None = None
    conditions: str = ""
    opens_on: dt.date | None = None
    reform: str = ""
    new_vehicle: bool = True

    @property
    def verdict(self) -> Truth:
        """The answer."""
        return self.tree.verdict

    @property
    def word(self) -> str:
        """The answer as printed: yes, no, unknown, or who may grant it."""
        if self.verdict == DISCRETIONARY:
            return f"{WHO_MAY.get(self.pathway, 'NHTSA')} may"
        return self.verdict.word

    def deciding(self) -> list[Node]:
        """The leaves or tests that stand in the way, worst first."""
        if self.verdict == YES:
            return []
        found: list[Node] = []
        _blocking(self.tree, found)
        return sorted(found, key=lambda n: n.verdict)

    @property
    def off_by(self) -> str:
        """How far off, in words."""
        held = self.deciding()
        failing, open_ = [n for n in held if n.verdict == NO], [n for n in held if n.verdict == UNKNOWN]
        if self.pathway in ("fmvss_cert",) and held:
            total = _standards(self.tree)
            missing = sum(1 for n in total if n.verdict == UNKNOWN)
            failed = sum(1 for n in total if n.verdict == NO)
            plain = [n.note for n in held if n.verdict == NO and n.gap is None and not n.limit][:1]
            parts = [
                f"{failed} of {len(total)} standards fail" if failed else "",
                f"{missing} of {len(total)} not known" if missing else "",
            ]
            return "; ".join([*(p.split(":")[0] for p in plain), *(p for p in parts if p)])
        if self.verdict == DISCRETIONARY and self.quota and self.quota.units_per_12mo:
            return f"{amount(self.quota.units_per_12mo, 'count')} in any 12 months"
        first = (failing or open_ or held)[:1]
        if self.verdict == YES:
            spare = [n for n in self.tree.leaves() if n.gap is not None and n.verdict == YES]
            tight = min(spare, key=lambda n: abs(n.relative or 0), default=None)
            return off_by(tight) if tight else ""
        return _line(first[0]) if first else ""

    @property
    def clause(self) -> str:
        """The clause that decides."""
        held = self.deciding()
        first = next((n for n in held if n.verdict == self.verdict), None) or (held[0] if held else None)
        node = first if first is not None and first.citation is not None else self.tree
        return node.citation.label if node.citation else ""

    def sets(self) -> dict[str, list[dict[str, Any]]]:
        """Minimal sets of changes that would open the door: of the vehicle, of the law, of both together."""
        currencies: tuple[Currency, ...] = ("vehicle", "law", "either")
        return {currency: [_set(one) for one in ways(self.tree, currency) if one] for currency in currencies}

    def as_dict(self) -> dict[str, Any]:
        """One row of the table, with its sub-rows and whole tree."""
        rows = self.deciding()
        shown = [n for n in rows if n.verdict in (NO, UNKNOWN)]
        out: dict[str, Any] = {
            "pathway": self.pathway,
            "title": self.title,
            "verdict": self.verdict.word,
            "answer": self.word,
            "sign": self.verdict.sign,
            "off_by": self.off_by,
            "clause": self.clause,
            "status": self.tree.status,
            "mark": MARK[self.tree.status],
            "conflict": self.tree.conflict,
            "as_of": self.tree.as_of,
            "undated": self.tree.undated,
            "needs": self.needs,
            "conditions": self.conditions,
            "reform": self.reform,
            "missing": list(self.tree.missing),
            "opens_on": self.opens_on.isoformat() if self.opens_on else None,
            "children": [sub_row(n) for n in _mixed(shown)],
            "more": max(len(shown) - MOST_ROWS, 0),
            "counts": {word.name.lower(): sum(n.verdict == word for n in rows) for word in (NO, UNKNOWN, DISCRETIONARY)},
            "sets": self.sets(),
            "tree": self.tree.as_dict(),
        }
        if self.quota:
            out["quota"] = {
                "units_per_12mo": self.quota.units_per_12mo,
                "horizon_months": self.quota.horizon_months,
                "maker_scope": self.quota.maker_scope,
            }
        return out


def _mixed(rows: list[Node]) -> list[Node]:
    """The first rows that fail and, if there is room, the first that are not known; crash tests before equipment."""
    failing = [n for n in rows if n.verdict == NO]
    open_ = sorted(
        (n for n in rows if n.verdict == UNKNOWN), key=lambda n: (n.bound is None, "crash" not in n.limit and "208" not in n.limit)
    )
    seen: dict[str, Node] = {}
    for node in open_:
        seen.setdefault(node.limit.rsplit(".", 1)[0] or node.label, node)
    return (failing + list(seen.values()))[:MOST_ROWS]


def _blocking(node: Node, found: list[Node]) -> None:
    if node.verdict == YES:
        return
    if not node.children or node.op == "not":
        found.append(node)
        return
    if node.op == "any":  # the alternatives fail together: the first, which is the usual one, stands for all
        _blocking(next(child for child in node.children if child.verdict == node.verdict), found)
        return
    for child in node.children:
        _blocking(child, found)


def _standards(node: Node) -> list[Node]:
    if node.limit.startswith(("us.fmvss.", "us.part.")) and node.children:
        return [node]
    return [one for child in node.children for one in _standards(child)]


def _line(node: Node) -> str:
    return off_by(node) or node.note or node.label


def _set(one: Iterable[Act]) -> dict[str, Any]:
    acts = sorted({(a.text, a.body): a for a in one}.values(), key=lambda a: (a.body, a.text))  # one change may mend two clauses
    waits = [a for a in acts if a.text.startswith(WAIT)]
    acts = [a for a in acts if a not in waits[:-1]]  # the longest wait holds the shorter ones
    return {
        "acts": [{"text": a.text, "body": a.body, "limit": a.limit, "currency": a.currency} for a in acts],
        "count": len(acts),
        "bodies": sorted({a.body for a in acts}),
        "hardest": max((HARD.get(a.body, 2 if "legislature" in a.body else 0) for a in acts), default=0),
    }


def sub_row(node: Node) -> dict[str, Any]:
    """A failing or unknown leaf as a row of its own."""
    return {
        "title": node.label,
        "verdict": node.verdict.word,
        "sign": node.verdict.sign,
        "off_by": _line(node),
        "clause": node.citation.label if node.citation else "",
        "status": node.status,
        "mark": MARK[node.status],
        "limit": node.limit,
        "gap": node.gap,
        "unit": node.unit,
    }


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


def quota_of(pathway: Pathway, cap: float | None) -> Quota | None:
    """The flow that a door lets through; the cap of the day goes before the figure of the table."""
    units = cap if cap is not None and pathway.quota_us_units_per_12mo is not None else pathway.quota_us_units_per_12mo
    if units is None and not pathway.duration_months:
        return None
    return Quota(units, pathway.duration_months, "maker")
