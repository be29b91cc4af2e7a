"""Four answers and the status of the path that decides."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core import RANK, STATUSES
from roadworthy.rules.logic import (
    DISCRETIONARY,
    NO,
    UNKNOWN,
    YES,
    Act,
    Citation,
    Truth,
    either,
    every,
    inverse,
    leaf,
    unless,
    ways,
)

# plain descriptions: run-time shape checks draw random numbers, which strategies may not
specs = st.recursive(
    st.tuples(st.just("leaf"), st.sampled_from(list(Truth)), st.sampled_from(STATUSES)),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3)),
        st.tuples(st.just("not"), inner),
        st.tuples(st.just("unless"), inner, inner),
    ),
    max_leaves=8,
)


def grow(spec):
    match spec:
        case ("leaf", truth, status):
            return leaf("x", truth, Citation("law", "", status))
        case ("all", parts):
            return every("all", [grow(p) for p in parts])
        case ("any", parts):
            return either("any", [grow(p) for p in parts])
        case ("not", part):
            return inverse("not", grow(part))
        case (_, rule, exception):
            return unless("unless", grow(rule), grow(exception))


def l(truth, status="law", **more):  # noqa: E743
    return leaf(truth.word, truth, Citation("49 CFR", "", status), **more)


def test_order_and_neutral_elements():
    assert every("a", [l(YES), l(DISCRETIONARY), l(UNKNOWN)]).verdict == UNKNOWN
    assert either("a", [l(NO), l(UNKNOWN), l(DISCRETIONARY)]).verdict == DISCRETIONARY
    assert every("a", []).verdict == YES and either("a", []).verdict == NO
    assert [inverse("n", l(t)).verdict for t in Truth] == [YES, UNKNOWN, DISCRETIONARY, NO]


def test_unless():
    assert unless("u", l(YES), l(YES)).verdict == NO
    assert unless("u", l(YES), l(UNKNOWN)).verdict == UNKNOWN
    assert unless("u", l(NO), l(UNKNOWN)).verdict == NO
    assert unless("u", l(YES), l(NO)).verdict == YES


def test_status_of_the_deciding_path():
    assert every("a", [l(YES, "law"), l(YES, "assumed")]).status == "assumed"
    assert every("a", [l(NO, "assumed"), l(NO, "law"), l(UNKNOWN, "assumed")]).status == "law"
    assert either("a", [l(YES, "assumed"), l(YES, "published")]).status == "published"
    assert either("a", [l(NO, "law"), l(NO, "assumed")]).status == "assumed"
    assert every("a", [l(UNKNOWN, "published"), l(YES, "assumed")]).status == "published"


def test_conflict_makes_unknown_and_is_flagged():
    node = leaf("c", YES, Citation("law", "", "published", "", True))
    assert node.verdict == UNKNOWN and every("a", [node, l(YES)]).conflict


def test_oldest_text_on_the_path():
    a, b = (leaf("x", YES, Citation("law", "", "law", day)) for day in ("2008-09-26", ""))
    node = every("a", [a, b])
    assert (node.as_of, node.undated) == ("2008-09-26", 1)


@given(specs)
def test_status_within_leaves(spec):
    tree = grow(spec)
    ranks = [RANK[leaf.status] for leaf in tree.leaves()]
    assert min(ranks) <= RANK[tree.status] <= max(ranks)


@given(specs)
def test_double_negation_and_de_morgan(spec):
    tree = grow(spec)
    assert inverse("n", inverse("n", tree)).verdict == tree.verdict
    for other in (l(YES), l(NO)):  # unknown and discretionary keep their order under not, so only these two swap
        assert inverse("n", every("a", [tree, other])).verdict == either("o", [inverse("n", tree), inverse("n", other)]).verdict


@given(specs)
def test_unused_branch_changes_nothing(spec):
    tree = grow(spec)
    if tree.verdict == NO:
        more = every("a", [tree, l(UNKNOWN, "assumed")])
        assert (more.verdict, more.status) == (tree.verdict, every("a", [tree]).status)
    if tree.verdict == YES:
        more = either("a", [tree, l(NO, "assumed")])
        assert (more.verdict, more.status) == (tree.verdict, either("a", [tree]).status)


@given(specs)
def test_more_knowledge_changes_only_unknown(spec):
    tree = grow(spec)

    def fill(node, truth):
        if not node.children:
            return l(truth) if node.verdict == UNKNOWN else node
        children = [fill(c, truth) for c in node.children]
        if node.op == "all":
            return every("a", children)
        if node.op == "any":
            return either("o", children)
        if node.op == "unless":
            return unless("u", children[0], children[1].children[0])
        return inverse("n", children[0])

    if tree.verdict in (YES, NO):
        assert fill(tree, YES).verdict == fill(tree, NO).verdict == tree.verdict


def test_minimal_sets():
    fix = [l(NO, acts=(Act("vehicle", f"mend {i}", "the maker"), Act("law", "one rule", "NHTSA"))) for i in range(3)]
    tree = every("a", fix)
    assert [len(s) for s in ways(tree, "vehicle")] == [3]
    assert [sorted(a.text for a in s) for s in ways(tree, "law")] == [["one rule"]]
    assert ways(tree, "either")[0] == ways(tree, "law")[0]
    assert ways(l(YES), "law") == [frozenset()]
    assert ways(l(NO), "law") == []
