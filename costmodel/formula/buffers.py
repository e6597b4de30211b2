"""Emission over arrays: results go into buffers that are used again once nothing needs them."""

from __future__ import annotations

from collections.abc import Sequence

from costmodel.formula.emitter import Emitter, Plan
from costmodel.formula.graph import Node, order
from costmodel.formula.operations import CONSTANT, LEAF


class Buffered(Emitter):
    """Gives each operation a buffer that is free again after its last use, and checks bounds where they arise."""

    def __init__(self, planned: Plan, inputs: Sequence[str]) -> None:
        """Start without buffers; `inputs` are the leaves in the order of their places."""
        super().__init__()
        self.places = {name: f"i{i}" for i, name in enumerate(inputs)}
        self.guards: dict[int, list[int]] = {}
        for place, guard in enumerate(planned.guards):
            self.guards.setdefault(id(guard.node), []).append(place)
        self.needed = [*planned.outputs, *(guard.node for guard in planned.guards)]
        self._order = order(self.needed)
        self.uses = _uses(self._order, planned.outputs)
        self.free: list[int] = []
        self.buffers = 0

    def _ordered(self, outputs: Sequence[Node]) -> Sequence[Node]:
        return self._order if outputs is self.needed else super()._ordered(outputs)

    def leaf(self, name: str) -> str:
        """Return how an input is read."""
        return self.places[name]

    def check(self, place: int, name: str) -> None:
        """Write the line that checks a guarded value."""
        self.lines.append(f"check({place}, {name})")

    def target(self, node: Node) -> str:
        """Return the buffer that the result of an operation goes into, which may be that of an argument."""
        for argument in node.arguments:
            self._used(argument)
        if not self.free:
            self.free, self.buffers = [self.buffers], self.buffers + 1
        return f"w{self.free.pop()}"

    def _translated(self, node: Node) -> str:
        name = super()._translated(node)
        for place in self.guards.get(id(node), ()):
            self.check(place, name)
        if self.uses.get(id(node)) == 0 and node.operation not in (CONSTANT, LEAF):
            self.free.append(int(name[1:]))
        return name

    def _used(self, node: Node) -> None:
        self.uses[id(node)] -= 1
        if self.uses[id(node)] == 0 and node.operation not in (CONSTANT, LEAF):
            self.free.append(int(self.name(node)[1:]))


def _uses(ordered: Sequence[Node], outputs: Sequence[Node]) -> dict[int, int]:
    """Return how often each node is used: by others, and once as an output, which is never free."""
    uses: dict[int, int] = dict.fromkeys(map(id, ordered), 0)
    for argument in [a for node in ordered for a in node.arguments] + list(outputs):
        uses[id(argument)] += 1
    return uses
