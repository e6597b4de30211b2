"""Derivatives of a traced quantity by every input of it, in one pass backwards through its graph.

The derivatives are traced values of the same graph: they are compiled, evaluated and differentiated like any other.
Rounding to whole numbers is flat almost everywhere, so that its derivative is zero: the cost of a fleet would not rise
with its users. `smooth` gives the smooth reading of a quantity, in which `ceil(x)` and `floor(x)` are x: a fleet of
fractional systems. Elasticities are those of the smooth reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from costmodel.errors import FormulaError
from costmodel.formula.graph import Graph, Node, Traced, order
from costmodel.formula.operations import CONSTANT, LEAF, STEP
from costmodel.formula.values import values_of
from costmodel.units import Quantity, registry

_WHOLE = ("ceil", "floor")
Pulls = Iterator[tuple[int, Traced]]


def gradient(output: Quantity) -> dict[str, Quantity]:
    """Return the derivative of a traced quantity by each of its inputs, by name, as traced quantities.

    Each derivative has the unit of the output over that of its input; inputs that matter nowhere are left out.

    >>> from costmodel.units import quantity
    >>> graph = Graph()
    >>> x = graph.leaf("x", quantity(3.0, "hour"))
    >>> slope = gradient(x * x)["x"]
    >>> float(values_of([slope.magnitude])[id(slope.magnitude.node)]), f"{slope.units:~}"
    (6.0, 'h')
    """
    top = _traced(output)
    graph = top.graph
    pulled: dict[int, Traced] = {id(top.node): graph.constant(1.0)}
    found: dict[str, Quantity] = {}
    for node in reversed(order([top])):
        pull = pulled.get(id(node))
        if pull is None:
            continue
        if node.operation == LEAF:
            found[node.label.name] = registry.Quantity(pull, output.units / node.label.value.units)
        for place, part in _pulls(graph, node, pull):
            below = id(node.arguments[place])
            pulled[below] = pulled[below] + part if below in pulled else part
    return found


def elasticities(output: Quantity) -> dict[str, float]:
    """Return the percent by which a traced quantity moves per percent of each of its inputs, read smoothly.

    input / output x derivative of the output by the input

    Raises
    ------
    FormulaError
        Where the output is zero: no percent of it is anything.
    """
    values_of([_traced(output)])  # refuses what the formulas refuse, which the smooth reading does not know
    fractional = smooth(output)
    slopes, top = gradient(fractional), _traced(fractional)
    values = values_of([top.node, *(_traced(slope).node for slope in slopes.values())])
    at = float(values[id(top.node)])
    if at == 0:
        msg = "the quantity is zero: a percent of it is nothing, so that it has no elasticities"
        raise FormulaError(msg)
    leaves = {node.label.name: node.label for node in order([top]) if node.operation == LEAF}
    return {
        name: float(values[id(_traced(slope).node)]) * float(leaves[name].value.magnitude) / at
        for name, slope in slopes.items()
    }


def smooth(output: Quantity) -> Quantity:
    """Return the smooth reading of a traced quantity: `ceil(x)` and `floor(x)` are x, systems come in fractions."""
    top = _traced(output)
    new: dict[int, Traced] = {}
    for node in order([top]):
        given = [new[id(argument)] for argument in node.arguments]
        if node.operation in (*_WHOLE, STEP):
            new[id(node)] = given[0]
        else:
            new[id(node)] = top.graph.node(node.operation, *given) if given else Traced(top.graph, node)
    return registry.Quantity(new[id(top.node)], output.units)


def _traced(output: Quantity) -> Traced:
    if not isinstance(output.magnitude, Traced):
        msg = "a derivative needs a traced quantity: trace its inputs with Graph.leaf first"
        raise FormulaError(msg)
    return output.magnitude


def _pulls(graph: Graph, node: Node, pull: Traced) -> Pulls:
    """Yield what each argument of a node gets of the derivative by the node."""
    given = tuple(Traced(graph, argument) for argument in node.arguments)
    if node.operation == STEP:
        yield 0, pull
    elif node.operation in _RULES:
        yield from _RULES[node.operation](Traced(graph, node), pull, *given)


def _where(condition: Traced, pull: Traced, *, first: bool) -> Traced:
    ends = (pull, 0.0) if first else (0.0, pull)
    return pull.graph.node("where", condition, *ends)


def _times(pull: Traced, slope: Traced) -> Traced:
    """Return a product that is zero where nothing is pulled, though the slope has no end in a branch not taken."""
    return pull.graph.node("where", pull * pull > 0.0, pull * slope, 0.0)


def _divide(_: Traced, pull: Traced, left: Traced, right: Traced) -> Pulls:
    yield 0, _times(pull, 1.0 / right)
    yield 1, _times(pull, -left / (right * right))


def _root(own: Traced, pull: Traced, _: Traced) -> Pulls:
    """Yield nothing at zero, where a root has no slope but an end: what stands below it may be flat there."""
    yield 0, _where(own > 0.0, _times(pull, 0.5 / own), first=True)


def _power(own: Traced, pull: Traced, base: Traced, exponent: Traced) -> Pulls:
    slope = _times(pull, exponent * base ** (exponent - 1.0))
    rises = exponent.node.operation == CONSTANT and exponent.node.label >= 1.0
    yield 0, slope if rises else _where(base * base > 0.0, slope, first=True)
    if any(node.operation == LEAF for node in order([exponent])):
        yield 1, _times(pull, own * own.graph.node("log", base))


def _larger(_: Traced, pull: Traced, left: Traced, right: Traced) -> Pulls:
    yield 0, _where(left < right, pull, first=False)
    yield 1, _where(left < right, pull, first=True)


def _smaller(_: Traced, pull: Traced, left: Traced, right: Traced) -> Pulls:
    yield 0, _where(right < left, pull, first=False)
    yield 1, _where(right < left, pull, first=True)


def _chosen(_: Traced, pull: Traced, condition: Traced, *__: Traced) -> Pulls:
    yield 1, _where(condition, pull, first=True)
    yield 2, _where(condition, pull, first=False)


_RULES: Mapping[str, Callable[..., Pulls]] = {
    "add": lambda _, pull, *__: iter([(0, pull), (1, pull)]),
    "subtract": lambda _, pull, *__: iter([(0, pull), (1, -pull)]),
    "multiply": lambda _, pull, left, right: iter([(0, pull * right), (1, pull * left)]),
    "negative": lambda _, pull, *__: iter([(0, -pull)]),
    "divide": _divide,
    "power": _power,
    "maximum": _larger,
    "minimum": _smaller,
    "exp": lambda own, pull, _: iter([(0, pull * own)]),
    "expm1": lambda own, pull, _: iter([(0, pull * (own + 1.0))]),
    "log": lambda _, pull, value: iter([(0, _times(pull, 1.0 / value))]),
    "log1p": lambda _, pull, value: iter([(0, _times(pull, 1.0 / (1.0 + value)))]),
    "sqrt": _root,
    "where": _chosen,
}
"""Operation -> what its arguments get; comparisons and whole numbers have no slope."""
