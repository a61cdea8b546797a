"""Exports: candidates as the sheets that recruiters' tools import, and the record of what left the house."""

from sourcing.export.choose import Allowed, Choice, choose
from sourcing.export.csv_file import from_csv, save_text, to_csv, unused
from sourcing.export.output import STDOUT, checked_folder, checked_output
from sourcing.export.preset import Preset
from sourcing.export.presets import PRESETS
from sourcing.export.save import save_export

__all__ = [
    "PRESETS",
    "STDOUT",
    "Allowed",
    "Choice",
    "Preset",
    "checked_folder",
    "checked_output",
    "choose",
    "from_csv",
    "save_export",
    "save_text",
    "to_csv",
    "unused",
]
