"""Words about pipelines."""

from __future__ import annotations

from collections.abc import Callable

from pytest_bdd import given, parsers, then, when

from seatrial import declaration, states
from seatrial.checks.convergence import always, eventually
from seatrial.checks.expectations import Matcher, Rows, covering, every, none, not_equal, rows, some
from seatrial.checks.observer import NotProvableError
from seatrial.faults import Journal
from seatrial.observers.cluster import Cluster
from steps.support import delivery as pipelines
from steps.support import pushes, visitors, workloads
from steps.support.capabilities import Platform
from steps.support.instruments import Concourse, Delivery, Drift, Http, Tools
from steps.support.limits import TIME
from steps.support.names import fqdn
from steps.support.pushes import Pushed

_ASKED = 10  # requests
_ONE_SERVER = "the pipeline of the platform is set on no server yet: it would stand a second one up, on AWS"


@then(parsers.parse('the recipe of the image of tools installs "{a}", "{b}", "{c}" and "{d}"'))
@declaration
def _(delivery: Delivery, a: str, b: str, c: str, d: str) -> None:
    held = rows("tools", {tool: {} for tool in (a, b, c, d)}, exactly=False)
    eventually(delivery.tools, held, within=TIME.settle)


@when("somebody works in a container of the image of tools", target_fixture="runs_as")
def _(tools_image: Tools) -> str:
    return tools_image.runs_as()


@then(parsers.parse('"{a}", "{b}", "{c}", "{d}" and "{e}" run there'))
def _(tools_image: Tools, a: str, b: str, c: str, d: str, e: str) -> None:
    running = rows("programs", {name: {"answers": True} for name in (a, b, c, d, e)}, exactly=False)
    eventually(tools_image.versions, running, within=TIME.data)


@then("nobody is an administrator there")
def _(runs_as: str) -> None:
    assert pipelines.ordinary(runs_as), f"expected the numbers of a user and a group, neither of them 0, got {runs_as}"


@then(parsers.parse('"{job}" in the pipeline "{name}" is set to run again whenever Git changes'))
@declaration
def _(delivery: Delivery, job: str, name: str) -> None:
    watching = rows("jobs", {job: {"watches": covering({"git"})}}, exactly=False)
    eventually(lambda: pipelines.watching(delivery, name), watching, within=TIME.settle)


@then(parsers.parse('"{job}" in the pipeline "{name}" is set to run again by the clock'))
@declaration
def _(delivery: Delivery, job: str, name: str) -> None:
    clocked = rows("jobs", {job: {"watches": covering({"time"})}}, exactly=False)
    eventually(lambda: pipelines.watching(delivery, name), clocked, within=TIME.settle)


@then(parsers.parse('"{job}" in the pipeline "{name}" is set to look, and to change nothing itself'))
@declaration
def _(delivery: Delivery, job: str, name: str) -> None:
    looking = rows("jobs", {job: {"looks": Matcher("by something", bool), "does_besides": []}}, exactly=False)
    eventually(lambda: pipelines.looking(delivery, name), looking, within=TIME.settle)


@then(parsers.parse('the pipeline "{name}" is set to deliver "{what}"'))
@declaration
def _(delivery: Delivery, name: str, what: str) -> None:
    eventually(lambda: delivery.jobs(name), some(f"jobs of {name}", puts=covering({what})), within=TIME.settle)


@then(parsers.parse('"{job}" in the pipeline "{name}" is set to follow only what passed "{earlier}"'))
@declaration
def _(delivery: Delivery, job: str, name: str, earlier: str) -> None:
    _follows(delivery, name, job, earlier)


@then(parsers.parse('"{job}" in the pipeline "{name}" is set to begin by itself with what passed "{earlier}" alone'))
@declaration
def _(delivery: Delivery, job: str, name: str, earlier: str) -> None:
    _follows(delivery, name, job, earlier, starts_it=Matcher("something", bool))


@then(parsers.parse('"{job}" in the pipeline "{name}" is set to write the version into Git before the cluster is told'))
@declaration
def _(delivery: Delivery, job: str, name: str) -> None:
    written = rows("jobs", {job: {"made_before": covering({pipelines.GIT})}}, exactly=False)
    eventually(lambda: pipelines.made_before(delivery, name, job), written, within=TIME.settle)


@then(parsers.parse('"{job}" in the pipeline "{name}" is set to take back what does not run in time, in Git as well'))
@declaration
def _(delivery: Delivery, job: str, name: str) -> None:
    back = {"waits_for": Matcher("a while", bool), "if_it_fails": [pipelines.WITHDRAW, pipelines.GIT]}
    taken = rows("jobs", {job: back}, exactly=False)
    eventually(lambda: pipelines.taking_back(delivery, name, job), taken, within=TIME.settle)


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


