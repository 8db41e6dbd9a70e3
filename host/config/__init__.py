"""Settings: one validated, frozen `AppConfig` out of layers, each value with its origin.

It owns the model, the layers, the checks and the comparison of two configurations; it reads no plugin's settings.
"""

from host.config.faults import Fault
from host.config.load import Explained, Setting, explain_config, load_config
from host.config.model import AppConfig
from host.config.reload import ConfigDiff, compare, watch_config
from host.config.sections import (
    CacheConfig,
    DatabaseConfig,
    DetectionConfig,
    FlagsConfig,
    JobsConfig,
    LogsConfig,
    SecurityConfig,
    ServerConfig,
)

__all__ = [
    "AppConfig",
    "CacheConfig",
    "ConfigDiff",
    "DatabaseConfig",
    "DetectionConfig",
    "Explained",
    "Fault",
    "FlagsConfig",
    "JobsConfig",
    "LogsConfig",
    "SecurityConfig",
    "ServerConfig",
    "Setting",
    "compare",
    "explain_config",
    "load_config",
    "watch_config",
]
