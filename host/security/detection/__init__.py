"""Detection: what in the security events of the last minutes looks like an attack. Pure: knows no table, no clock."""

from host.security.detection.facts import ALERT_AREA, Alert, Reads, Seen, Window
from host.security.detection.rules import RULES, detect

__all__ = ["ALERT_AREA", "RULES", "Alert", "Reads", "Seen", "Window", "detect"]
