"""Everything that gathers what is known of a client: the client file, the portfolio, reviews and their PDF."""
