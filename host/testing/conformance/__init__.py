"""What every plugin keeps to, as a test class to subclass: ``class TestMine(PluginConformance): plugin = "mine"``."""

from host.testing.conformance.suite import PluginConformance

__all__ = ["PluginConformance"]
