"""People: accounts, roles, sign-in sessions."""