@then(parsers.parse('the pipeline "{name}" is set to make a pipeline for each microservice that runs'))
@declaration
def _(cluster: Cluster, delivery: Delivery, name: str) -> None:
    run: Rows = {one: {} for one in workloads.within(cluster, workloads.MICROSERVICES)}
    each = rows("pipelines of microservices", run)
    eventually(lambda: pipelines.made_from(delivery, name, "microservice"), each, within=TIME.settle)


@then("no pipeline asks for a variable that nobody gives")
@declaration
def _(delivery: Delivery) -> None:
    _none_in_any_pipeline(delivery, "given_by_nobody", delivery.undefined_variables)


@then("no pipeline asks for a task that is not in Git")
@declaration
def _(delivery: Delivery) -> None:
    _none_in_any_pipeline(delivery, "missing_tasks", delivery.missing_tasks)


@then("no pipeline has a job that does nothing, or that passes whatever happens")
@declaration
def _(delivery: Delivery) -> None:
    _none_in_any_pipeline(delivery, "does_nothing", delivery.idle_jobs)


@when(parsers.parse('a change of "{name}" is pushed'), target_fixture="pushed")
def _(platform: Platform, faults: Journal, name: str) -> Pushed:
    return pushes.push(platform, faults, name)


@when(parsers.parse('a change of "{name}" that breaks a test is pushed'), target_fixture="pushed")
def _(platform: Platform, faults: Journal, name: str) -> Pushed:
    return pushes.push(platform, faults, name, breaks_a_test=True)


@then("it is tested, built and rolled out by its pipeline, one after the other")
def _(concourse: Concourse, pushed: Pushed) -> None:
    done = rows(
        "jobs",
        {
            "test": {"status": "succeeded", "after": ()},
            "build": {"status": "succeeded", "after": ("test",)},
            "roll-out": {"status": "succeeded", "after": ("test", "build")},
        },
    )
    eventually(lambda: concourse.builds(pushed.service, pushed.commit), done, within=TIME.delivery)


@then("Git says the version that was built, every pod runs it, and nothing differs from what Git says")
def _(cluster: Cluster, concourse: Concourse, drift: Drift, pushed: Pushed) -> None:
    another = rows("releases", {pushed.service: {"image": not_equal(pushed.image)}}, exactly=False)
    eventually(concourse.released, another, within=TIME.settle)
    image = concourse.released()[pushed.service]["image"]
    eventually(
        lambda: workloads.serving(cluster, pushed.service),
        every(f"pods of {pushed.service}", least=2, image=image),
        within=TIME.rollout,
    )
    eventually(drift.found, none("difference"), within=TIME.drift_undone)


@then("visitors are answered by what was pushed, at its name")
def _(http: Http, platform: Platform, pushed: Pushed) -> None:
    host = fqdn(platform, pushed.service)
    by_it = every("answers", least=_ASKED, version=pushed.version)
    eventually(lambda: visitors.versions(http, host, _ASKED), by_it, within=TIME.http)


@then("its pipeline stops at the test, and nothing is rolled out")
def _(concourse: Concourse, platform: Platform, pushed: Pushed) -> None:
    stopped = rows("jobs", {"test": {"status": "failed", "after": ()}})
    eventually(lambda: concourse.builds(pushed.service, pushed.commit), stopped, within=TIME.delivery)
    as_before = rows("what goes on", {"jobs": {"begun": ("test",)}, "image": {"is": pushed.image}})
    always(lambda: pushes.going_on(concourse, platform, pushed), as_before, during=TIME.unreleased)


@given("a single new pipeline server with the default variables")
def _() -> None:
    raise NotProvableError(_ONE_SERVER)


@when(parsers.parse('the pipeline "{name}" is started'))
def _(name: str) -> None:
    raise NotProvableError(f"{name}: {_ONE_SERVER}")


@then(parsers.parse("the platform is stood up within {minutes:d} minutes"))
@states(minutes="standup.minutes")
def _(minutes: int) -> None:
    raise NotProvableError(f"within {minutes} minutes: {_ONE_SERVER}")


def _follows(delivery: Delivery, pipeline: str, job: str, earlier: str, **more: object) -> None:
    passed = Matcher("something", bool)
    follows = rows("jobs", {job: {"passed": passed, "taken_past_it": set(), **more}}, exactly=False)
    eventually(lambda: pipelines.following(delivery, pipeline, earlier), follows, within=TIME.settle)


def _none_in_any_pipeline(delivery: Delivery, field: str, look: Callable[[str], object]) -> None:
    nothing = every("pipelines", least=2, **{field: []})
    eventually(lambda: {p: {field: look(p)} for p in delivery.pipelines()}, nothing, within=TIME.settle)
