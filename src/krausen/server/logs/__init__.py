"""What the server, its agents, controllers and doors say of themselves: kept, searched, and told live."""
