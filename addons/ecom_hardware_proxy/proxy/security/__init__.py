"""Who may talk to the agent: pairing, tokens, origins and hosts, limits, TLS."""
