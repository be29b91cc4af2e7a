"""May this vehicle be made, imported, sold, registered, and where: the law as dated, cited data, with reforms as overlays.

`load_book()` reads the rulebook, `judge` answers for vehicles, `reforms()` lists the shipped reforms, `duty` and the CAFE functions
state the arithmetic that other rooms use. What enters `jit` is in the module `roadworthy.rules.policy` (`Policy` and the function
`policy`) and loads JAX only when asked for.
"""

from typing import TYPE_CHECKING, Any

from roadworthy.rules.book import Rulebook
from roadworthy.rules.duty import duty
from roadworthy.rules.facts import Fact, Facts, facts_of
from roadworthy.rules.judge import ask, case_of, judge, judge_facts
from roadworthy.rules.logic import Node, Truth
from roadworthy.rules.reading import load_book
from roadworthy.rules.reform import Change, Reform, reform, reform_from, reforms
from roadworthy.rules.verdict import Verdict

if TYPE_CHECKING:
    from roadworthy.rules.cafe import cafe_compliance, cafe_target
    from roadworthy.rules.policy import Policy, RulesAssumptions, policy_record

_ON_USE = {
    "Policy": "policy", "RulesAssumptions": "policy", "policy_record": "policy", "cafe_target": "cafe", "cafe_compliance": "cafe",
}  # fmt: skip
"""Names that load numerical libraries, and their modules."""


def __getattr__(name: str) -> Any:
    if name in _ON_USE:
        from importlib import import_module

        return getattr(import_module(f"roadworthy.rules.{_ON_USE[name]}"), name)
    raise AttributeError(f"module 'roadworthy.rules' has no attribute {name!r}")


__all__ = [
    "Change",
    "Fact",
    "Facts",
    "Node",
    "Policy",
    "Reform",
    "Rulebook",
    "RulesAssumptions",
    "Truth",
    "Verdict",
    "ask",
    "cafe_compliance",
    "cafe_target",
    "case_of",
    "duty",
    "facts_of",
    "judge",
    "judge_facts",
    "load_book",
    "policy_record",
    "reform",
    "reform_from",
    "reforms",
]
