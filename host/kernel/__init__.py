"""Assembles the app from plugins: discover, plan, load, assemble, freeze, start, stop, and say why not."""
