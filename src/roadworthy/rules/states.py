"""Plates and roads: what the 51 jurisdictions add to federal permission.

    use(state, road) = federal door AND state registration AND posted speed <= cap

A state's kei rule speaks of vehicles that no maker certified for the United States; a certified vehicle registers like any other.
Sources in conflict and rules that are unclear give `unknown`. Limits: no county or city ordinances except as a flag; 36 of 51 kei
rules rest on secondary pages.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from roadworthy.core import MARK
from roadworthy.rules.book import State
from roadworthy.rules.check import against, in_class, off_by, stated
from roadworthy.rules.doors import Case, question_node
from roadworthy.rules.facts import AS_ASKED, Fact
from roadworthy.rules.logic import DISCRETIONARY, NO, UNKNOWN, YES, Act, Citation, Node, Truth, either, every, leaf, settle

REFUSAL = "us.state_plate_refusal"
"""Whether a state may refuse a plate to what federal law admits."""
OPEN = {"legal": "legal", "legal_restricted": "legal with restrictions", "antique_only": "antique plate only"}
SHUT = {"prohibited": "prohibited", "prohibited_in_effect": "prohibited in effect"}


def kei_rule(case: Case, state: State) -> Node:
    """The state's own rule for kei vehicles on the day."""
    parameter = case.book.parameters[state.kei]
    held = parameter.at(case.clocks.entry_or_use)
    refusal = case.book.parameters[REFUSAL].at(case.clocks.law_date)
    if refusal is not None and not refusal.value:
        return leaf("kei rule", YES, refusal.citation, note="no state may refuse what federal law admits", value="legal", limit=REFUSAL)
    act = (Act("law", f"let {state.title} register them", f"the legislature of {state.title}", state.kei),)
    if held is None:
        return leaf("kei rule", UNKNOWN, Citation("", "", "assumed"), note="no rule recorded for the day", limit=state.kei)
    rule = str(held.value)
    verdict = YES if rule in OPEN else NO if rule in SHUT else UNKNOWN
    citation = held.citation
    words = (OPEN | SHUT).get(rule, "unclear")
    leaning = f"sources conflict ({words})" if citation.conflict else words
    return leaf("kei rule", verdict, citation, note=leaning, value=rule, limit=state.kei, acts=() if verdict == YES else act)


def kei_plate(case: Case, state: State, *, aged: bool = True) -> Node:
    """The state's side alone for a kei that no maker certified: rule, age, the state's definition."""
    nodes = [kei_rule(case, state)]
    if settle(nodes[0]) == YES and nodes[0].limit != REFUSAL:
        if state.kei_age and aged:
            node = against(case.book.limits[state.kei_age], case.facts, case.clocks)
            if node is not None:
                nodes.append(node)
        if state.kei_class:
            nodes.append(in_class(case.book, state.kei_class, case.facts, case.clocks))
    return every(f"plate in {state.title}", nodes, nodes[0].citation)


def standing(case: Case) -> tuple[str, Fact | None]:
    """How the vehicle stands before any state: lsv, certified, kei or other, with the fact that says so."""
    if settle(in_class(case.book, "us.class.lsv", case.facts, case.clocks)) == YES:
        return "lsv", None
    if case.facts.flag("us_certified"):
        return "certified", case.facts["us_certified"]
    kei = either("small Japanese class", [in_class(case.book, "jp.class.kei", case.facts, case.clocks), _kei_when_built(case)])
    return ("other", None) if settle(kei) == NO else ("kei", None)


def state_side(case: Case, state: State, stands: tuple[str, Fact | None], *, aged: bool = True) -> Node:
    """The state's side alone."""
    kind, fact = stands
    words = f"plate in {state.title}"
    if kind == "lsv" and state.lsv_road:
        held = case.book.limits[state.lsv_road].at(case.clocks.entry_or_use)
        return leaf(words, YES, held.citation if held else Citation(), note="low-speed vehicle, on roads up to the state's cap")
    if kind == "certified" and fact is not None:
        law = Citation("ordinary registration of a vehicle certified by its maker", "", "assumed")
        return leaf(words, YES, law, fact_status=fact.status)
    if kind == "kei":
        return kei_plate(case, state, aged=aged)
    law = Citation("registration of other imports and of low-speed vehicles without a state law", "", "assumed")
    return leaf(words, UNKNOWN, law, note="no rule for such a vehicle is in the book")


def plate(case: Case, state: State) -> Node:
    """Registration in one state: a federal door and the state's side."""
    side = state_side(case, state, standing(case))
    door = either("a federal door", [question_node(case, "us.sale_new"), question_node(case, "us.federal_import")])
    return every(f"plate in {state.title}", [door, side], side.citation)


def _kei_when_built(case: Case) -> Node:
    """Kei under the Japanese law of its own day: a car of 1970 was a kei then."""
    built = case.clocks.built
    clocks = case.clocks if built is None else replace(case.clocks, law_date=min(built.value.last, case.clocks.law_date))
    return in_class(case.book, "jp.class.kei", case.facts, clocks)


