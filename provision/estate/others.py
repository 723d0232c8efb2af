"""Who else may ask a cloud that is played: users that were made in it, each as far as their own policies allow."""

from __future__ import annotations

import json
from collections.abc import Sequence

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends

from provision.estate.account.policy import Policy
from provision.estate.calls import Call
from provision.estate.gate import Others
from provision.estate.keys import Keys


class Users:
    """The users of moto's own account."""

    def keys_of(self, key_id: str) -> Keys | None:
        """Return the access key of that id, if a user has it."""
        for user in iam_backends[DEFAULT_ACCOUNT_ID]["aws"].users.values():
            for key in user.access_keys:
                if key.access_key_id == key_id and key.status == "Active":
                    return Keys(key_id, key.secret_access_key)
        return None

    def allowed(self, key_id: str, call: Call) -> bool:
        """Return whether the policies of the user with the access key *key_id* allow a call."""
        for user in iam_backends[DEFAULT_ACCOUNT_ID]["aws"].users.values():
            if any(key.access_key_id == key_id for key in user.access_keys):
                documents = [json.loads(one) if isinstance(one, str) else one for one in user.policies.values()]
                return any(Policy(one).allows(call) for one in documents)
        return False


class Several:
    """Several who are known, each asked for what is their own.

    Args:
        known: Those.
    """

    def __init__(self, known: Sequence[Others]) -> None:
        self._known = known

    def keys_of(self, key_id: str) -> Keys | None:
        """Return the access key of that id, if somebody has it."""
        return next((keys for one in self._known if (keys := one.keys_of(key_id)) is not None), None)

    def allowed(self, key_id: str, call: Call) -> bool:
        """Return whether whoever has the access key *key_id* may make a call."""
        return any(one.keys_of(key_id) is not None and one.allowed(key_id, call) for one in self._known)
