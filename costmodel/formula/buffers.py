"""Emission over arrays: results go into buffers that are used again once nothing needs them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence

from costmodel.formula.emitter import Emitter, Name, Plan
from costmodel.formula.graph import Node, order
from costmodel.formula.operations import CONSTANT, LEAF


class Buffered(Emitter[Name]):
    """Gives each operation a buffer that is free again after its last use, and checks bounds where they arise."""

    def __init__(self, planned: Plan, places: Mapping[str, Name]) -> None:
        """Start without buffers; `places` are the names under which inputs are read."""
        super().__init__()
        self.places = places
        self.guards: dict[int, list[int]] = {}
        for place, guard in enumerate(planned.guards):
            self.guards.setdefault(id(guard.node), []).append(place)
        self.needed = self._asked(planned)
        self._order = order(self.needed)
        self.uses = _uses(self._order, planned.outputs)
        self.free: list[Name] = []
        self.buffers = 0

    def _asked(self, planned: Plan) -> list[Node]:
        """Return what is to be computed, in this order."""
        return [*planned.outputs, *(guard.node for guard in planned.guards)]

    def _ordered(self, outputs: Sequence[Node]) -> Sequence[Node]:
        return self._order if outputs is self.needed else super()._ordered(outputs)

    def leaf(self, name: str) -> Name:
        """Return how an input is read."""
        return self.places[name]

    @abstractmethod
    def check(self, place: int, name: Name) -> None:
        """Write the line that checks a guarded value."""

    @abstractmethod
    def buffer(self, number: int) -> Name:
        """Return the name of a new buffer."""

    def target(self, node: Node) -> Name:
        """Return the buffer that the result of an operation goes into, which may be that of an argument."""
        for argument in node.arguments:
            place = id(argument)
            self.uses[place] -= 1
            if not self.uses[place]:
                self._release(argument)
        if not self.free:
            self.buffers += 1
            return self.buffer(self.buffers - 1)
        return self.free.pop()

    def _translated(self, node: Node) -> Name:
        name = self._names[id(node)] = super()._translated(node)
        for place in self.guards.get(id(node), ()):
            self.check(place, name)
        if not self.uses[id(node)]:
            self._release(node)
        return name

    def _release(self, node: Node) -> None:
        """Let the buffer of a node be used again; numbers and inputs have none."""
        if node.operation not in (CONSTANT, LEAF):
            self.free.append(self._names[id(node)])


def _uses(ordered: Sequence[Node], outputs: Sequence[Node]) -> dict[int, int]:
    """Return how often each node is used: by others, and once as an output, which is never free."""
    uses: dict[int, int] = dict.fromkeys(map(id, ordered), 0)
    for node in ordered:
        for argument in node.arguments:
            uses[id(argument)] += 1
    for output in outputs:
        uses[id(output)] += 1
    return uses
