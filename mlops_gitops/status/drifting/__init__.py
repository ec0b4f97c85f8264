"""How drift is told from what AWS fills in, orders and scales by itself."""
