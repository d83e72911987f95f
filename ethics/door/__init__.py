"""The anonymous door: plain HTML, no script, no cookie, no sign-in; and the receipts that lead back to a flag."""
