"""Step 6: settings become the definition of a delivery pipeline, with its gates and approvals."""
