"""Risk score, its policy and its evidence."""
