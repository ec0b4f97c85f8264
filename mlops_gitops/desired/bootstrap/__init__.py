"""What bootstrap deploys: parts, each a template and a file here that knows its parameters."""
