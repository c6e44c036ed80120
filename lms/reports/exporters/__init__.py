"""One module per format: a data frame in, bytes out."""

from lms.reports.exporters import csv, xlsx

EXPORTERS = {"csv": csv, "xlsx": xlsx}
