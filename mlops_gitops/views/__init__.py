"""How values are shown: text, JSON, Markdown."""
