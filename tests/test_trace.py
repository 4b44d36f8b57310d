"""What is worked out once, and what rests on itself."""

import contextlib

from stackcheck.index.trace import Trace


def closure(graph, start):
    """All that can be reached, asked of a trace node by node; with how often each node was worked out."""
    trace, times = Trace(), dict.fromkeys(graph, 0)

    def reached(node):
        def work():
            times[node] += 1
            trace.ask(("node", node))
            return frozenset({node}).union(*map(reached, graph[node]))

        return trace.remember(node, frozenset(), work)

    return reached(start), times, trace, reached


def test_each_is_worked_out_once():
    found, times, _, _ = closure({"a": "bc", "b": "c", "c": ""}, "a")

    assert (found, set(times.values())) == (frozenset("abc"), {1})


def test_what_rests_on_itself_comes_to_the_same_wherever_one_begins():
    graph = {"a": "b", "b": "cd", "c": "a", "d": "e", "e": "d"}

    for start in graph:
        _, _, _, reached = closure(graph, start)

        assert {node: reached(node) for node in "abc"} == dict.fromkeys("abc", frozenset("abcde"))
        assert {node: reached(node) for node in "de"} == dict.fromkeys("de", frozenset("de"))


def test_what_all_rests_on_all_is_not_worked_out_again_and_again():
    graph = dict.fromkeys("abcdefghijklmnop", "abcdefghijklmnop")

    found, times, _, _ = closure(graph, "a")

    assert found == frozenset(graph)
    assert max(times.values()) <= 3


def test_whoever_is_answered_from_memory_has_asked_all_that_the_loop_asked():
    _, _, trace, reached = closure({"a": "b", "b": "c", "c": "a"}, "a")

    _, asked = trace.recorded(lambda: reached("c"))

    assert asked == {("node", node) for node in "abc"}


def test_what_never_comes_to_an_end_is_given_up():
    trace = Trace()

    def grown():
        return trace.remember("key", 0, lambda: grown() + 1)

    assert grown() == grown()


def test_a_failure_leaves_nothing_half_known():
    trace, failing = Trace(), [True]

    def value(node):
        def work():
            if node == "c" and failing:
                failing.clear()
                raise RecursionError
            return frozenset({node}).union(*map(value, {"a": "b", "b": "ca", "c": "b"}[node]))

        return trace.remember(node, frozenset(), work)

    with contextlib.suppress(RecursionError):
        value("a")

    assert value("a") == frozenset("abc")
