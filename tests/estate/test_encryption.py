"""The cluster that kops makes encrypts its Secrets in etcd, with the platform's key."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from provision.estate import AwsAccess, Estate, Kops, KopsError
from provision.targets.base.encryption import encryption_config
from seatrial.provisioning.state import PlatformState

STORED = "red.example.com/secrets/encryptionconfig"


@pytest.fixture(scope="module")
def red(stood_up: Callable[[str], Estate]) -> Estate:
    """The estate of the team red."""
    return stood_up("red")


def read(access: AwsAccess, key: str) -> bytes:
    """Return an object of the store."""
    return bytes(access.client("s3").get_object(Bucket="red-store", Key=key)["Body"].read())


def test_masters_are_told_to_encrypt(red: Estate, access: AwsAccess, encryption: Path) -> None:
    """The stored cluster asks for it, and what masters will read is the key that was made for the platform."""
    assert True is YAML(typ="safe").load(read(access, "red.example.com/config"))["spec"]["encryptionConfig"]
    stored = json.loads(base64.b64decode(json.loads(read(access, STORED))["Data"]))
    assert json.loads(encryption.read_text()) == stored
    assert ["secretbox", "identity"] == [next(iter(one)) for one in stored["resources"][0]["providers"]]
    assert red.instances()


def test_masters_start_with_that_very_key(red: Estate, access: AwsAccess, encryption: Path) -> None:
    """What each master boots with names the key by its hash, and what nodes boot with does not."""
    stored = access.client("s3").list_objects_v2(Bucket="red-store", Prefix="red.example.com/igconfig/")["Contents"]
    boots = [o["Key"] for o in stored if o["Key"].endswith("/nodeupconfig.yaml")]
    assert 6 == len(boots)
    digest = base64.urlsafe_b64encode(hashlib.sha256(encryption.read_bytes()).digest()).decode()
    for key in boots:
        api = YAML(typ="safe").load(read(access, key)).get("APIServerConfig") or {}
        assert api.get("EncryptionConfigSecretHash") == (digest if "/control-plane/" in key else None), key
    assert red.instances()


def test_a_second_run_changes_nothing(
    red: Estate, access: AwsAccess, kops: Callable[[str], Kops], ca: tuple[Path, Path], encryption: Path
) -> None:
    """Not one version of the key is written anew, and kops sees nothing to change."""
    before = read(access, STORED)
    red.ensure_cluster(*ca, encryption)
    assert before == read(access, STORED)
    versions = access.client("s3").list_object_versions(Bucket="red-store", Prefix=STORED)
    assert 1 == len(versions["Versions"])
    assert [] == kops("red").changes()


def test_another_key_is_refused(
    red: Estate, access: AwsAccess, ca: tuple[Path, Path], encryption: Path, tmp_path: Path
) -> None:
    """A key that Secrets are encrypted with is never replaced, and whoever comes with another is told so."""
    other = encryption_config(PlatformState(tmp_path, "red"))
    with pytest.raises(KopsError, match=f"s3://red-store/{STORED} is another than {other}"):
        red.ensure_cluster(*ca, other)
    stored = json.loads(base64.b64decode(json.loads(read(access, STORED))["Data"]))
    assert json.loads(encryption.read_text()) == stored
