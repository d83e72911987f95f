"""Long simulations behind the figures: python -m tests.validation NAME."""
