"""AWS, one small file a service. Only `app` opens it."""
