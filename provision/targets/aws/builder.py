"""What ``aws`` does for each step of the standup; its rehearsal has `rehearsal.RehearsalBuilder`, with the same steps.

What stands here is what nobody can rehearse: that AWS itself is there, and that kops's controllers run on real masters.
"""

from __future__ import annotations

from collections.abc import Sequence

from provision.targets.aws.exported import export_access, name_updater, with_keys
from provision.targets.aws.parts import AwsParts
from provision.targets.base import builder
from provision.targets.base.upgrade import upgrading
from provision.workloads import OverlayValues


class AwsBuilder(builder.Builder):
    """Builds one platform on ``aws``; counts what it had to change."""

    _parts: AwsParts

    @property
    def probing(self) -> Sequence[str]:
        """Route53 itself runs the health checks."""
        return ()

    def make_cluster(self) -> None:
        """Have kops make the cluster, and export the access to it."""
        self._make_estate()
        export_access(self._parts)
        if not self.upgraded:
            with upgrading(self._parts, self._say):
                self._parts.kops.roll()
            self.changed += len(self._parts.estate.instances())
        self.changed += name_updater(self._parts)

    def overlay(self, values: OverlayValues) -> OverlayValues:
        """Add how the DNS updater asks Route53."""
        return with_keys(self._parts, values)

    def await_cloud(self) -> None:
        """AWS is there: its account was looked at before anything was begun."""

    def name_masters(self) -> None:
        """The controller that kops installs names them once they run."""
