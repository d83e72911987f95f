"""Agents as pseudonyms, their shifts and spells, weekly roll-ups."""
