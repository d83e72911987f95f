"""Flags: what agents met instead of what was promised."""
