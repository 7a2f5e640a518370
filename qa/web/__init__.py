"""The page: what the browser shows, and how it reaches `qa`. Importing it loads nothing heavy."""
