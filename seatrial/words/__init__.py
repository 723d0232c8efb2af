"""Words that come with the harness, for any Kubernetes platform: a project that adopts a cluster has them at once.

Each says one sentence; ``seatrial words`` lists them. A word that reads how something is set says so in its sentence.
A project with a provisioning of its own takes them by ``words = ["seatrial.words"]`` in ``[tool.seatrial]``.
"""
