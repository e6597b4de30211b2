"""How far predictions are from measurements: tables of measurements in, one row of errors a file out.

A further kind of table is a module that declares a `Table` and a line in `tables.all_tables`.
"""

from costmodel.calibration.accuracy.measure import judge, measure_accuracy, read_measurements
from costmodel.calibration.accuracy.result import Accuracy
from costmodel.calibration.accuracy.table import Table
from costmodel.calibration.accuracy.tables import all_tables, recognise

__all__ = ["Accuracy", "Table", "all_tables", "judge", "measure_accuracy", "read_measurements", "recognise"]
