"""Exporters: a picture to a file's bytes, one format each."""

from processing.operators.export.auto import Auto
from processing.operators.export.avif import Avif
from processing.operators.export.jpeg import Jpeg
from processing.operators.export.jxl import Jxl
from processing.operators.export.png import Png
from processing.operators.export.tiff import Tiff
from processing.operators.export.webp import Webp
from processing.operators.exporter import Exporter

EXPORTERS: tuple[type[Exporter], ...] = (Jpeg, Webp, Avif, Jxl, Png, Tiff, Auto)
