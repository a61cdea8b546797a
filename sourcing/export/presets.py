"""All presets by name."""

from __future__ import annotations

from sourcing.export.applicant_tracking import GEM, GREENHOUSE, LEVER
from sourcing.export.contacts import HUBSPOT, LINKEDIN
from sourcing.export.generic import EXCEL, GENERIC
from sourcing.export.preset import Preset

PRESETS: dict[str, Preset] = {
    preset.name: preset for preset in (GENERIC, EXCEL, GREENHOUSE, GEM, LEVER, HUBSPOT, LINKEDIN)
}
