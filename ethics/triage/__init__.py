"""Triage: the officers' queue, decisions on flags, and what is found out on the way."""
