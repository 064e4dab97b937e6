"""Reads recorded candles from files of several formats: whole and sound, or refused with the lines that are broken."""

from backend.market_data.importers.columns import TIME_FORMATS, ColumnMapping
from backend.market_data.importers.formats import FORMATS
from backend.market_data.importers.reading import ReadingOptions, read_recording
from backend.market_data.importers.recording import Recording, RecordingError, RowsRefused, UnknownContent
from backend.market_data.importers.unpacking import Limits

__all__ = [
    "FORMATS",
    "TIME_FORMATS",
    "ColumnMapping",
    "Limits",
    "ReadingOptions",
    "Recording",
    "RecordingError",
    "RowsRefused",
    "UnknownContent",
    "read_recording",
]
