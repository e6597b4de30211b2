"""Questions asked of a scenario: which way costs what, where they break even, how sure, and why."""
