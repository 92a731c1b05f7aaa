"""Exporters: a picture to a file's bytes, one format each."""

from processing.operators.export.base import Exporter

EXPORTERS: tuple[type[Exporter], ...] = ()
