"""Asking whatever listens, as a user of the machine who has no keys."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from provision.targets.base.pki import Authority, KeyPair

from .doors import Door, Question, let_in
from .listening import Listener

NOBODY = 65534
STRANGER = Path(__file__).with_name("stranger.py")


def certificate_of_her_own(folder: Path) -> KeyPair:
    """Return a certificate of a stranger's own making, which says that she is an administrator."""
    return Authority(folder, "kubernetes-ca").issue("stranger", "seatrial-admin", ["system:masters"])


def answered(
    known: Mapping[Listener, Door], hers: KeyPair, before: Sequence[str] = ()
) -> dict[Listener, dict[str, str]]:
    """Ask all that there is to ask, as a user without keys; give, by listener, what was more than a refusal.

    The program *before* the stranger's own says from where she asks; from this machine unless it is given.
    """
    asked = [(one, name, question) for one, door in known.items() for name, question in door.questions(one)]
    answers = ask([question for _, _, question in asked], hers, before)
    found: dict[Listener, dict[str, str]] = {one: {} for one in known}
    for (one, name, question), (status, said) in zip(asked, answers, strict=True):
        if let_in(question, status, said):
            found[one][name] = f"{status} {said}".rstrip("\n")
    return found


def surprises(known: Mapping[Listener, Door], found: Mapping[Listener, Mapping[str, str]]) -> list[str]:
    """Say which answers were given that no door names, which differ, and which named ones were not given."""
    return [
        f"{one.process} at {one.address}, {name}: expected {expected or 'a refusal'}, got {said or 'a refusal'}"
        for one, door in known.items()
        for name in door.asked
        if not re.fullmatch(expected := door.answered.get(name, ""), said := found[one].get(name, ""))
    ]


def ask(questions: Sequence[Question], hers: KeyPair, before: Sequence[str] = ()) -> list[tuple[int, str]]:
    """Ask as a user without keys."""
    argv = [*before, sys.executable, "-I", str(STRANGER), str(NOBODY), str(hers.cert), str(hers.key)]
    run = subprocess.run(argv, input=json.dumps(questions), capture_output=True, text=True, check=False, timeout=120)
    assert 0 == run.returncode, run.stderr
    return [(int(status), str(said)) for status, said in json.loads(run.stdout)]
