"""Checklists: data files of questions, checks filled in for a client, and their result in the ledger."""
