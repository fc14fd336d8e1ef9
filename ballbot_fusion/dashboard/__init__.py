"""The web page: what is shown (pure), the node that feeds it, and the page that renders it."""
