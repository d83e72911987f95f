"""Mismatches and sick leave: an honest answer about the centre, nothing about a person."""
