"""The audit: who changed which record, when, from what to what; written in the transaction of the change."""

from host.data.audit.change import Action, Change
from host.data.audit.guard import UnauditedWriteError, WriteGuard
from host.data.audit.options import AUDITED
from host.data.audit.recorder import AuditRecorder, record

__all__ = ["AUDITED", "Action", "AuditRecorder", "Change", "UnauditedWriteError", "WriteGuard", "record"]
