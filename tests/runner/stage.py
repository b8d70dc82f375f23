"""A stage: a name, something to do, and a verdict that cannot pass by doing nothing."""

import time
from dataclasses import dataclass, field, replace
from typing import Callable, Optional

from .parse import Counts
from .shell import Failed, say


@dataclass
class Stage:
    """`run` returns an Outcome or raises Failed; a stage with `tests` must have run at least one test."""

    name: str
    run: Optional[Callable]
    tests: bool = True
    needed: bool = False  # when it fails, the stages after it would only repeat the failure


@dataclass
class Outcome:
    """What a stage found. `problem` is None or one line; `output` is shown in full when there is a problem, `shown` always."""

    counts: Counts = field(default_factory=Counts)
    problem: Optional[str] = None
    output: str = ""
    shown: str = ""


def finish(stage, outcome):
    """The outcome with the rules applied: no tests is a failure, and a problem counts at least once."""
    counts, problem = outcome.counts, outcome.problem
    if problem is None and counts.failed:
        problem = f"{counts.failed} failed"
    if problem is None and stage.tests and counts.passed == 0:
        problem = "it ran no tests"
    if problem is not None and counts.failed == 0:
        counts = replace(counts, failed=1)
    return Outcome(counts, problem, outcome.output, outcome.shown)


def perform(stage):
    """Runs one stage and prints its line, its groups and, when it failed, its whole output."""
    say(f"==> {stage.name}")
    started = time.monotonic()
    try:
        outcome = stage.run()
    except Failed as failure:
        outcome = Outcome(Counts(), str(failure), failure.output)
    outcome = finish(stage, outcome)
    seconds = time.monotonic() - started
    if outcome.problem is not None:
        say(f"--- everything that `{stage.name}` printed")
        say(outcome.output.rstrip())
        say(f"--- end of `{stage.name}`")
    if outcome.shown:
        say(outcome.shown)
    for name, group in outcome.counts.groups.items():
        if group.passed + group.failed + group.ignored:
            say(f"    {name}: {describe(group)}")
    verdict = "ok" if outcome.problem is None else f"FAILED: {outcome.problem}"
    say(f"    {stage.name}: {describe(outcome.counts)}, {seconds:.1f} s, {verdict}")
    return outcome, seconds


def describe(counts):
    """`3 passed, 0 failed`, and how many were ignored when some were."""
    ignored = f", {counts.ignored} ignored" if counts.ignored else ""
    return f"{counts.passed} passed, {counts.failed} failed{ignored}"


def perform_all(stages):
    """Runs the stages in order, prints the table of times and the last line; returns the exit code."""
    total, table = Counts(), []
    for stage in stages:
        outcome, seconds = perform(stage)
        total.add(replace(outcome.counts, groups={}))
        table.append((stage.name, seconds, outcome))
        if stage.needed and outcome.problem is not None:
            say(f"the stages after `{stage.name}` need it and were not run")
            break
    say("")
    width = max(len(name) for name, _, _ in table)
    for name, seconds, outcome in table:
        say(f"{name:<{width}}  {seconds:7.1f} s  {describe(outcome.counts)}")
    say(f"{'all':<{width}}  {sum(seconds for _, seconds, _ in table):7.1f} s")
    if total.ignored:
        say(f"{total.ignored} ignored: `make slow` runs them")
    say(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0
