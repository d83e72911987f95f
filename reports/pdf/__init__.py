"""Paper: reviews as A4 PDFs, made from a frozen snapshot alone. No database, no clock, no settings."""
