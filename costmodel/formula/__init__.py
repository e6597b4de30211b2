"""The engine: a formula is written once, and checked, explained, compiled and proven from that one text.

`formula` declares one, `ops` is its vocabulary beyond + - * / and powers, `Graph` traces a calculation,
`explain` draws it as a tree down to its facts, `compile_numpy` makes a bulk kernel of it. A further emitter
(numba, JavaScript, a spreadsheet) is a module beside `numpy_kernel`, a derivative one beside `graph`: both need
only the closed list of operations in `operations`.
"""

from costmodel.formula.declare import REGISTRY, Formula, formula, label
from costmodel.formula.explanation import Explanation, explain, explain_all
from costmodel.formula.graph import Graph, Node, Traced
from costmodel.formula.numpy_kernel import Kernel, compile_numpy

__all__ = [
    "REGISTRY",
    "Explanation",
    "Formula",
    "Graph",
    "Kernel",
    "Node",
    "Traced",
    "compile_numpy",
    "explain",
    "explain_all",
    "formula",
    "label",
]
