"""Advice on indexes: which repeat another one, which nobody uses, which are missing."""

from host.data.monitor.advice.advice import Advice, AdviceKind, IndexReport
from host.data.monitor.advice.advisor import advise

__all__ = ["Advice", "AdviceKind", "IndexReport", "advise"]
