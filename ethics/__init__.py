"""The ledger and its rules: promises, mismatches, burden, risk. Imports nothing from checklists or reports."""