def road(case: Case, state: State, posted_mps: float, *, crossing: bool = False) -> Node:
    """Whether the vehicle may use (or cross) a road with a posted speed in a state."""
    speed = Fact(posted_mps, AS_ASKED, "posted speed")
    lsv = in_class(case.book, "us.class.lsv", case.facts, case.clocks)
    nodes: list[Node] = []
    if settle(lsv) == YES:
        name = state.lsv_crossing if crossing else state.lsv_road
        if not name:
            return leaf(f"road in {state.title}", UNKNOWN, Citation("", "", "assumed"), note="no low-speed rule recorded")
        node = against(case.book.limits[name], case.facts, case.clocks, supplied=speed)
        assert node is not None
        nodes.append(node)
        if state.lsv_local:
            law = Citation(state.lsv_local, "", state.lsv_local_status or "assumed")  # type: ignore[arg-type]
            local = stated("local_authorisation", case.facts, law, "local authorisation", absent="none")
            nodes.append(
                local
                if "local_authorisation" in case.facts
                else leaf("local authorisation", DISCRETIONARY, law, note="the municipality may")
            )
    elif case.facts.flag("us_certified"):
        nodes.append(leaf("any public road", YES, Citation("certified vehicle", "", "assumed")))
    elif state.kei_road:
        node = against(case.book.limits[state.kei_road], case.facts, case.clocks, supplied=speed)
        if node is None:
            node = leaf("road cap", UNKNOWN, Citation("", "", "assumed"), note="not in force yet")
        nodes.append(node)
    else:
        nodes.append(leaf("road cap", YES, Citation(f"no kei road cap found for {state.title}", "", "assumed")))
    return every(f"road in {state.title}", nodes, nodes[0].citation)


@dataclass(frozen=True, slots=True)
class StateAnswer:
    """What one jurisdiction says on its own side, given a federal door."""

    code: str
    title: str
    node: Node
    kind: str
    """legal, legal_restricted, antique_only, prohibited, outside, unclear, road; yes, no or unknown where no kei rule is asked."""
    rule: str
    road_cap_mph: float | None
    min_age_years: float | None

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as the map and the table print them."""
        law = self.node.citation or Citation()
        return {
            "code": self.code, "state": self.title, "verdict": self.node.verdict.word, "status": self.kind, "rule": self.rule,
            "conflict": self.node.conflict, "road_cap_mph": self.road_cap_mph, "min_age_years": self.min_age_years,
            "off_by": reason(self.node), "clause": law.label, "source": law.source, "mark": MARK[self.node.status], "as_of": self.node.as_of,
        }  # fmt: skip


def reason(node: Node) -> str:
    """The first leaf that stands in the way, in words; nothing when none does."""
    blocking = [one for one in node.leaves() if one.verdict == node.verdict] if node.verdict != YES else []
    first = min(blocking, key=lambda one: one.gap is None, default=None)
    return "" if first is None else f"{first.label}: {off_by(first)}" if first.gap is not None else first.note or first.label


def _value(case: Case, name: str) -> float | None:
    held = case.book.limits[name].at(case.clocks.entry_or_use) if name else None
    return None if held is None else float(held.value)


def survey(case: Case, *, posted_mps: float | None = None) -> tuple[StateAnswer, ...]:
    """All 51 jurisdictions, each on its own side alone; `posted_mps` asks for a road with that posted speed too."""
    stands = standing(case)
    found = []
    for state in case.book.states.values():
        side = node = state_side(case, state, stands, aged=False)
        if posted_mps is not None:
            node = every(side.label, [side, road(case, state, posted_mps)], side.citation)
        rule = str(kei_rule(case, state).value or "") if stands[0] == "kei" else ""
        kind = "road" if node.verdict == NO != side.verdict else _kind(side, rule)
        cap = state.lsv_road if stands[0] == "lsv" else state.kei_road if stands[0] == "kei" else ""
        found.append(
            StateAnswer(state.code, state.title, node, kind, rule, _value(case, cap), _value(case, state.kei_age) if rule else None)
        )
    return tuple(found)


def _kind(node: Node, rule: str) -> str:
    """How the map draws it: sources in conflict show which way they lean."""
    if not rule:
        return node.verdict.word
    if rule in SHUT:
        return "prohibited"
    if node.verdict == NO:
        return "outside"
    return rule if rule in OPEN else "unclear"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of the 51 jurisdictions say what, on the state's side alone."""

    states: tuple[StateAnswer, ...]

    @property
    def answers(self) -> dict[str, int]:
        """Count of each verdict."""
        return _count(one.node.verdict.word for one in self.states)

    @property
    def rules(self) -> dict[str, int]:
        """Count of each kei rule; where sources conflict or nothing is known it counts as unknown."""
        return _count(
            "unknown" if one.node.verdict == UNKNOWN or one.kind == "unclear" else "outside" if one.kind == "outside" else one.rule
            for one in self.states
            if one.rule
        )

    @property
    def words(self) -> str:
        """As printed: '16 legal, 12 restricted, 2 antique only'."""
        names = (
            ("legal", "legal"), ("legal_restricted", "restricted"), ("antique_only", "antique only"), ("prohibited", "no"),
            ("outside", "outside the state's own class"),
        )  # fmt: skip
        rules = self.rules
        rules = rules | {"prohibited": rules.get("prohibited", 0) + rules.get("prohibited_in_effect", 0)}
        parts = [f"{rules[key]} {word}" for key, word in names if rules.get(key)]
        return ", ".join([*parts, f"{rules['unknown']} not known"] if rules.get("unknown") else parts)


def _count(words: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for word in words:
        found[word] = found.get(word, 0) + 1
    return found


def tally(case: Case) -> Tally:
    """All jurisdictions, each on its own side alone, given a federal door."""
    return Tally(survey(case))


def any_state(found: Tally) -> Truth:
    """The best answer of any state."""
    return max((one.node.verdict for one in found.states), default=NO)
