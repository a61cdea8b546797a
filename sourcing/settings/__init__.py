"""Settings: what can be set, the roles that ship, and reading ``sourcing.toml``."""

from sourcing.settings.load import SettingsError, find_settings, load_settings
from sourcing.settings.model import (
    CheckoutSettings,
    CrawlSettings,
    DatabaseSettings,
    DelaySettings,
    MailSettings,
    PrivacySettings,
    RoleSettings,
    Settings,
    SourceSettings,
    UpstreamSettings,
)
from sourcing.settings.roles import DEFAULT_ROLE, PRESETS

__all__ = [
    "DEFAULT_ROLE",
    "PRESETS",
    "CheckoutSettings",
    "CrawlSettings",
    "DatabaseSettings",
    "DelaySettings",
    "MailSettings",
    "PrivacySettings",
    "RoleSettings",
    "Settings",
    "SettingsError",
    "SourceSettings",
    "UpstreamSettings",
    "find_settings",
    "load_settings",
]
