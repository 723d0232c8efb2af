"""Words about pipelines."""

from __future__ import annotations

from pytest_bdd import given, parsers, then, when

from seatrial import declaration, states
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import Matcher, covering, every, rows, some
from steps.support import delivery as pipelines
from steps.support.instruments import Concourse, Delivery
from steps.support.limits import TIME


@then(parsers.parse('the recipe of the image of tools names "{a}", "{b}", "{c}" and "{d}"'))
@declaration
def _(delivery: Delivery, a: str, b: str, c: str, d: str) -> None:
    held = rows("tools", {tool: {} for tool in (a, b, c, d)}, exactly=False)
    eventually(delivery.tools, held, within=TIME.settle)


@then(parsers.parse('the pipeline "{name}" is set to run again whenever Git changes'))
@declaration
def _(delivery: Delivery, name: str) -> None:
    watching = some(f"jobs of {name}", watches=Matcher("a repository of Git", lambda kinds: "git" in (kinds or ())))
    eventually(lambda: pipelines.watching(delivery, name), watching, within=TIME.settle)


@then(parsers.parse('"{job}" in the pipeline "{name}" is set to run again by the clock'))
@declaration
def _(delivery: Delivery, job: str, name: str) -> None:
    clocked = rows("jobs", {job: {"watches": covering({"time"})}}, exactly=False)
    eventually(lambda: pipelines.watching(delivery, name), clocked, within=TIME.settle)


@then(parsers.parse('the pipeline "{name}" is set to deliver "{what}"'))
@declaration
def _(delivery: Delivery, name: str, what: str) -> None:
    eventually(lambda: delivery.jobs(name), some(f"jobs of {name}", puts=covering({what})), within=TIME.settle)


@then(parsers.parse('"{job}" in the pipeline "{name}" is set to follow only what passed "{earlier}"'))
@declaration
def _(delivery: Delivery, job: str, name: str, earlier: str) -> None:
    follows = rows("jobs", {job: {"after": covering({earlier})}}, exactly=False)
    eventually(lambda: delivery.jobs(name), follows, within=TIME.settle)


@then(parsers.parse('"{job}" in the pipeline "{name}" has a limit of {minutes:d} minutes'))
@states(minutes="standup.minutes")
@declaration
def _(delivery: Delivery, job: str, name: str, minutes: int) -> None:
    limited = rows("jobs", {job: {"minutes": minutes}}, exactly=False)
    eventually(lambda: delivery.jobs(name), limited, within=TIME.settle)


@then(parsers.parse('the pipeline "{name}" has a job that sets every other pipeline'))
@declaration
def _(delivery: Delivery, name: str) -> None:
    set_ = every("pipelines", set_by_it=True)
    eventually(lambda: pipelines.set_by(delivery, name), set_, within=TIME.settle)


@then("no pipeline asks for a variable that nobody gives")
@declaration
def _(delivery: Delivery) -> None:
    given_ = every("pipelines", least=2, given_by_nobody=[])
    eventually(
        lambda: {p: {"given_by_nobody": delivery.undefined_variables(p)} for p in delivery.pipelines()},
        given_,
        within=TIME.settle,
    )


@then("no pipeline asks for a task that is not in Git")
@declaration
def _(delivery: Delivery) -> None:
    there = every("pipelines", least=2, missing_tasks=[])
    eventually(
        lambda: {p: {"missing_tasks": delivery.missing_tasks(p)} for p in delivery.pipelines()},
        there,
        within=TIME.settle,
    )


@when(parsers.parse('a change of "{name}" is pushed'), target_fixture="pushed")
def _(concourse: Concourse, name: str) -> str:
    concourse.push(name, breaks_a_test=False)
    return name


@when(parsers.parse('a change of "{name}" that breaks a test is pushed'), target_fixture="pushed")
def _(concourse: Concourse, name: str) -> str:
    concourse.push(name, breaks_a_test=True)
    return name


@then("it is tested and rolled out by its pipeline")
def _(concourse: Concourse, pushed: str) -> None:
    done = rows("jobs", {job: {"status": "succeeded"} for job in ("test", "build", "roll-out")})
    eventually(lambda: concourse.builds(pushed), done, within=TIME.data)


@then("its pipeline stops at the test, and nothing is rolled out")
def _(concourse: Concourse, pushed: str) -> None:
    stopped = rows("jobs", {"test": {"status": "failed"}})
    eventually(lambda: concourse.builds(pushed), stopped, within=TIME.data)


@given("a single new pipeline server with the default variables")
def _(concourse: Concourse) -> None:
    concourse.start("start")


@when(parsers.parse('the pipeline "{name}" is started'), target_fixture="took")
def _(concourse: Concourse, name: str) -> float:
    return concourse.start(name)


@then(parsers.parse("the platform is stood up within {minutes:d} minutes"))
@states(minutes="standup.minutes")
def _(took: float, minutes: int) -> None:
    assert took <= minutes * 60, f"expected at most {minutes} minutes, got {took / 60:.1f}"
