"""Who else may ask a cloud that is played: users that were made in it, each as far as their own policies allow."""

from __future__ import annotations

import json

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends

from provision.estate.account.policy import Policy
from provision.estate.calls import Call
from provision.estate.keys import Keys


def keys_of(key_id: str) -> Keys | None:
    """Return the access key of that id, if a user has it."""
    for user in iam_backends[DEFAULT_ACCOUNT_ID]["aws"].users.values():
        for key in user.access_keys:
            if key.access_key_id == key_id and key.status == "Active":
                return Keys(key_id, key.secret_access_key)
    return None


def allowed(key_id: str, call: Call) -> bool:
    """Return whether the policies of the user with the access key *key_id* allow a call."""
    for user in iam_backends[DEFAULT_ACCOUNT_ID]["aws"].users.values():
        if any(key.access_key_id == key_id for key in user.access_keys):
            documents = [json.loads(one) if isinstance(one, str) else one for one in user.policies.values()]
            return any(Policy(one).allows(call) for one in documents)
    return False
